#include "lib/quota.h"

#include <math.h>
#include <stdio.h>

void quota_find(struct quota *q, const char *proc)
{
	struct kernel_groups groups;

	*q = (struct quota){ 0 };
	kernel_groups(&groups, proc, "cpu");
	q->unified = groups.unified;
	for (size_t i = 0; i < groups.count && q->count < QUOTA_MOST; i++) {
		char path[KERNEL_PATH + 32], *stat = q->stat[q->count];

		snprintf(stat, sizeof(q->stat[0]), "%s/cpu.stat",
			 groups.folder[i]);
		/* The root of cgroup v2 can't be throttled. */
		if (isnan(kernel_number(stat, "nr_throttled", "nr_throttled")))
			continue;
		q->seen = true;
		snprintf(path, sizeof(path), "%s/%s", groups.folder[i],
			 groups.unified ? "cpu.max" : "cpu.cfs_quota_us");
		if (kernel_number(path, "", "") > 0)
			q->count++;
	}
}

double quota_throttled_s(const struct quota *q)
{
	const char *key = q->unified ? "throttled_usec" : "throttled_time";
	double sum = q->seen ? 0 : NAN;

	for (size_t i = 0; i < q->count; i++)
		sum += kernel_number(q->stat[i], key, key);
	return sum / (q->unified ? 1e6 : 1e9);
}

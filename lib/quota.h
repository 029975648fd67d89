#ifndef LIB_QUOTA_H
#define LIB_QUOTA_H

/*
 * CPU quotas of the control groups that this process is in: how long they have
 * kept processes from running.
 */

#include <stdbool.h>

#include "lib/kernel_file.h"

enum { QUOTA_MOST = 4 };

struct quota {
	size_t count;
	char stat[QUOTA_MOST][KERNEL_PATH + 16]; /* cpu.stat of each group */
	bool unified;				 /* they are of cgroup v2 */
	bool seen;				 /* a quota would be seen */
};

/*
 * Finds the group that we are in, and its ancestors, that have a quota.
 *   proc: "/proc"; another folder in tests.
 */
void quota_find(struct quota *q, const char *proc);

/*
 * Seconds that they have throttled so far, summed over CPUs; 0 without a
 * quota, NAN if none would be seen.
 */
double quota_throttled_s(const struct quota *q);

#endif

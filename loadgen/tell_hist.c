#include "loadgen/tell_hist.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "lib/file.h"
#include "lib/hist_tsv.h"

int tell_hist(const struct result *r, const char *folder)
{
	struct latency latency[LATENCIES];
	char path[PATH_MAX];
	struct file f;

	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		return -1;
	result_latencies(r, latency);
	for (int i = 0; i < LATENCIES; i++) {
		if (!hist_count(latency[i].hist))
			continue;
		if ((size_t)snprintf(path, sizeof(path), "%s/%s.hist.tsv",
				     folder, latency[i].name) >= sizeof(path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if (file_open(&f, path) < 0)
			return -1;
		if (hist_tsv_write(latency[i].hist, f.out) < 0) {
			file_abort(&f);
			return -1;
		}
		if (file_commit(&f) < 0)
			return -1;
	}
	return 0;
}

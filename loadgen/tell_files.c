#include "loadgen/tell_files.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "loadgen/hgrm.h"

static int tell_one(const struct hist *h, const char *path)
{
	struct file f;

	if (!hist_count(h))
		return unlink(path) == 0 || errno == ENOENT ? 0 : -1;
	if (file_open(&f, path) < 0)
		return -1;
	if (hgrm_write(h, f.out) < 0) {
		file_abort(&f);
		return -1;
	}
	return file_commit(&f);
}

int tell_hgrm(const struct result *r, const char *folder)
{
	struct latency latency[LATENCIES];
	char path[PATH_MAX];

	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		return -1;
	result_latencies(r, latency);
	for (int i = 0; i < LATENCIES; i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s/%s.hgrm", folder,
				     latency[i].name) >= sizeof(path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if (tell_one(latency[i].hist, path) < 0)
			return -1;
	}
	return 0;
}

#include "loadgen/tell_files.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/hist_tsv.h"
#include "loadgen/hgrm.h"

typedef int write_hist(const struct hist *h, FILE *out);

static int tell_one(const struct hist *h, const char *path, write_hist *write)
{
	struct file f;

	if (!hist_count(h))
		return unlink(path) == 0 || errno == ENOENT ? 0 : -1;
	if (file_open(&f, path) < 0)
		return -1;
	if (write(h, f.out) < 0) {
		file_abort(&f);
		return -1;
	}
	return file_commit(&f);
}

static int tell_all(const struct result *r, const char *folder,
		    const char *suffix, write_hist *write)
{
	struct latency latency[LATENCIES];
	char path[PATH_MAX];

	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		return -1;
	result_latencies(r, latency);
	for (int i = 0; i < LATENCIES; i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s/%s.%s", folder,
				     latency[i].name, suffix) >= sizeof(path)) {
			errno = ENAMETOOLONG;
			return -1;
		}
		if (tell_one(latency[i].hist, path, write) < 0)
			return -1;
	}
	return 0;
}

int tell_hist(const struct result *r, const char *folder)
{
	return tell_all(r, folder, "hist.tsv", hist_tsv_write);
}

int tell_hgrm(const struct result *r, const char *folder)
{
	return tell_all(r, folder, "hgrm", hgrm_write);
}

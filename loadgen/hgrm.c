#include "loadgen/hgrm.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/hdr.h"

enum { TICKS = 5 }; /* lines in each half of what is left to 100 % */

static const double ns_per_us = 1e3;

static void put_line(FILE *out, size_t i, double pct, uint64_t seen)
{
	double part = pct / 100.0;

	fprintf(out, "%12.3f %14.12f %10" PRIu64 " %14.2f\n",
		(double)hist_upper_ns(i) / ns_per_us, part, seen,
		1.0 / (1.0 - part));
}

static double next_pct(double pct)
{
	double halves = floor(log2(100.0 / (100.0 - pct))) + 1.0;
	double next = pct + 100.0 / (TICKS * exp2(halves));

	/* From 2^50 samples on, doubles end before the samples do. */
	return next > pct ? next : 100.0;
}

/* The bucket of the largest sample has one line of the series, and 100 %. */
static void put_lines(FILE *out, const struct hist *h, uint64_t count)
{
	double pct = 0.0;
	uint64_t seen = 0;
	size_t i;

	for (i = 0; seen < count; i++) {
		uint64_t n = hdr_count(h, i);

		seen += n;
		while (n && pct < 100.0 &&
		       100.0 * (double)seen / (double)count >= pct) {
			put_line(out, i, pct, seen);
			pct = seen < count ? next_pct(pct) : 100.0;
		}
	}
	put_line(out, i - 1, 100.0, seen);
}

static double deviation_ns(const struct hist *h, uint64_t count, double mean_ns)
{
	double squares = 0.0;

	for (size_t i = 0; i <= hdr_last(h); i++) {
		double off = (double)hdr_middle_ns(i) - mean_ns;

		squares += off * off * (double)hdr_count(h, i);
	}
	return sqrt(squares / (double)count);
}

int hgrm_write(const struct hist *h, FILE *out)
{
	uint64_t count = hist_count(h);
	double mean_ns = hist_mean_ns(h);

	if (!count) {
		errno = ENODATA;
		return -1;
	}
	fputs("       Value     Percentile TotalCount 1/(1-Percentile)\n\n",
	      out);
	put_lines(out, h, count);
	fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n",
		mean_ns / ns_per_us,
		deviation_ns(h, count, mean_ns) / ns_per_us);
	fprintf(out, "#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n",
		(double)h->max_ns / ns_per_us, count);
	fprintf(out, "#[Buckets = %12zu, SubBuckets     = %12d]\n",
		hdr_last(h) / HIST_SUBS, HDR_SUBS);
	return ferror(out) ? -1 : 0;
}

static int write_file(const struct hist *h, const char *path)
{
	struct file f;

	if (!hist_count(h))
		return unlink(path) == 0 || errno == ENOENT ? 0 : -1;
	if (file_open(&f, path) < 0)
		return -1;
	if (hgrm_write(h, f.out) == 0)
		return file_commit(&f);
	file_abort(&f);
	return -1;
}

int hgrm_write_all(const struct result *r, const char *folder)
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
		if (write_file(latency[i].hist, path) < 0)
			return -1;
	}
	return 0;
}

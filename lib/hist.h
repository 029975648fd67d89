#ifndef LIB_HIST_H
#define LIB_HIST_H

/*
 * A log-linear histogram of durations in integer nanoseconds, of fixed size,
 * without pointers or locks, so that it can live in memory shared between
 * processes and be merged by adding counts.
 *
 * Buckets: values below 2^7 have a bucket each. Above, every power of two
 * [2^k, 2^(k+1)) is cut into 2^7 buckets of equal width 2^(k-7).
 *
 * Error bound: a bucket at lower edge v >= 2^k is 2^(k-7) wide, and a value
 * is reported as its bucket's highest member, so the reported value exceeds
 * the true one by at most (2^(k-7) - 1) / 2^k < 1/128. It is never below.
 *
 * Range: 0 to 2^37 - 1 ns (137 s). A longer one is counted in `over`, keeps
 * its place in the order of percentiles and its exact value if it is the
 * largest; none is dropped.
 *
 * The layout is that of HdrHistogram (Gil Tene, hdrhistogram.org) with 2^7
 * sub-buckets and a unit of 1 ns.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HIST_SUB_BITS = 7,
	HIST_SUBS = 1 << HIST_SUB_BITS,
	HIST_RANGE_BITS = 37,
	HIST_BUCKETS = (HIST_RANGE_BITS - HIST_SUB_BITS + 1) * HIST_SUBS,

	/* A percentile needs this many samples beyond it to be reported. */
	HIST_MIN_BEYOND = 10,
};

struct hist {
	_Atomic uint64_t sum_ns;
	_Atomic uint64_t max_ns;
	_Atomic uint64_t over;
	_Atomic uint64_t bucket[HIST_BUCKETS];
};

/*
 * Counts one sample. hist_record() is for a histogram that one process writes
 * (others may read it meanwhile); hist_record_shared() for one that several
 * write at once.
 */
void hist_record(struct hist *h, uint64_t value_ns);
void hist_record_shared(struct hist *h, uint64_t value_ns);

/* Adds the counts of `from` to `into`, which nobody else writes meanwhile. */
void hist_merge(struct hist *into, const struct hist *from);

/*
 * What was recorded between two readings of a histogram, of which `later` has
 * all that `earlier` has: *out. Its largest value is only known by its bucket,
 * unless it is the largest of all.
 */
void hist_rise(struct hist *out, const struct hist *earlier,
	       const struct hist *later);

/* Samples counted, those out of range included. */
uint64_t hist_count(const struct hist *h);

/*
 * Value at a percentile: the smallest bucket such that at least
 * ceil(pct / 100 * count) samples lie in it or below.
 *   pct: in (0, 100].   *out_ns: highest value of the bucket, nanoseconds,
 *   and never above the largest sample.
 * Returns 0, or -1 with errno EINVAL (pct out of range), ENODATA (empty), or
 * ERANGE (fewer than HIST_MIN_BEYOND samples lie beyond; never at pct 100,
 * which is the largest sample).
 */
int hist_percentile(const struct hist *h, double pct, uint64_t *out_ns);

/*
 * Whether the sum and the maximum can be those of the samples, for what comes
 * from a file. Of a maximum that hist_rise() gave, too, which is a bucket's
 * edge.
 */
bool hist_plausible(const struct hist *h);

/* Mean in nanoseconds, or -1.0 if empty. */
double hist_mean_ns(const struct hist *h);

/* Edges of bucket i, both inclusive, nanoseconds; i in [0, HIST_BUCKETS). */
uint64_t hist_lower_ns(size_t i);
uint64_t hist_upper_ns(size_t i);

/* The bucket of a value within the range. */
size_t hist_bucket(uint64_t value_ns);

#endif

#ifndef LIB_HDR_H
#define LIB_HDR_H

/*
 * Histograms as HdrHistogram (Gil Tene, hdrhistogram.org) has them, so that
 * its tools read ours and ours theirs.
 *
 * The array: bucket i of lib/hist.h is HdrHistogram's counts[i] for values
 * from 1 ns, 2 significant digits. Its array goes on where ours ends, and
 * there, all in the bucket of the largest, are the samples out of our range:
 * so the total is right, and their percentiles are at most too high.
 *
 * The text: the V2 compressed encoding in base 64, which begins "HISTFAAA".
 * It holds counts alone, neither sum nor largest value.
 *
 * A histogram given here must not change meanwhile.
 *
 * The texts need zlib, and nothing else in lib/ does: what links hdr.o links
 * -lz. echod and echoc never name it, so the linker leaves it in the archive.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/hist.h"

enum {
	HDR_DIGITS = 2,
	HDR_SUBS = 2 * HIST_SUBS, /* of the first bucket, HdrHistogram's word */
	HDR_BUCKETS = (63 - HIST_SUB_BITS + 1) * HIST_SUBS, /* to 2^63 - 1 */
};

/* The array's last bucket: HIST_BUCKETS - 1, or that of the largest value. */
size_t hdr_last(const struct hist *h);

/* Samples in bucket i of the array; i in [0, HDR_BUCKETS). */
uint64_t hdr_count(const struct hist *h, size_t i);

/* The value that stands for bucket i in sums: its middle, rounded up. */
uint64_t hdr_middle_ns(size_t i);

/* Returns 0 and a text to be freed, or -1 with errno ENOMEM. */
int hdr_encode(const struct hist *h, char **text);

/*
 * Adds the samples of a text to *into; those out of our range to `over`. Sum
 * and largest value come from the buckets' middles and upper edges: a caller
 * that knows the exact ones sets them afterwards. Ignored are the trackable
 * range, and the normalizing offset and conversion ratio, which mean nothing
 * for whole numbers (some writers leave 1 there).
 * Returns 0, or -1 with *into unchanged and errno EINVAL (no such text, or cut
 * short; 2^63 samples or 2^64 ns in all), EPROTO (a histogram, but of other
 * digits or another lowest value), or ENOMEM.
 */
int hdr_decode(const char *text, struct hist *into);

#endif

/*
 * hist_dump log|figures: some known histograms, each under its tag, as an
 * interval log; or as lines "TAG count p50 p90 p99 max", then "TAG highest
 * count" for each bucket with samples, values being the highest of theirs.
 * hist_dump distribution: of the encoded histograms on standard input, a line
 * each, added up.
 */
#include <err.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hdr.h"
#include "lib/hlog.h"
#include "lib/rng.h"
#include "loadgen/hgrm.h"

/*
 * So few that the percentiles of a distribution's lines have 12 decimals or
 * less: implementations round a thirteenth differently.
 */
enum { SAMPLES = 4000 };

static uint64_t uniform(struct rng *r)
{
	return 40000 + rng_below(r, 50000);
}

/* 0 ns to 100 s, every decade alike. */
static uint64_t wide(struct rng *r)
{
	return (uint64_t)pow(10.0, 11.0 * rng_unit(r)) - 1;
}

/* One in fifty beyond the range of lib/hist.h. */
static uint64_t beyond(struct rng *r)
{
	return rng_below(r, 50) ? wide(r) : UINT64_C(400000000000);
}

static uint64_t same(struct rng *r)
{
	(void)r;
	return 77777;
}

static const struct set {
	const char *tag;
	uint64_t (*value_ns)(struct rng *r);
} sets[] = {
	{ "uniform", uniform },
	{ "wide", wide },
	{ "beyond", beyond },
	{ "same", same },
};

static uint64_t highest(uint64_t value_ns)
{
	return hist_upper_ns(hist_bucket(value_ns));
}

static void print_figures(const char *tag, const struct hist *h)
{
	static const double pcts[] = { 50, 90, 99, 100 };
	uint64_t value_ns;

	printf("%s %" PRIu64, tag, hist_count(h));
	for (size_t i = 0; i < sizeof(pcts) / sizeof(pcts[0]); i++) {
		if (hist_percentile(h, pcts[i], &value_ns) < 0)
			err(1, "%s: p%g", tag, pcts[i]);
		printf(" %" PRIu64, highest(value_ns));
	}
	printf("\n");
	for (size_t i = 0; i < HIST_BUCKETS; i++)
		if (h->bucket[i])
			printf("%s %" PRIu64 " %" PRIu64 "\n", tag,
			       hist_upper_ns(i), h->bucket[i]);
	if (h->over)
		printf("%s %" PRIu64 " %" PRIu64 "\n", tag, highest(h->max_ns),
		       h->over);
}

static void print_distribution(void)
{
	struct hist h = { 0 };
	char *text = NULL;
	size_t room = 0;

	while (getline(&text, &room, stdin) > 0) {
		text[strcspn(text, "\n")] = '\0';
		if (hdr_decode(text, &h) < 0)
			err(1, "%.16s...", text);
	}
	if (hgrm_write(&h, stdout) < 0)
		err(1, "distribution");
	free(text);
}

int main(int argc, char *argv[])
{
	const char *what = argc == 2 ? argv[1] : "";

	if (strcmp(what, "distribution") == 0) {
		print_distribution();
		return 0;
	}
	if (strcmp(what, "log") == 0 && hlog_begin(stdout, 1700000000.25) < 0)
		err(1, "log");
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct rng r = { .state = i };
		struct hist h = { 0 };

		for (int n = 0; n < SAMPLES; n++)
			hist_record(&h, sets[i].value_ns(&r));
		if (strcmp(what, "figures") == 0)
			print_figures(sets[i].tag, &h);
		else if (hlog_line(stdout, sets[i].tag, (double)i, 0.5, &h) < 0)
			err(1, "%s", sets[i].tag);
	}
	return 0;
}

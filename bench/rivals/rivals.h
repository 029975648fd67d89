#ifndef BENCH_RIVALS_RIVALS_H
#define BENCH_RIVALS_RIVALS_H

/*
 * echod beside others: sessions a second in a closed loop of one message
 * each, every server once a round in an order shuffled from a seed, and a
 * first round that does not count. The ratio echod / other is that of paired
 * rounds, with the interval that stats_paired() gives.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/judge/stats.h"
#include "bench/rivals/rival.h"

enum { RIVALS_ROUNDS = 100, RIVALS_LEVELS = 8 };

struct rivals_config {
	bool with[RIVALS]; /* echod always */
	unsigned rounds;   /* that count */
	size_t levels;
	uint64_t concurrency[RIVALS_LEVELS];
	uint64_t duration_ns; /* of a measurement */
	uint64_t seed;
};

/* One server at one level of concurrency. */
struct rivals_result {
	double per_s[RIVALS_ROUNDS]; /* by round */
	double median;
	double lost;		  /* sessions never served, in all rounds */
	struct stats_shift echod; /* ln(echod / this one); echod: not set */
};

struct rivals {
	struct rivals_result result[RIVALS_LEVELS][RIVALS];
};

enum { RIVALS_WHY = 512 };

/*
 * Measures; progress goes to stderr.
 *   loadgen: path of the program.
 * Returns 0, or -1 with one sentence in why: a server could not be started, or
 * served wrong bytes, or is ours and did not serve every session, or
 * (spawn_interrupted()) a signal came. Nothing is left running.
 */
int rivals_measure(const struct rivals_config *config,
		   const struct rival_site *site, const char *loadgen,
		   struct rivals *out, char why[RIVALS_WHY]);

/* The results as a table for people. Returns 0, or -1 with errno. */
int rivals_tell(const struct rivals_config *config, const struct rivals *r,
		FILE *out);

#endif

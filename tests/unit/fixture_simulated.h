#ifndef TESTS_UNIT_FIXTURE_SIMULATED_H
#define TESTS_UNIT_FIXTURE_SIMULATED_H

/*
 * Runs of a machine whose truth is known, drawn at random and held as
 * load_run() would hold them: profile quick's experiments, every mode, A/A,
 * and what answers an experiment's question.
 *
 * A figure is what its mode makes it, times the machine's pace when its cell
 * runs, times noise. The pace of a cell is that of all its figures.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bench/judge/load.h"
#include "lib/rng.h"

struct simulated {
	unsigned rounds; /* that count; the warm-up comes on top */
	double ratio;	 /* of every mode's figures to the baseline's */
	double noise;	 /* standard deviation of a figure's logarithm */
	bool tails;	 /* one cell in 20 takes 1.5 times as long */
	double pace;	 /* how much longer everything takes, a factor */
	double trend; /* how much longer the last cell takes than the first */
	double walk;  /* standard deviation of each step from cell to cell */
	bool blocks;  /* a mode's rounds in one go, not as planned */
};

/* Eight rounds without noise, drift or difference: to be changed. */
extern const struct simulated simulated_still;

/*
 * Draws a run. The same state of *rng gives the same pace and the same noise,
 * whatever the order of the cells. Returns 0, or -1 with errno ENOMEM. Release
 * with load_release() in either case.
 */
int simulated_draw(const struct simulated *s, struct rng *rng,
		   struct load_run *run);

#endif

#ifndef BENCH_JUDGE_SHARES_H
#define BENCH_JUDGE_SHARES_H

/*
 * What a mode's session takes of the CPU, as a multiple of its floor: of what
 * the kernel takes to fork a small static process, end it and collect it, and
 * to make and close a connection. Both were measured in one run, whose rounds
 * are spread evenly over it. So the run is cut into slices with a round or more
 * of either, each gives a ratio of two medians, and the result is the centre of
 * these with an interval (ranks_centre()): what drifts slowly meets both alike.
 */

#include "bench/judge/judge.h"

/* The levels of `floor` that are added up to it. */
enum { FLOOR_PARTS = 2 };
extern const char *const floor_parts[FLOOR_PARTS];

/*
 * Sets of_floor of the arm `churn`, if the run has `floor`, too. The intervals
 * hold together at JOINT_LEVEL; they are none of the run's primary ones.
 * Returns 0, or -1 with errno ENOMEM.
 */
int shares_judge(struct judged *j);

#endif

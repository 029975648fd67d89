#ifndef HONESTY_VICTIM_H
#define HONESTY_VICTIM_H

/*
 * What is done to an honest server, echod, or to loadgen itself, while that
 * measures: they are stopped for a while, or killed.
 */

#include "tests/honesty/trial.h"

/*
 * 50 sessions of 100 messages a second for 4 s, and all of the server's
 * processes stopped for 1.0 s in the middle. 1 s in 4 s leaves a tenth of all
 * messages waiting for over 0.6 s and a hundredth for over 0.96 s. Tried again,
 * twice at most, if these fail and this machine did not keep its times.
 */
void victim_check_freeze(const struct site *at);

/* The load generator itself stopped for 0.5 s: it must not call that valid. */
void victim_check_stalls(const struct site *at);

/* Killed in mid-run, in the open model and in the closed one. */
void victim_check_deaths(const struct site *at);

#endif

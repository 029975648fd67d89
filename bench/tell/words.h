#ifndef BENCH_TELL_WORDS_H
#define BENCH_TELL_WORDS_H

/* Figures in words: the parts of sentences and of tables. */

#include "bench/judge/judge.h"

enum { WORDS = 96 };

/* Appends to a text; what does not fit is cut between two characters. */
__attribute__((format(printf, 3, 4))) void words_add(char *text, size_t room,
						     const char *format, ...);

/* "1.13× [1.11–1.15]"; without the interval if it is open; "" if NAN. */
const char *words_ratio(const struct interval *i, char out[WORDS]);

/*
 * What is told of a curve. A slope is by the factor's larger unit, GiB for MiB:
 * "9.83 ms [9.61–10.1]"; an exponent is "1.42 [1.30–1.55]"; "" if NAN.
 */
const char *words_fit(const struct judged_arm *a, int metric, size_t curve,
		      char out[WORDS]);
const char *words_slope_unit(const struct judged_arm *a);

/* "3 min 31 s" */
const char *words_time(double s, char out[WORDS]);

/* A count with commas: "15,051". */
const char *words_count(double count, char out[METRIC_WORDS]);

/* What stands before item i of n in a list: "", ", " or " and ". */
const char *words_join(size_t i, size_t n);

/* Whether the blank at i stands between a number and its unit. */
bool words_are_bound(const char *text, size_t i);

#endif

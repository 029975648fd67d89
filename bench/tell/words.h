#ifndef BENCH_TELL_WORDS_H
#define BENCH_TELL_WORDS_H

/*
 * Figures and lists as people read them: thousands parted by commas, units
 * chosen by size, "-" for what was not measured. All write at most `room`
 * bytes, the final 0 included, and cut what does not fit.
 */

#include <stddef.h>

#include "bench/judge/judge.h"
#include "bench/metric.h"

enum { WORDS = 48 };

/* Appends to what text holds already. */
__attribute__((format(printf, 3, 4))) void words_add(char *text, size_t room,
						     const char *format, ...);

/* "8,019"; "-" for NAN. */
const char *words_count(double value, char out[WORDS]);

/* "5" or "5–8". */
const char *words_range(double low, double high, char out[WORDS]);

/* "7,012/s", "45.2 µs", "1.23 ms", "0.8 %"; "-" for NAN. */
const char *words_value(double value, enum metric_unit unit, char out[WORDS]);

/* "1.31"; fewer decimals from 100 up. */
const char *words_ratio(double ratio, char out[WORDS]);

/* "1.31 [1.24–1.40]", "1.31" without an interval, "-" without a ratio. */
const char *words_effect(const struct judge_effect *e, char out[WORDS]);

/* A margin of 1.034 as "3.4 %", of 2.85 as "2.85×". */
const char *words_margin(double factor, char out[WORDS]);

/* What stands before item i of n in a list: "", ", " or " and ". */
const char *words_join(size_t i, size_t n);

#endif

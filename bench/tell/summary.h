#ifndef BENCH_TELL_SUMMARY_H
#define BENCH_TELL_SUMMARY_H

/*
 * A judged run for programs: summary.json, as docs/summary.schema.json says,
 * and summary.tsv, a line for each experiment, level and metric.
 * Each returns 0, or -1 with errno.
 */

#include "bench/judge/judge.h"

#include <stdio.h>

int summary_json(const struct judged *j, FILE *out);
int summary_tsv(const struct judged *j, FILE *out);

/* For what else is written as JSON: null where there is no finite number. */
json_t *summary_number(double value);

/* {run, status, reasons[], started_utc}: what every such text begins with. */
json_t *summary_run(const struct judged *j);

/* Takes the value, which may be NULL: out of memory. */
int summary_dump(json_t *value, FILE *out);

#endif

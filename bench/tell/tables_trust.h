#ifndef BENCH_TELL_TABLES_TRUST_H
#define BENCH_TELL_TABLES_TRUST_H

/*
 * The tables that say how far the cells can be trusted. Release each with
 * table_release().
 */

#include "bench/judge/judge.h"
#include "bench/tell/table.h"

/* Cells that are excluded or suspect, each with its reasons. */
struct table tables_doubts(const struct load_run *run);

/* Cells that stray from the other rounds of their place. */
struct table tables_outliers(const struct judgement *j);

/*
 * The rules of validity: name, condition, consequence, what to do.
 *   run: its cells that broke each are counted, in one more column; NULL for
 *   the rules alone.
 */
struct table tables_rules(const struct load_run *run);

#endif

#ifndef BENCH_TELL_TABLES_H
#define BENCH_TELL_TABLES_H

/* The tables that a report shows. Release each with table_release(). */

#include "bench/judge/judge.h"
#include "bench/tell/table.h"

/*
 * The primary metrics, one a row, each mode beside the baseline in a column:
 * ratio and verdict on two lines of a cell.
 */
struct table tables_matrix(const struct load_run *run,
			   const struct judgement *j);

/* Every mode under each metric: the primary ones, or the others. */
struct table tables_verdicts(const struct load_run *run,
			     const struct judgement *j, bool primary);

struct table tables_zombies(const struct load_run *run,
			    const struct judgement *j);

/* Cells that are excluded or suspect, each with its reasons. */
struct table tables_doubts(const struct load_run *run);

/* env.json, a group at a time. */
struct table tables_environment(const struct load_run *run);

/* What was run: each experiment's load. */
struct table tables_loads(const struct load_run *run);

#endif

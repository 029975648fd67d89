#ifndef BENCH_TELL_TABLES_H
#define BENCH_TELL_TABLES_H

/* The tables that a report shows. Release each with table_release(). */

#include "bench/judge/judge.h"
#include "bench/tell/table.h"
#include "bench/tell/words.h"

/* How a verdict is coloured. */
enum table_tone tables_tone(enum verdict verdict);

/* What an effect of that metric must exceed, by its last slot; or "-". */
const char *tables_margin(const struct load_run *run,
			  const struct judge_effect *last, char out[WORDS]);

/* Adds any JSON value as one line of text; "-" for null and NULL. */
void tables_put_json(struct table *t, const json_t *value);

/* Every mode under each metric: the primary ones, or the others. */
struct table tables_verdicts(const struct load_run *run,
			     const struct judgement *j, bool primary);

/* The same of all metrics, as plain numbers in columns of their own. */
struct table tables_figures(const struct load_run *run,
			    const struct judgement *j);

struct table tables_zombies(const struct load_run *run,
			    const struct judgement *j);

/* env.json, a group at a time. */
struct table tables_environment(const struct load_run *run);

/* What was run: each experiment's load. */
struct table tables_loads(const struct load_run *run);

#endif

#ifndef BENCH_TELL_LABELS_H
#define BENCH_TELL_LABELS_H

/*
 * What the slots of a run are called where they bear their mode's look: by the
 * mode's words and, where a mode was asked for more than once, its number.
 */

#include <stdbool.h>

#include "bench/judge/load.h"

enum { LABEL = LOAD_NAME + 64 };

/* Which time this is that the run has the slot's mode; 1 for the first. */
size_t label_number(const struct load_run *run, size_t slot);

/* "none (no reaping)"; "SIG_IGN #2" for the mode's second slot. */
const char *label_full(const struct load_run *run, size_t slot,
		       char out[LABEL]);

/* The same without explanation: "none". */
const char *label_brief(const struct load_run *run, size_t slot,
			char out[LABEL]);

/* The same as titles have it: the baseline plainly, any other in quotes. */
const char *label_quoted(const struct load_run *run, size_t slot,
			 char out[LABEL]);

/*
 * Who is compared with the baseline, be it the baseline's mode once more:
 * "‘none’", "SIG_IGN against itself (#2)".
 */
const char *label_subject(const struct load_run *run, size_t slot,
			  char out[LABEL]);

/*
 * Whether the slot, asked for like any other, has the baseline's mode: as in a
 * null experiment, where whatever differs is noise.
 */
bool label_is_itself(const struct load_run *run, size_t slot);

/* Whether all slots are of that kind, and there is one. */
bool label_null_experiment(const struct load_run *run);

#endif

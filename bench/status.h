#ifndef BENCH_STATUS_H
#define BENCH_STATUS_H

/*
 * What a run is worth, which stands on top of everything printed from it.
 * Plain data; owns no memory.
 */

#include <stddef.h>

/* From best to worst: of two, the later one stands. */
enum run_state {
	RUN_VALID,
	RUN_NOISY,	/* the baseline differs from itself */
	RUN_INCOMPLETE, /* stopped before its end */
	RUN_INVALID,	/* a cell broke a validity rule twice */
};

enum { STATUS_REASONS = 16, STATUS_REASON = 320 };

struct run_status {
	enum run_state state;
	size_t n_reasons;
	char reasons[STATUS_REASONS][STATUS_REASON]; /* one sentence each */
};

/* "VALID" and so on. */
const char *status_name(enum run_state state);

/*
 * Adds a reason and lowers the state to `state` unless it is lower already.
 * The last place of a full list says that there are more.
 */
__attribute__((format(printf, 3, 4))) void
status_add(struct run_status *s, enum run_state state, const char *format, ...);

#endif

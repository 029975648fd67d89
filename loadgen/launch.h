#ifndef LOADGEN_LAUNCH_H
#define LOADGEN_LAUNCH_H

/*
 * When sessions begin. Closed model: as soon as there is room, which the end
 * of another makes. Open model: when they are due, or late if there is no
 * room then; never skipped, and timed from when they were due.
 */

#include <stdbool.h>
#include <stdint.h>

struct session;
struct worker;

/* Returns 0, or -1 with errno. */
int launch_set_up(struct worker *w);
void launch_tear_down(struct worker *w);

/* Begins what may begin, some now and the rest from the event loop. */
void launch_more(struct worker *w);

/* Open model: a session is due at at_ns. */
void launch_due(struct worker *w, uint64_t at_ns, uint64_t now_ns);

/* What a session tells. */
void launch_opened(struct worker *w); /* its first echo is in */
void launch_ended(struct worker *w, struct session *s, bool failed,
		  uint64_t now_ns);

/* Whether every session that was to begin has. */
bool launch_is_done(const struct worker *w);

/* Open sessions times time, up to now. */
void launch_sum_level(struct worker *w, uint64_t now_ns);

#endif

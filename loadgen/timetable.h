#ifndef LOADGEN_TIMETABLE_H
#define LOADGEN_TIMETABLE_H

/*
 * The open model's clockwork: tells the launch when a session is due, and
 * sessions when a message is. It waits for no answer and skips nothing.
 */

#include <stdbool.h>
#include <stdint.h>

struct session;
struct worker;

/* Returns 0, or -1 with errno. */
int timetable_set_up(struct worker *w);
void timetable_tear_down(struct worker *w);

/* The held sessions' messages: from control->schedule_ns on. */
void timetable_start_held(struct worker *w);

/* Another session's messages: from start_ns on, which is when it was due. */
void timetable_start(struct session *s, uint64_t start_ns);

/* Whether something is due within WORKER_AWAKE_NS. */
bool timetable_is_near(const struct worker *w, uint64_t now_ns);

/* Hands out what is due, and sets a timer to shortly before the next. */
void timetable_run(struct worker *w);

/* The end: hands out, late, what had come due by then, and nothing more. */
void timetable_end(struct worker *w, uint64_t end_ns);

#endif

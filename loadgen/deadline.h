#ifndef LOADGEN_DEADLINE_H
#define LOADGEN_DEADLINE_H

/*
 * Sessions that wait for the server, in the order of their deadlines. As all
 * deadlines are equally far off, the one moved last is always the last.
 */

#include <stdint.h>
#include <sys/queue.h>

struct session;
struct worker;

TAILQ_HEAD(session_queue, session);

/* The session has made progress: its time starts anew. */
void deadline_move(struct session *s, uint64_t now_ns);

/* It waits for nothing. */
void deadline_clear(struct session *s);

/* Fails, with ETIMEDOUT, those whose time has come. */
void deadline_check(struct worker *w, uint64_t now_ns);

#endif

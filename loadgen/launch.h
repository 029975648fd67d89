#ifndef LOADGEN_LAUNCH_H
#define LOADGEN_LAUNCH_H

/*
 * May a session begin? Closed model: as soon as there is room, which the end
 * of another makes. Open model: when it is due, or late if there is no room
 * then; never skipped, and timed from when it was due.
 *
 * The place of a session that failed is free again at the next tick. So a
 * server that refuses is not flooded, and one failure of many costs little.
 */

#include <stdbool.h>
#include <stdint.h>

#include "loadgen/load.h"

struct launch {
	const struct load *load;
	uint64_t share;	       /* sessions open at once */
	uint64_t quota;	       /* sessions to begin in all */
	uint64_t index, count; /* of this worker, of all workers */
	uint64_t opening_limit;
	uint64_t failed, served; /* sessions at the last tick */
	struct arrival_law law;
	struct arrival_stream due_at, begun_at;
	uint64_t level_ns; /* until when open_area_ns is summed */
};

/* This worker's share of so many things. */
uint64_t launch_share(const struct launch *l, uint64_t total);

/* The worker's share of what all workers are to do. */
void launch_init(struct launch *l, const struct load *load, uint64_t index,
		 uint64_t count);

/*
 * When the next session is due, in the open model. Returns false if no more
 * are to begin.
 */
bool launch_next(struct launch *l, uint64_t *at_ns);

/* A session is due. */
void launch_due(struct launch *l, uint64_t at_ns, uint64_t now_ns);

/* Whether one may begin now. */
bool launch_may(const struct launch *l, uint64_t now_ns);

/* One begins: its number, and when it was due. */
uint64_t launch_begin(struct launch *l, uint64_t now_ns, uint64_t *due_ns);

/* It has ended; that it was served the tally knows. */
void launch_ended(struct launch *l, bool served, int cause, uint64_t connect_ns,
		  uint64_t now_ns);

void launch_tick(struct launch *l);

/* Whether every session that was to begin has. */
bool launch_is_done(const struct launch *l);

/* Sums open sessions times time, up to now. */
void launch_sum_level(struct launch *l, uint64_t now_ns);

#endif

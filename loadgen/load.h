#ifndef LOADGEN_LOAD_H
#define LOADGEN_LOAD_H

/*
 * What all sessions of a worker share: what was asked for, where it is
 * counted, and when the steady phase is.
 */

#include <stdbool.h>
#include <stdint.h>

#include "loadgen/options.h"
#include "loadgen/tally.h"
#include "loadgen/timetable.h"

enum { BUFFER_BYTES = 64 * 1024 };

struct load {
	const struct options *o;
	const struct control *control;
	struct tally *tally;
	struct arrival_law message_law;
	char *tx_buffer, *rx_buffer; /* for one call, BUFFER_BYTES each */
	int stamper;		     /* keeps the kernel stamping; -1: none */
	int64_t realtime_ns;	     /* CLOCK_REALTIME less CLOCK_MONOTONIC */
	bool may_meet_itself; /* the server's port may be picked as ours */
	bool finishing;	      /* the end has come: nothing more is due */
};

/*
 * For what `o` and `tally` say. Returns 0, or -1 with errno ENOMEM. Tear it
 * down in any case.
 */
int load_set_up(struct load *l, const struct board *board);
void load_tear_down(struct load *l);

/*
 * A socket that does not wait, bound to the source address of session number
 * `id`. Returns it, or -1 with errno.
 */
int load_socket(const struct load *l, uint64_t id);

/* Sets out to connect it to the server. Returns 0, or -1 with errno. */
int load_connect(const struct load *l, int fd);

/*
 * Sets realtime_ns: the kernel's time stamps are of CLOCK_REALTIME, which may
 * be set at any time, so it is to be called now and then.
 */
void load_compare_clocks(struct load *l);

/* What a session is doing, as the functions of a lower layer tell. */
enum outcome {
	WAITING, /* for the server, or for what is due */
	SERVED,	 /* the same, and its first echo has just come in */
	ENDED,	 /* by its `cause` */
};

/* Whether something due then belongs to the steady phase. */
static inline bool load_in_window(const struct load *l, uint64_t at_ns)
{
	return at_ns >= l->control->window_start_ns &&
	       at_ns < l->control->window_end_ns;
}

#endif

#ifndef LOADGEN_TALLY_H
#define LOADGEN_TALLY_H

/*
 * What the workers count, in memory they share with the parent. A worker
 * writes its own tally alone; the parent sums them. The control words go the
 * other way: the parent writes, the workers read.
 */

#include <stdatomic.h>
#include <stdint.h>

#include "lib/clock.h"
#include "lib/hist.h"
#include "lib/shm.h"

/* The one list of counters: name. */
#define TALLY_COUNTERS(X)                                                     \
	X(due) /* sessions whose time had come; open model alone */           \
	X(due_in_window)                                                      \
	X(begun)     /* sessions for which connect() was called */            \
	X(connected) /* whose handshake was completed */                      \
	X(served)    /* that got a whole and true echo */                     \
	X(completed) /* that closed in order */                               \
	X(failed)    /* that ended otherwise; by cause below */               \
	X(unserved)  /* that ended without an echo */                         \
	X(open)	     /* now, a level rather than a count */                   \
	X(completed_in_window)                                                \
	X(lifetime_ns)	/* of those, from connect to close, summed */         \
	X(open_area_ns) /* open sessions times time, in the window */         \
	X(scheduled)	/* messages whose time had come before the end */     \
	X(steady)	/* those of them due in the window */                 \
	X(late)		/* sent more than LATE_NS after their time */         \
	X(sent)		/* written whole */                                   \
	X(echoed)	/* read back whole and true */                        \
	X(echoed_in_window)                                                   \
	X(mismatched)	 /* read back wrong, or never asked for */            \
	X(last_end_ns)	 /* when the last session ended, monotonic */         \
	X(beside_up)	 /* sessions beside the load: now there, a level */   \
	X(beside_lost)	 /* never there, or ended by the server */            \
	X(stalls)	 /* ticks in the window that came late: it did */     \
	X(stalled_ns)	 /* not run, for so long in all */                    \
	X(ticks)	 /* signs of life */                                  \
	X(cpu_ns)	 /* the worker's, at its end */                       \
	X(cpu_window_ns) /* the worker's, in the window, */                   \
	X(cpu_span_ns)	 /* over so long */                                   \
	X(memory_kib)	 /* the worker's largest resident size, at its end */ \
	X(descriptors)	 /* that it had left then, beyond those at its start */

#define LATE_NS NS_PER_MS

/*
 * The one list of histograms: name. All but the lags are latencies of the
 * server. The lags are the generator's own: the send lag from when a session or
 * message was due to when the generator got round to it, the receive lag from
 * when an answer arrived (the kernel's time stamp) to when it was read.
 */
#define TALLY_HISTS(X)      \
	X(connect)          \
	X(first_echo)       \
	X(echo)             \
	X(echo_uncorrected) \
	X(close)            \
	X(send_lag)         \
	X(receive_lag)

/* Causes of failure: an errno, or one of these. */
enum {
	FAILED_EOF = 250,  /* the server closed before the echo was whole */
	FAILED_MISMATCH,   /* the echo was not what was sent */
	FAILED_UNFINISHED, /* still open when the run was given up */
	FAILED_CAUSES,
};

/* "ECONNRESET", "EOF", ...; and back: -1 for none. */
const char *tally_cause_name(int cause);
int tally_cause_number(const char *name);

struct tally {
#define X(name) _Atomic uint64_t name;
	TALLY_COUNTERS(X)
#undef X
	_Atomic uint64_t cause[FAILED_CAUSES];
	_Atomic int no_start; /* errno of a worker that could not start */
#define X(name) struct hist name;
	_Alignas(4096) TALLY_HISTS(X)
#undef X
};

/* Adds to a counter of which this process is the one writer. */
static inline void tally_add(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(
		counter,
		atomic_load_explicit(counter, memory_order_relaxed) + n,
		memory_order_relaxed);
}

struct control {
	_Atomic uint64_t start_ns;
	/* UINT64_MAX: not yet known. */
	_Atomic uint64_t load_ns;     /* from when sessions begin */
	_Atomic uint64_t schedule_ns; /* from when held sessions send */
	/* The window is the steady phase: figures come from it alone. */
	_Atomic uint64_t window_start_ns, window_end_ns;
	_Atomic uint32_t give_up; /* end every session now */
};

/* How much of that time lies in the window. */
static inline uint64_t control_overlap_ns(const struct control *c,
					  uint64_t from_ns, uint64_t to_ns)
{
	uint64_t start_ns = c->window_start_ns, end_ns = c->window_end_ns;

	if (from_ns < start_ns)
		from_ns = start_ns;
	if (to_ns > end_ns)
		to_ns = end_ns;
	return to_ns > from_ns ? to_ns - from_ns : 0;
}

struct board {
	struct shm_header header;
	struct control control;
	_Alignas(4096) struct tally worker[];
};

/* Returns NULL with errno. Release with shm_unmap(). */
struct board *tally_board(unsigned workers);

/* One of its own, zero, to be freed; or NULL with errno ENOMEM. */
struct tally *tally_new(void);

/*
 * Sums every worker's tally into *sum: the counters alone, for a look while
 * they run, or the histograms, too.
 */
void tally_sum_counters(const struct board *b, unsigned workers,
			struct tally *sum);
void tally_sum(const struct board *b, unsigned workers, struct tally *sum);

#endif

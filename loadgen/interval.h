#ifndef LOADGEN_INTERVAL_H
#define LOADGEN_INTERVAL_H

/*
 * What happens while it happens: at every interval a line of NDJSON on stdout,
 * and the interval's histograms for the log of --hlog. Without --interval, the
 * log has one interval, the whole run.
 *
 * Figures are of the interval alone, levels of its end. Histograms hold what
 * counts, so in the steady phase alone there are samples.
 */

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "loadgen/options.h"
#include "loadgen/tally.h"

struct interval {
	/* Lines that could not be written, and why the last could not: EAGAIN
	   if nobody reads. */
	uint64_t lost;
	int lost_errno;
	/* Private. */
	const struct options *o;
	const struct board *board;
	unsigned workers;
	uint64_t last_ns, next_ns;
	struct tally *before, *now, *rise;
	FILE *log; /* in memory, or NULL */
	char *text;
	size_t bytes;
};

/* Returns 0, or -1 with errno. */
int interval_init(struct interval *i, const struct options *o,
		  const struct board *board, unsigned workers);
void interval_release(struct interval *i);

/* The run begins. */
void interval_start(struct interval *i, uint64_t now_ns, double unix_s);

/* Tells the interval that is over, if one is.  pid: of the workers. */
void interval_look(struct interval *i, uint64_t now_ns, const pid_t *pid);

/* The run is over: tells what is left. */
void interval_end(struct interval *i, uint64_t now_ns);

/* Writes the log to a file. Returns 0, or -1 with errno. */
int interval_write_log(struct interval *i, const char *path);

#endif

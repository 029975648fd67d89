#ifndef SERVER_START_H
#define SERVER_START_H

/*
 * Everything that can fail before the first client is served: it is told in
 * one line on stderr, while the terminal still hears, and leaves nothing; but
 * for files in a folder that the user of --user may not write to.
 */

#include "server/options.h"
#include "server/serve.h"

struct daemon {
	struct serve serve; /* its listener and counters are open */
	int pidfile_fd;	    /* -1: none */
};

/*
 * The signal mask and dispositions that the daemon relies on, whatever it
 * inherited. SIGCHLD is the reap mode's.
 */
void start_signals(void);

/*
 * Returns 0 once the daemon listens, and who waits for that knows; or -1, told
 * and undone.
 */
int start(struct daemon *d, const struct options *o);

/* The end: the counters stay mapped, and their file for who wants to read. */
void start_undo_listening(struct daemon *d);
void start_undo_pidfile(struct daemon *d, const struct options *o);

#endif

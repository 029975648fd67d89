#ifndef SERVER_START_H
#define SERVER_START_H

/*
 * Everything that can fail before the first client is served. A failure is one
 * line on stderr, and leaves no file behind, unless the user of --user may not
 * remove it.
 */

#include "server/options.h"
#include "server/serve.h"

/*
 * Sets the signal mask and the dispositions that the daemon relies on,
 * whatever it inherited. SIGCHLD is the reap mode's.
 */
void start_signals(void);

/*
 * Sets up everything, listens, and tells whoever waits for that: --ready-fd,
 * the launcher, NOTIFY_SOCKET. *o must outlive *s.
 * Returns 0, or -1 after printing why and undoing everything.
 */
int start(struct server *s, const struct options *o);

/* At the end. Logs it if the pidfile cannot be removed. */
void start_remove_pidfile(const struct server *s);

#endif

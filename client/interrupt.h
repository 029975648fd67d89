#ifndef CLIENT_INTERRUPT_H
#define CLIENT_INTERRUPT_H

/*
 * SIGINT and SIGTERM, for modes that print a summary before they end. A second
 * signal of the same kind kills the process. A signal that is ignored at the
 * start stays ignored, as a shell's background jobs expect.
 */

/*
 * Returns a descriptor that poll(2) calls ready once a signal has come; it
 * stays open to the end of the process. Or -1 with errno.
 */
int interrupt_watch(void);

/* The signal that came, or 0. */
int interrupt_signal(void);

#endif

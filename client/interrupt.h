#ifndef CLIENT_INTERRUPT_H
#define CLIENT_INTERRUPT_H

/*
 * SIGINT and SIGTERM, for what has something to say before it ends. The
 * second of a kind kills, should the first not be heard. One that is ignored
 * from the start stays so, as a shell's background jobs expect.
 */

/*
 * Returns a descriptor that poll(2) calls ready once a signal has come; it
 * stays open to the end of the process. Or -1 with errno.
 */
int interrupt_watch(void);

/* The signal that came, or 0. */
int interrupt_signal(void);

#endif

#ifndef LIB_SOCK_H
#define LIB_SOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/parse.h"

/* "127.0.0.1:7000", "[::1]:7000", "[fe80::1%eth0]:7000", "/run/echo.sock". */
enum { SOCK_NAME = 120 };
void sock_name(const struct address *a, char out[SOCK_NAME]);

/*
 * Whether a connected socket is connected to itself. Where nobody listens at a
 * port that the kernel picks as ours, TCP does that, and it echoes perfectly.
 */
bool sock_met_itself(int fd);

/* Whether two are the same address and port, of IP. */
bool sock_same(const struct address *a, const struct address *b);

/* Whether it is reached from this machine alone: 127.0.0.0/8, ::1, a path. */
bool sock_is_loopback(const struct address *a);

/* The port of an address, host order; 0: it has none. */
uint16_t sock_port(const struct address *a);

/*
 * The kernel stamps packets with their arrival while any socket asks for it. To
 * turn that on and off costs it milliseconds, so one that is never used may ask
 * all the time. Returns it, to be closed, or -1.
 */
int sock_stamper(void);

/* What our daemons ask for; net.core.somaxconn caps it. */
enum { SOCK_BACKLOG = 4096 };

/*
 * A listening TCP socket (close-on-exec, SO_REUSEADDR, and TCP_NODELAY, which
 * on Linux the accepted ones inherit at no further cost). *bound, unless NULL,
 * is the address it got, with the port that the kernel chose for port 0.
 * Returns the descriptor, or -1 with errno.
 */
int sock_listen(const struct address *a, int backlog, struct address *bound);

/*
 * Reads or writes all of a blocking descriptor's bytes, however many calls it
 * takes. sock_read_all() returns the bytes read, fewer than asked only at the
 * end of the stream, or -1 with errno. sock_write_all() returns 0 or -1.
 */
ssize_t sock_read_all(int fd, void *buf, size_t bytes);
int sock_write_all(int fd, const void *buf, size_t bytes);

#endif

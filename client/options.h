#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "client/ping.h"

/* What echoc was asked for; the strings point into argv. */
struct options {
	bool raw;
	bool pings;
	int family; /* AF_UNSPEC if neither was asked for */
	struct ping_plan ping;
	uint64_t timeout_ns; /* or WAIT_FOREVER */
	const char *host;
	const char *port; /* decimal, 1 to 65535 */
};

/*
 * Returns only if there is something to do. Misuse is one line on stderr and
 * exit 2; --help and --version exit 0.
 */
struct options options_read(int argc, char *argv[]);

#endif

#ifndef LOADGEN_OPTIONS_H
#define LOADGEN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/parse.h"

enum close_kind { CLOSE_FIN, CLOSE_RST };
enum arrivals { ARRIVALS_POISSON, ARRIVALS_UNIFORM };

struct options {
	struct address address;
	uint64_t concurrency; /* sessions open at once */
	uint64_t sessions;    /* to begin in all; 0: as many as fit */
	uint64_t duration_ns; /* 0: until the sessions are done */
	uint64_t messages;    /* echoes a session */
	bool hold;	      /* sessions stay open to the end */
	double message_rate;  /* a second on each held session; 0: none */
	size_t arrivals;      /* enum arrivals */
	uint64_t size_bytes;  /* of a message */
	uint64_t workers;     /* 0: as few as the descriptors allow */
	uint64_t opening;     /* most sessions without their first echo */
	size_t close_kind;    /* enum close_kind */
	uint64_t timeout_ns;  /* without progress of a session */
	uint64_t seed;
	const char *json; /* file, or NULL */
	const char *hist; /* folder, or NULL */
	bool quiet;
};

/*
 * Reads the command line. Prints and exits on --help, --version (status 0) and
 * on misuse (one line on stderr, status 2).
 */
struct options options_parse(int argc, char *argv[]);

#endif

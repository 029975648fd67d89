#ifndef LOADGEN_OPTIONS_H
#define LOADGEN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/opt.h"
#include "lib/parse.h"
#include "loadgen/rate.h"
#include "loadgen/sources.h"
#include "loadgen/threshold.h"

enum close_kind { CLOSE_FIN, CLOSE_RST };
enum beside_kind { BESIDE_HELD, BESIDE_SILENT, BESIDE_HALF, BESIDE_UNREAD };
enum { BESIDE_KINDS = 4 };
enum arrivals { ARRIVALS_POISSON, ARRIVALS_UNIFORM };

struct options {
	struct address address;
	struct sources sources; /* addresses to connect from; count 0: any */
	uint64_t concurrency;	/* sessions open at once, at most */
	uint64_t sessions;	/* to begin in all; 0: as many as fit */
	struct rate rate;	/* of sessions, in the open model */
	double session_rate;	/* its highest; 0: closed model */
	uint64_t burst;		/* sessions that begin at one moment; 0: one */
	uint64_t ramp_ns;	/* over which concurrency is reached */
	uint64_t warmup_ns;	/* that no figure comes from */
	uint64_t duration_ns;	/* 0: until the sessions are done */
	uint64_t messages;	/* echoes a session */
	bool hold;		/* sessions stay open to the end */
	uint64_t beside[BESIDE_KINDS]; /* sessions of each kind */
	double message_rate; /* a second on each session; 0: closed model */
	size_t arrivals;     /* enum arrivals */
	uint64_t size_bytes; /* of a message */
	uint64_t workers;    /* 0: as few as the descriptors allow */
	bool spin;	     /* workers poll instead of sleeping */
	uint64_t opening;    /* most sessions without their first echo */
	size_t close_kind;   /* enum close_kind */
	uint64_t timeout_ns; /* without progress of a session */
	uint64_t seed;
	uint64_t start_unix_s; /* when to begin; 0: at once */
	uint64_t interval_ns;  /* between lines about a running run; 0: none */
	struct thresholds thresholds;
	bool searching; /* for the highest session rate that meets `goal` */
	struct condition goal;
	const char *json; /* file, or NULL, as the next */
	const char *hgrm; /* folder */
	const char *hlog; /* file */
	bool quiet;
};

/*
 * Reads the command line. Prints and exits on --help, --version (status 0) and
 * on misuse (one line on stderr, status 2).
 */
struct options options_parse(int argc, char *argv[]);

/*
 * After --help or --version: exits with 0, or with 3 and the reason if they
 * could not be written.
 */
_Noreturn void options_end_output(void);

#endif

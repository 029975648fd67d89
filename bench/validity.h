#ifndef BENCH_VALIDITY_H
#define BENCH_VALIDITY_H

/*
 * The rules by which a cell's figures may be used or not, declared before
 * anything is measured. An invalid cell is run once more; a suspect one is
 * used and named.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum validity { VALIDITY_VALID, VALIDITY_SUSPECT, VALIDITY_INVALID };

/* What the rules look at. A number below 0: not known, not judged. */
struct evidence {
	bool daemon_died;
	bool load_failed; /* the load generator had no result to give */
	bool unsettled;	  /* the daemon was not quiet when it was counted */
	double requested, served, mismatched, failed, unsent;
	double descriptors_out, ports_out; /* EMFILE, EADDRNOTAVAIL */
	double send_lag_p99_us, echo_p99_us;
	double worker_cpu_pct;
	double samples, samples_missed; /* missed: could not be read */
	double fork_failures, accept_failures;
	double steal_pct;	 /* CPU time that the host took, of all */
	double listen_overflows; /* rise of the system's counter */
	double command_status;	 /* of the timed command, for wall */
};

/* Evidence of nothing: every number unknown. */
struct evidence validity_no_evidence(void);

enum { VALIDITY_REASONS = 8, VALIDITY_REASON = 240 };

struct validity_finding {
	enum validity status;
	size_t reasons;
	char reason[VALIDITY_REASONS][VALIDITY_REASON];
};

void validity_judge(const struct evidence *e, struct validity_finding *out);

/* "valid", "suspect", "invalid". */
const char *validity_name(enum validity v);

#endif

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

enum {
	VALIDITY_REASONS = 8,
	VALIDITY_REASON = 400,
	VALIDITY_DETAIL = 200,
	VALIDITY_SENTENCE = 320
};

/*
 * What the rules look at. A number below 0: there is none in such a cell, or
 * of so few samples, and nothing is judged by it. NAN: it should be there and
 * is missing, so that a rule can't be judged; which is a doubt in itself.
 */
struct evidence {
	bool daemon_died;
	bool load_failed; /* the load generator had no result to give */
	bool unsettled;	  /* the daemon was not quiet when it was counted */
	double daemon_signal, load_signal; /* that killed it; 0: none did */
	double requested, served, mismatched, failed, unsent;
	double descriptors_out, ports_out;    /* EMFILE, EADDRNOTAVAIL */
	double offered_per_s, achieved_per_s; /* where load is due at a rate */
	double window_s, echo_mean_us;	      /* of the same */
	double send_lag_p90_us, send_lag_p99_us, echo_p99_us;
	double mean_open, rate_times_time; /* sessions, counted in two ways */
	double completed;		   /* sessions, in that time */
	double worker_cpu_pct;
	double samples, samples_missed; /* missed: could not be read */
	double fork_failures, accept_failures;
	double steal_pct;	 /* CPU time that the host took, of all */
	double listen_overflows; /* rise of the system's counter */
	double foreign_cpu_pct;	 /* of one CPU, by processes not ours */
	double command_status;	 /* of the timed command, for wall */
	/* How many reasons the load generator gives for such a verdict. */
	double generator_invalid, generator_suspect;
	char generator_first[VALIDITY_DETAIL]; /* of these reasons */
	char foreign_most[VALIDITY_DETAIL];    /* the process that used most */
};

/* Evidence of nothing: every number below 0. */
struct evidence validity_no_evidence(void);

/* One rule: broken if its value is above the limit. */
struct validity_rule {
	const char *name; /* stable: stored, and read again */
	/* *detail: what the sentence needs beside the value; else untouched. */
	double (*value)(const struct evidence *e, char detail[VALIDITY_DETAIL]);
	double limit;
	enum validity consequence;
	enum {
		JUDGED_HERE,
		JUDGED_TWICE, /* by the load generator, too */
		TAKEN_OVER,   /* from it, unless judged twice as gravely */
	} judged;
	const char *condition; /* with the limit as %g */
	const char *sentence;  /* with the value as %f, then the detail as %s */
	const char *advice;
};

/* The one list of them. */
extern const struct validity_rule validity_rules[];
extern const size_t validity_rule_count;

/* The rule of that name, or NULL. */
const struct validity_rule *validity_find(const char *name);

/* What breaks it, in words: "the host took over 5 % of the CPU time". */
void validity_condition(const struct validity_rule *rule,
			char out[VALIDITY_REASON]);

struct validity_finding {
	enum validity status;
	size_t reasons; /* at most so many are told, the gravest first */
	const struct validity_rule *rule[VALIDITY_REASONS]; /* broken ones */
	char reason[VALIDITY_REASONS][VALIDITY_REASON]; /* sentence; advice */
};

void validity_judge(const struct evidence *e, struct validity_finding *out);

/* "valid", "suspect", "invalid". */
const char *validity_name(enum validity v);

#endif

#ifndef BENCH_MEASURE_DOCTOR_FACTS_H
#define BENCH_MEASURE_DOCTOR_FACTS_H

/*
 * What can keep a run from going well, as it stands now. Plain data, so that
 * what is made of it can be tried on machines of every kind.
 */

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/drift.h"
#include "bench/measure/tool.h"
#include "bench/validity.h"
#include "lib/limits.h"

enum { DOCTOR_TEXT = 64, DOCTOR_STRAYS = 8, DOCTOR_LISTENER = 32 };

/* A daemon that runs already. */
struct doctor_stray {
	pid_t pid;
	pid_t run; /* the forkbench that it serves; 0: none */
};

struct doctor_tool {
	int error; /* errno of what keeps it from being run, or 0 */
	char version[TOOL_VERSION];
};

/* UINT64_MAX, a NAN, an empty text, a turbo of -1: not known, or no limit. */
struct doctor_facts {
	uint64_t files_soft, files_hard; /* descriptors of a process */
	struct limits limits;		 /* on processes */
	struct limits_ports ports;	 /* of one address */
	uint64_t time_wait_most;
	uint64_t somaxconn;
	size_t strays; /* may be more than there is room for */
	struct doctor_stray stray[DOCTOR_STRAYS];
	size_t listeners; /* where a run's daemons will be */
	char listener[DOCTOR_LISTENER];
	uint64_t cpus;		    /* that we may use */
	char governor[DOCTOR_TEXT]; /* of the first CPU that isn't fast */
	int turbo;
	const char *turbo_off; /* what turns it off */
	char huge_pages[DOCTOR_TEXT];
	struct drift_reading now; /* NAN: unknown */
	/* Over DOCTOR_LOOK_MS; NAN: unknown. */
	double steal_pct, foreign_cpu_pct;
	char foreign_most[VALIDITY_DETAIL]; /* the process that used the most */
	bool sigchld_ignored;		    /* by whoever started us */
	const char *unbuilt; /* the program that can't be run, or NULL */
	struct doctor_tool gnuplot, hyperfine;
	char folder[PATH_MAX]; /* that the run's is made in */
	int folder_error;      /* errno of what keeps it from being made */
	uint64_t disk_bytes;
	char clock_source[DOCTOR_TEXT];
	int children_error; /* errno of reading our own children */
	size_t unfinished;  /* runs in results/ */
	char unfinished_run[PATH_MAX];
};

/* What to look at beside the machine. */
struct doctor_subject {
	const char *echod, *loadgen; /* paths of the programs */
	const char *out;	     /* the run's folder, or NULL */
	bool sigchld_ignored;
};

enum { DOCTOR_LOOK_MS = 200 };

/*
 * Reads some 35 files, one for each CPU's governor and two for each process,
 * and starts the tools for their versions. It takes DOCTOR_LOOK_MS, and more
 * only where there are thousands of processes. Changes nothing.
 */
void doctor_facts_read(struct doctor_facts *f, const struct doctor_subject *s);

#endif

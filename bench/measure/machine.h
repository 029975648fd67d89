#ifndef BENCH_MEASURE_MACHINE_H
#define BENCH_MEASURE_MACHINE_H

/*
 * The facts of this machine, all read here: what can change a figure (it goes
 * to env.json) and what can keep a run from going well (doctor's table is made
 * of it). Plain data, so that doctor can be tried on machines of every kind.
 */

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "bench/measure/cpu.h"
#include "bench/measure/foreign.h"
#include "lib/kernel_file.h"
#include "lib/syn.h"

enum fact_type { FACT_TEXT, FACT_NUMBER, FACT_FLAG };

/*
 * The one list of what env.json holds of the machine: identifier, group, key,
 * type, file, and the field in it. No field: the file's first line. No file:
 * machine_look() finds it otherwise. No identifier may be a macro.
 */
#define MACHINE_SYSCTL(X, id, name) \
	X(id, "sysctl", name, FACT_TEXT, "/proc/sys/" name, NULL)
#define MACHINE_FACTS(X)                                                      \
	X(KERNEL, "host", "kernel", FACT_TEXT, NULL, NULL)                    \
	X(MACHINE, "host", "machine", FACT_TEXT, NULL, NULL)                  \
	X(CPU, "host", "cpu", FACT_TEXT, "/proc/cpuinfo", "model name")       \
	X(CPUS, "host", "cpus", FACT_NUMBER, NULL, NULL)                      \
	X(CPUS_ALLOWED, "host", "cpus_allowed", FACT_TEXT,                    \
	  "/proc/self/status", "Cpus_allowed_list")                           \
	X(HYPERVISOR, "host", "hypervisor", FACT_TEXT, NULL, NULL)            \
	X(CLOCK_SOURCE, "host", "clock_source", FACT_TEXT,                    \
	  "/sys/devices/system/clocksource/clocksource0/current_clocksource", \
	  NULL)                                                               \
	X(MEMORY, "host", "memory", FACT_TEXT, "/proc/meminfo", "MemTotal")   \
	X(GOVERNOR, "host", "governor", FACT_TEXT, NULL, NULL)                \
	X(TURBO, "host", "turbo", FACT_TEXT, NULL, NULL)                      \
	X(HUGE_PAGES, "vm", "transparent_hugepage", FACT_TEXT,                \
	  "/sys/kernel/mm/transparent_hugepage/enabled", NULL)                \
	X(OVERCOMMIT, "vm", "overcommit", FACT_TEXT,                          \
	  "/proc/sys/vm/overcommit_memory", NULL)                             \
	X(OPEN_FILES, "limits", "open_files", FACT_NUMBER, NULL, NULL)        \
	X(PROCESSES, "limits", "processes", FACT_NUMBER, NULL, NULL)          \
	MACHINE_SYSCTL(X, PID_MAX, "kernel/pid_max")                          \
	MACHINE_SYSCTL(X, AUTOGROUP, "kernel/sched_autogroup_enabled")        \
	MACHINE_SYSCTL(X, THREADS_MAX, "kernel/threads-max")                  \
	MACHINE_SYSCTL(X, PARANOID, "kernel/perf_event_paranoid")             \
	MACHINE_SYSCTL(X, ACCEPT_QUEUE, "net/core/somaxconn")                 \
	MACHINE_SYSCTL(X, PORT_RANGE, "net/ipv4/ip_local_port_range")         \
	MACHINE_SYSCTL(X, SYN_BACKLOG, "net/ipv4/tcp_max_syn_backlog")        \
	MACHINE_SYSCTL(X, TW_BUCKETS, "net/ipv4/tcp_max_tw_buckets")          \
	MACHINE_SYSCTL(X, TW_REUSE, "net/ipv4/tcp_tw_reuse")                  \
	MACHINE_SYSCTL(X, SYN_LINEAR, "net/ipv4/tcp_syn_linear_timeouts")     \
	MACHINE_SYSCTL(X, ABORT, "net/ipv4/tcp_abort_on_overflow")            \
	X(VERSION, "build", "version", FACT_TEXT, NULL, NULL)                 \
	X(COMPILER, "build", "compiler", FACT_TEXT, NULL, NULL)               \
	X(FLAGS, "build", "flags", FACT_TEXT, NULL, NULL)                     \
	X(COMMIT, "build", "commit", FACT_TEXT, NULL, NULL)                   \
	X(DIRTY, "build", "dirty", FACT_FLAG, NULL, NULL)                     \
	X(HYPERFINE, "tools", "hyperfine", FACT_TEXT, NULL, NULL)             \
	X(GNUPLOT, "tools", "gnuplot", FACT_TEXT, NULL, NULL)

enum fact {
#define X(id, group, key, type, file, field) FACT_##id,
	MACHINE_FACTS(X)
#undef X
		FACT_COUNT
};

enum {
	FACT_BYTES = 1024,
	WEAKNESSES_MOST = 40,
	STRAYS_MOST = 8,
	LISTENER_BYTES = 32,
	MACHINE_WHY = 256,
};

/* What the CPU suffers from, and what the kernel does about it. */
struct weakness {
	char name[48], state[208];
};

/* A server that runs already. */
struct stray {
	pid_t pid;
	pid_t run; /* the forkbench that it serves; 0: none */
};

struct machine {
	/* By enum fact, numbers and flags ("0", "1") too; "" is not known. */
	char fact[FACT_COUNT][FACT_BYTES];
	size_t weaknesses;
	struct weakness weakness[WEAKNESSES_MOST];
	size_t syns; /* when a SYN is sent again: lib/syn.h */
	double syn_s[SYN_MOST];

	/*
	 * Of all numbers: NAN is not known, INFINITY is no limit. First room,
	 * then what else went on. Processes are counted with their threads.
	 */
	double files_soft, files_hard; /* descriptors of a process */
	double pid_max, threads_max;   /* processes of the system */
	double user_processes;	       /* of this user; root: no limit */
	double taken;		       /* of those: now, and some to spare */
	double group_max, group_taken; /* of the tightest control group */
	char group_file[KERNEL_PATH + 16]; /* its pids.max, or "" */
	double memory_mib; /* available, and the control groups' limit */
	double disk_mib;   /* free in `folder` */
	double file_mib;   /* that a file may have: ulimit -f */
	double ports;	   /* to choose from, of one address */
	double time_wait, time_wait_max, somaxconn, map_count;
	double cpus;	   /* that we may use */
	double quota_cpus; /* CPU time per time that a control group allows */
	char quota_file[KERNEL_PATH + 24];
	double load_1min, pressure_pct;
	double steal_pct, foreign_pct; /* over MACHINE_LOOK_MS */
	char foreign_most[64];	       /* the process that used the most */

	/* errno of what failed, or 0. */
	int hyperfine_error, gnuplot_error, children_error, folder_error;
	int one_address_error, all_addresses_error; /* 127.0.0.1, 127.0.1.1 */
	bool proc_hides;	/* processes of other users (hidepid) */
	bool proc_lacks_system; /* /proc/stat and others (subset=pid) */
	bool sigchld_ignored;	/* by whoever started us */
	const char *unbuilt;	/* the program that can't be run, or NULL */
	const char *turbo_off;	/* a command, where turbo is "on" */
	const char *cpu_source; /* as of cpu.h; NULL: none */
	char cpu_advice[CPU_ADVICE];
	char folder[PATH_MAX]; /* that the run's is made in */

	/* What earlier runs left; more may be counted than is kept. */
	size_t strays, listeners, unfinished;
	struct stray stray[STRAYS_MOST];
	char listener[LISTENER_BYTES]; /* the first: "127.0.1.7:40000" */
	char unfinished_run[PATH_MAX];
};

/* What to look at in addition to the machine. */
struct machine_places {
	const char *const *programs; /* paths of ours, NULL-terminated */
	const char *out;	     /* the run's folder; NULL: in results/ */
	bool sigchld_ignored;	     /* spawn_sigchld_was_ignored() */
};

enum { MACHINE_LOOK_MS = 200 };

/*
 * Reads all of it; needs spawn_set_up(). It takes MACHINE_LOOK_MS, and starts
 * the tools for their versions: not while measuring. Leaves nothing behind.
 */
void machine_look(struct machine *m, const struct machine_places *places);

/*
 * The groups of env.json, host to tools: a new object, or NULL. What is not
 * known is null. The caller adds schema_version and what doctor found.
 */
json_t *machine_json(const struct machine *m);

/*
 * Whether cells that were measured under a stored env.json belong together with
 * those of now: one kernel, one CPU, one build. Returns 0, or -1 with the
 * first difference in why.
 */
int machine_same(const json_t *stored, const struct machine *now,
		 char why[MACHINE_WHY]);

/* The commit that this program was built from, short, or "unknown". */
const char *machine_commit(void);

/* --- for machine_look(), and for tests ------------------------------------ */

/*
 * Of a /proc/net/tcp, the listeners at 127.0.1.0 upwards, which is where the
 * servers of a run are, at ports from low to high.
 */
void machine_listeners(struct machine *m, FILE *in, unsigned low,
		       unsigned high);

/* Of all processes, the echods that are not ours and no session of another. */
void machine_strays(struct machine *m, const struct foreign *all);

/* The limits of our control groups; proc: "/proc", or a folder in tests. */
void machine_groups(struct machine *m, const char *proc);

#endif

#ifndef BENCH_STUDY_METRIC_H
#define BENCH_STUDY_METRIC_H

/*
 * The one list of figures that a cell may yield. Its names are the columns of
 * cells.tsv and the keys of summary.json.
 */

#include <stdbool.h>
#include <stddef.h>

enum metric_better { BETTER_NEITHER, BETTER_LOWER, BETTER_HIGHER };

enum metric_unit {
	UNIT_COUNT,
	UNIT_PER_S,
	UNIT_US,
	UNIT_MS,
	UNIT_S,
	UNIT_PCT,
	UNIT_KIB,
};

/*
 * identifier, name, title for people, unit, which is better, meaning. A title
 * begins in lower case unless its first word is a name.
 */
#define METRICS(X)                                                             \
	X(CPU_US, "cpu_us", "CPU per session", UNIT_US, BETTER_LOWER,          \
	  "CPU time of the server and all its children, their exit included, " \
	  "over the sessions")                                                 \
	X(PARENT_CPU_US, "parent_cpu_us", "parent's CPU per session", UNIT_US, \
	  BETTER_LOWER,                                                        \
	  "CPU time of the server's first process alone, over the sessions")   \
	X(SESSIONS_PER_S, "sessions_per_s", "sessions/s", UNIT_PER_S,          \
	  BETTER_HIGHER, "sessions completed, over the load's time")           \
	X(FORK_P50_US, "fork_p50_us", "fork() p50", UNIT_US, BETTER_LOWER,     \
	  "from before fork() to after it in the parent")                      \
	X(FIRST_ECHO_P50_US, "first_echo_p50_us", "first echo p50", UNIT_US,   \
	  BETTER_LOWER,                                                        \
	  "from connect() to the arrival of the first whole echo")             \
	X(STORM_MS, "storm_ms", "exit storm", UNIT_MS, BETTER_LOWER,           \
	  "from the close of all sessions at once to the last child's end, "   \
	  "or "                                                                \
	  "its collection where the server collects")                          \
	X(STORM_CPU_US, "storm_cpu_us", "CPU per session in the storm",        \
	  UNIT_US, BETTER_LOWER,                                               \
	  "CPU time of the server and its children from just before that "     \
	  "close, over the sessions")                                          \
	X(OP_CPU_US, "op_cpu_us", "CPU per operation", UNIT_US, BETTER_LOWER,  \
	  "CPU time of all processes of the program, over the operations")     \
	X(OP_US, "op_us", "time per operation", UNIT_US, BETTER_LOWER,         \
	  "from the first operation's begin to the last one's end, over the "  \
	  "operations")                                                        \
	X(WALL_S, "wall_s", "wall time", UNIT_S, BETTER_LOWER,                 \
	  "hyperfine's median from before the server's start to after its "    \
	  "end")                                                               \
	X(OFFERED_PER_S, "offered_per_s", "offered sessions/s", UNIT_PER_S,    \
	  BETTER_NEITHER,                                                      \
	  "sessions begun per second, on a schedule that waits for none")      \
	X(PSS_KIB, "pss_kib", "memory of a child", UNIT_KIB, BETTER_LOWER,     \
	  "PSS of a child with its session held: shared pages count in "       \
	  "parts; mean of some")                                               \
	X(KERNEL_KIB, "kernel_kib", "kernel memory per session", UNIT_KIB,     \
	  BETTER_LOWER,                                                        \
	  "rise of the kernel's stacks, page tables and slabs to when all "    \
	  "sessions are held, both ends of them, over the sessions")           \
	X(FAILED, "failed", "failed sessions", UNIT_COUNT, BETTER_LOWER,       \
	  "sessions that the load generator saw end unserved")                 \
	X(FORK_FAILURES, "fork_failures", "failed forks", UNIT_COUNT,          \
	  BETTER_LOWER, "calls of fork() that failed")                         \
	X(FORKS_BEFORE, "forks_before", "forks before the first failure",      \
	  UNIT_COUNT, BETTER_NEITHER,                                          \
	  "children forked when the first fork() failed; empty: none did")     \
	X(SERVED_AFTER, "served_after", "served afterwards", UNIT_COUNT,       \
	  BETTER_HIGHER,                                                       \
	  "of 20 sessions more, after the load, still under the process "      \
	  "limit")                                                             \
	X(SYN_RETRANSMITS, "syn_retransmits", "SYN retransmissions",           \
	  UNIT_COUNT, BETTER_LOWER,                                            \
	  "rise of the network namespace's TCPSynRetrans")                     \
	X(ZOMBIES_LEFT, "zombies_left", "zombies left", UNIT_COUNT,            \
	  BETTER_LOWER,                                                        \
	  "children in state Z by the kernel's account, after the load has "   \
	  "ended and the server is quiet")                                     \
	X(ZOMBIES_PEAK, "zombies_peak", "zombies at most", UNIT_COUNT,         \
	  BETTER_NEITHER,                                                      \
	  "most at once: by the server's counters, exited less collected, or " \
	  "by a reading of the kernel's")                                      \
	X(SESSIONS, "sessions", "sessions", UNIT_COUNT, BETTER_NEITHER,        \
	  "sessions that the cell's figures are of, without the warm-up")      \
	X(FORKS, "forks", "forks", UNIT_COUNT, BETTER_NEITHER,                 \
	  "children forked, warm-up included, as the next four")               \
	X(EXITS, "exits", "exits", UNIT_COUNT, BETTER_NEITHER,                 \
	  "children that reached their _exit()")                               \
	X(COLLECTED, "collected", "collected", UNIT_COUNT, BETTER_NEITHER,     \
	  "children collected by a wait call of the server")                   \
	X(HANDLER_CALLS, "handler_calls", "handler calls", UNIT_COUNT,         \
	  BETTER_NEITHER, "calls of the SIGCHLD handler")                      \
	X(WAKEUPS, "wakeups", "wake-ups", UNIT_COUNT, BETTER_NEITHER,          \
	  "wake-ups of the server's loop by its reap mode")                    \
	X(FORK_P99_US, "fork_p99_us", "fork() p99", UNIT_US, BETTER_LOWER,     \
	  "as fork_p50_us")                                                    \
	X(CHILD_START_P50_US, "child_start_p50_us", "child start p50",         \
	  UNIT_US, BETTER_LOWER,                                               \
	  "from before fork() to the child's first instruction of its own")    \
	X(CONNECT_P50_US, "connect_p50_us", "connect p50", UNIT_US,            \
	  BETTER_LOWER,                                                        \
	  "TCP handshake; the kernel completes it before any fork")            \
	X(FIRST_ECHO_P99_US, "first_echo_p99_us", "first echo p99", UNIT_US,   \
	  BETTER_LOWER, "as first_echo_p50_us")                                \
	X(CONNECT_P99_US, "connect_p99_us", "connect p99", UNIT_US,            \
	  BETTER_LOWER, "as connect_p50_us")                                   \
	X(ECHO_P50_US, "echo_p50_us", "echo p50", UNIT_US, BETTER_LOWER,       \
	  "from the intended send to the last byte of the reply")              \
	X(ECHO_P99_US, "echo_p99_us", "echo p99", UNIT_US, BETTER_LOWER,       \
	  "as echo_p50_us")                                                    \
	X(CLOSE_P50_US, "close_p50_us", "close p50", UNIT_US, BETTER_LOWER,    \
	  "from our FIN to the server's")                                      \
	X(PARENT_CALLS, "parent_calls", "system calls, parent", UNIT_COUNT,    \
	  BETTER_NEITHER,                                                      \
	  "per session, of the server's first thread; as the next five, by "   \
	  "perf_event_open()")                                                 \
	X(CHILD_CALLS, "child_calls", "system calls, child", UNIT_COUNT,       \
	  BETTER_NEITHER, "per session, of all other threads and processes")   \
	X(PARENT_SWITCHES, "parent_switches", "context switches, parent",      \
	  UNIT_COUNT, BETTER_NEITHER, "as parent_calls")                       \
	X(CHILD_SWITCHES, "child_switches", "context switches, child",         \
	  UNIT_COUNT, BETTER_NEITHER,                                          \
	  "as child_calls; without the last one of each process, which ends "  \
	  "it")                                                                \
	X(PARENT_FAULTS, "parent_faults", "page faults, parent", UNIT_COUNT,   \
	  BETTER_NEITHER, "as parent_calls")                                   \
	X(CHILD_FAULTS, "child_faults", "page faults, child", UNIT_COUNT,      \
	  BETTER_NEITHER, "as child_calls")                                    \
	X(USER_S, "user_s", "user time", UNIT_S, BETTER_LOWER,                 \
	  "hyperfine's; without the children that the kernel collects")        \
	X(SYSTEM_S, "system_s", "system time", UNIT_S, BETTER_LOWER,           \
	  "likewise")                                                          \
	X(LOADGEN_CPU_PCT, "loadgen_cpu_pct", "load generator's CPU",          \
	  UNIT_PCT, BETTER_NEITHER,                                            \
	  "of one CPU, by the busiest worker of the load generator")           \
	X(LOAD_MS, "load_ms", "load", UNIT_MS, BETTER_NEITHER,                 \
	  "how long the load lasted, warm-up not included")                    \
	X(OVERHEAD_MS, "overhead_ms", "overhead", UNIT_MS, BETTER_NEITHER,     \
	  "what the cell cost beside its load: starts, warm-up, counting, "    \
	  "stop")                                                              \
	X(STEAL_PCT, "steal_pct", "steal", UNIT_PCT, BETTER_NEITHER,           \
	  "CPU time of all CPUs that the host took during the cell")           \
	X(FOREIGN_CPU_PCT, "foreign_cpu_pct", "foreign CPU", UNIT_PCT,         \
	  BETTER_NEITHER,                                                      \
	  "of one CPU, used during the cell by processes that are not "        \
	  "forkbench's")                                                       \
	X(THROTTLED_PCT, "throttled_pct", "throttled", UNIT_PCT,               \
	  BETTER_NEITHER,                                                      \
	  "of the cell's time, that a CPU quota held our control group back")  \
	X(LISTEN_OVERFLOWS, "listen_overflows", "accept queue overflows",      \
	  UNIT_COUNT, BETTER_NEITHER,                                          \
	  "rise of the network namespace's ListenOverflows")                   \
	X(TIME_WAIT, "time_wait", "TIME_WAIT", UNIT_COUNT, BETTER_NEITHER,     \
	  "sockets of the network namespace in TIME_WAIT, before the cell")

enum metric_id {
#define X(id, name, title, unit, better, meaning) METRIC_##id,
	METRICS(X)
#undef X
		METRIC_COUNT
};

struct metric {
	const char *name, *title;
	enum metric_unit unit;
	enum metric_better better;
	const char *meaning;
};

extern const struct metric metrics[METRIC_COUNT];

/* The metric of that name, or -1. */
int metric_find(const char *name);

/* Whether levels are compared by ratios of it: it is no count. */
bool metric_has_ratio(int metric);

/* A value with its unit, for people: "94.7 us" with a true micro sign,
 * "15,051/s", "1.25 ms". "-" never: a NAN gives an empty text. */
enum { METRIC_WORDS = 40 };
void metric_words(enum metric_id id, double value, char out[METRIC_WORDS]);

/* For tables that others read: "us", "1/s", "%", "". */
extern const char *const metric_unit_names[];

#endif

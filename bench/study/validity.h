#ifndef BENCH_STUDY_VALIDITY_H
#define BENCH_STUDY_VALIDITY_H

/*
 * The rules by which a cell's figures may be used or not, declared before
 * anything is measured. An invalid cell is measured once more at the end of
 * its round; a suspect one is used and named. What the load generator judges
 * of itself is taken over (rules generator-*), not judged again.
 */

#include <stddef.h>

enum validity { VALIDITY_VALID, VALIDITY_SUSPECT, VALIDITY_INVALID };

/* identifier, name (stable: stored), consequence, what it means, what to do */
#define VALIDITY_RULES(X)                                                     \
	X(SERVER_KILLED, "server-killed", VALIDITY_INVALID,                   \
	  "a signal killed the server",                                       \
	  "if nobody sent it, see dmesg: memory may have run out")            \
	X(SERVER_DIED, "server-died", VALIDITY_INVALID,                       \
	  "the server died, or could not be stopped", "see its log in logs/") \
	X(GENERATOR_KILLED, "generator-killed", VALIDITY_INVALID,             \
	  "a signal killed the load generator",                               \
	  "if nobody sent it, see dmesg: memory may have run out")            \
	X(GENERATOR_INVALID, "generator-invalid", VALIDITY_INVALID,           \
	  "the load generator calls its run invalid, or gave no result",      \
	  "see its log in logs/")                                             \
	X(FORK_FAILED, "fork-failed", VALIDITY_INVALID, "fork() failed",      \
	  "raise ulimit -u or kernel.pid_max, or lower SESSIONS")             \
	X(ACCEPT_FAILED, "accept-failed", VALIDITY_INVALID,                   \
	  "accept() failed for want of descriptors or memory",                \
	  "see its log in logs/")                                             \
	X(UNSETTLED, "unsettled", VALIDITY_INVALID,                           \
	  "children were still alive some seconds after the load, so the "    \
	  "zombies left are not final",                                       \
	  "quiet the machine, or lower SESSIONS")                             \
	X(COMMAND_FAILED, "command-failed", VALIDITY_INVALID,                 \
	  "the timed command failed", "see its log in logs/")                 \
	X(GENERATOR_SUSPECT, "generator-suspect", VALIDITY_SUSPECT,           \
	  "the load generator calls its run suspect",                         \
	  "quiet the machine, or compare ratios only")                        \
	X(STEAL, "steal", VALIDITY_SUSPECT,                                   \
	  "the host took a share of the CPU time", "use a quieter machine")   \
	X(FOREIGN_LOAD, "foreign-load", VALIDITY_SUSPECT,                     \
	  "other processes used a share of a CPU", "stop them")               \
	X(THROTTLED, "throttled", VALIDITY_SUSPECT,                           \
	  "a CPU quota held the cell back", "raise the quota (cpu.max)")      \
	X(LISTEN_OVERFLOW, "listen-overflow", VALIDITY_SUSPECT,               \
	  "the accept queue overflowed", "raise net.core.somaxconn")

enum validity_id {
#define X(id, name, consequence, means, advice) VALIDITY_##id,
	VALIDITY_RULES(X)
#undef X
		VALIDITY_RULE_COUNT
};

struct validity_rule {
	const char *name;
	enum validity consequence;
	const char *means, *advice;
};

extern const struct validity_rule validity_rules[VALIDITY_RULE_COUNT];

/* Limits, per cent of the cell's time, above which a share is suspect. */
#define VALIDITY_STEAL_PCT 5.0
#define VALIDITY_FOREIGN_PCT 10.0
#define VALIDITY_THROTTLED_PCT 1.0

/* "valid", "suspect", "invalid". */
extern const char *const validity_names[];

enum { VALIDITY_FOUND = 6, VALIDITY_DETAIL = 160 };

/* What was found of one cell. */
struct validity_finding {
	unsigned aims_at; /* rules that do not apply: bits, 1 << rule */
	enum validity status;
	size_t count;
	struct {
		enum validity_id rule;
		char detail[VALIDITY_DETAIL]; /* the figure: "12 %, most: cc1" */
	} found[VALIDITY_FOUND]; /* the gravest first, as they are added so */
};

/* Adds a broken rule. Past VALIDITY_FOUND of them only the status follows. */
__attribute__((format(printf, 3, 4))) void
validity_add(struct validity_finding *v, enum validity_id rule,
	     const char *detail, ...);

/* The rule of that name, or -1. */
int validity_find(const char *name);

/*
 * One text for cells.tsv: "steal: 12 %; foreign-load: 40 %, most: cc1".
 * Details hold no tab, newline or "; ".
 */
enum { VALIDITY_TEXT = 1152 };
void validity_text(const struct validity_finding *v, char out[VALIDITY_TEXT]);

/*
 * The reverse. A rule that is not known is left out; a status that is not known
 * is invalid.
 */
void validity_read(const char *status, const char *text,
		   struct validity_finding *out);

#endif

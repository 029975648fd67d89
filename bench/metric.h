#ifndef BENCH_METRIC_H
#define BENCH_METRIC_H

/*
 * The one list of figures that a cell may yield. The measuring half stores
 * them by name in metrics.json; the analysing half reads them back, judges
 * them and shows them.
 */

#include <stdbool.h>

/* Experiments, as bits: a metric belongs to some of them. */
enum {
	IN_CHURN = 1 << 0,
	IN_HOLD = 1 << 1,
	IN_WALL = 1 << 2,
};

/* Which of two values is the one to wish for. */
enum metric_better {
	BETTER_NEITHER,
	BETTER_LOWER,
	BETTER_HIGHER,
};

/* How modes are compared. */
enum metric_judged {
	JUDGED_NOT,	 /* shown, without a verdict */
	JUDGED_BY_RATIO, /* to the baseline, paired by round */
	JUDGED_BY_LEAK,	 /* any round above 0 is a leak */
};

enum metric_unit {
	UNIT_COUNT,
	UNIT_PER_S,
	UNIT_US,
	UNIT_MS,
	UNIT_S,
	UNIT_PCT,
};

struct metric {
	const char *name;  /* key in metrics.json */
	const char *title; /* for people, without its experiment */
	enum metric_unit unit;
	enum metric_better better;
	enum metric_judged judged;
	unsigned in;	     /* experiments that measure it */
	unsigned primary_in; /* experiments whose question it answers */
};

enum metric_id {
	METRIC_SESSIONS_PER_S,
	METRIC_MESSAGES_PER_S,
	METRIC_SESSIONS,
	METRIC_FORK_P50_US,
	METRIC_FORK_P99_US,
	METRIC_CHILD_START_P50_US,
	METRIC_CONNECT_P50_US,
	METRIC_FIRST_ECHO_P50_US,
	METRIC_FIRST_ECHO_P99_US,
	METRIC_ECHO_P50_US,
	METRIC_ECHO_P99_US,
	METRIC_SEND_LAG_P99_US,
	METRIC_CLOSE_P50_US,
	METRIC_ZOMBIES_PEAK,
	METRIC_ZOMBIES_LEFT,
	METRIC_ZOMBIE_LIFETIME_MS,
	METRIC_FORKS,
	METRIC_EXITS,
	METRIC_HANDLER_CALLS,
	METRIC_WAKEUPS,
	METRIC_REAPED,
	METRIC_SAMPLER_CPU_PCT,
	METRIC_LOADGEN_CPU_PCT,
	METRIC_WALL_S,
	METRIC_USER_S,
	METRIC_SYSTEM_S,
	METRIC_COUNT,
};

extern const struct metric metrics[METRIC_COUNT];

/* The experiment's bit, or 0 for a name that this program does not know. */
unsigned metric_experiment(const char *experiment);

bool metric_is_primary(enum metric_id id, const char *experiment);

/* "1/s", "µs" and so on; "-" for a count. */
const char *metric_unit_name(enum metric_unit unit);

#endif

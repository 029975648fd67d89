#include "bench/metric.h"

#include <string.h>

#define LOADED (IN_CHURN | IN_HOLD)

const struct metric metrics[METRIC_COUNT] = {
	[METRIC_SESSIONS_PER_S] = { "sessions_per_s", "sessions/s", UNIT_PER_S,
				    BETTER_HIGHER, JUDGED_BY_RATIO, LOADED,
				    IN_CHURN },
	/* In hold it is what was offered, in churn what sessions_per_s is. */
	[METRIC_MESSAGES_PER_S] = { "messages_per_s", "messages/s", UNIT_PER_S,
				    BETTER_NEITHER, JUDGED_NOT, LOADED, 0 },
	[METRIC_SESSIONS] = { "sessions", "sessions", UNIT_COUNT,
			      BETTER_NEITHER, JUDGED_NOT, LOADED, 0 },
	[METRIC_FORK_P50_US] = { "fork_p50_us", "fork p50", UNIT_US,
				 BETTER_LOWER, JUDGED_BY_RATIO, LOADED,
				 IN_CHURN },
	[METRIC_FORK_P99_US] = { "fork_p99_us", "fork p99", UNIT_US,
				 BETTER_LOWER, JUDGED_BY_RATIO, LOADED, 0 },
	[METRIC_CHILD_START_P50_US] = { "child_start_p50_us", "child start p50",
					UNIT_US, BETTER_LOWER, JUDGED_BY_RATIO,
					LOADED, 0 },
	[METRIC_CONNECT_P50_US] = { "connect_p50_us", "connect p50", UNIT_US,
				    BETTER_LOWER, JUDGED_BY_RATIO, LOADED, 0 },
	[METRIC_FIRST_ECHO_P50_US] = { "first_echo_p50_us", "first echo p50",
				       UNIT_US, BETTER_LOWER, JUDGED_BY_RATIO,
				       LOADED, 0 },
	[METRIC_FIRST_ECHO_P99_US] = { "first_echo_p99_us", "first echo p99",
				       UNIT_US, BETTER_LOWER, JUDGED_BY_RATIO,
				       LOADED, IN_CHURN },
	[METRIC_ECHO_P50_US] = { "echo_p50_us", "echo p50", UNIT_US,
				 BETTER_LOWER, JUDGED_BY_RATIO, LOADED, 0 },
	[METRIC_ECHO_P99_US] = { "echo_p99_us", "echo p99", UNIT_US,
				 BETTER_LOWER, JUDGED_BY_RATIO, LOADED,
				 IN_HOLD },
	/* Part of echo, which counts from the intended send. */
	[METRIC_SEND_LAG_P99_US] = { "send_lag_p99_us", "send lag p99", UNIT_US,
				     BETTER_NEITHER, JUDGED_NOT, IN_HOLD, 0 },
	[METRIC_CLOSE_P50_US] = { "close_p50_us", "close p50", UNIT_US,
				  BETTER_LOWER, JUDGED_BY_RATIO, LOADED, 0 },
	[METRIC_ZOMBIES_PEAK] = { "zombies_peak", "zombies peak", UNIT_COUNT,
				  BETTER_LOWER, JUDGED_NOT, LOADED, IN_HOLD },
	[METRIC_ZOMBIES_LEFT] = { "zombies_left", "zombies left", UNIT_COUNT,
				  BETTER_LOWER, JUDGED_BY_LEAK, LOADED,
				  IN_CHURN | IN_HOLD },
	[METRIC_ZOMBIE_LIFETIME_MS] = { "zombie_lifetime_ms", "zombie lifetime",
					UNIT_MS, BETTER_LOWER, JUDGED_NOT,
					LOADED, 0 },
	[METRIC_FORKS] = { "forks", "forks", UNIT_COUNT, BETTER_NEITHER,
			   JUDGED_NOT, LOADED, 0 },
	[METRIC_EXITS] = { "exits", "exits", UNIT_COUNT, BETTER_NEITHER,
			   JUDGED_NOT, LOADED, 0 },
	[METRIC_HANDLER_CALLS] = { "handler_calls", "handler calls", UNIT_COUNT,
				   BETTER_NEITHER, JUDGED_NOT, LOADED, 0 },
	[METRIC_WAKEUPS] = { "wakeups", "wake-ups", UNIT_COUNT, BETTER_NEITHER,
			     JUDGED_NOT, LOADED, 0 },
	[METRIC_REAPED] = { "reaped", "reaped", UNIT_COUNT, BETTER_NEITHER,
			    JUDGED_NOT, LOADED, 0 },
	[METRIC_SAMPLER_CPU_PCT] = { "sampler_cpu_pct", "sampler CPU", UNIT_PCT,
				     BETTER_NEITHER, JUDGED_NOT, LOADED, 0 },
	[METRIC_LOADGEN_CPU_PCT] = { "loadgen_cpu_pct", "loadgen CPU", UNIT_PCT,
				     BETTER_NEITHER, JUDGED_NOT, LOADED, 0 },
	[METRIC_WALL_S] = { "wall_s", "wall time", UNIT_S, BETTER_LOWER,
			    JUDGED_BY_RATIO, IN_WALL, IN_WALL },
	/* Of processes that were waited for: not of all in every mode. */
	[METRIC_USER_S] = { "user_s", "user CPU", UNIT_S, BETTER_LOWER,
			    JUDGED_NOT, IN_WALL, 0 },
	[METRIC_SYSTEM_S] = { "system_s", "system CPU", UNIT_S, BETTER_LOWER,
			      JUDGED_NOT, IN_WALL, 0 },
};

unsigned metric_experiment(const char *experiment)
{
	static const struct {
		const char *name;
		unsigned bit;
	} known[] = {
		{ "churn", IN_CHURN },
		{ "hold", IN_HOLD },
		{ "wall", IN_WALL },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, experiment) == 0)
			return known[i].bit;
	return 0;
}

bool metric_is_primary(enum metric_id id, const char *experiment)
{
	return metrics[id].primary_in & metric_experiment(experiment);
}

const char *metric_unit_name(enum metric_unit unit)
{
	static const char *const names[] = {
		[UNIT_COUNT] = "-", [UNIT_PER_S] = "1/s", [UNIT_US] = "µs",
		[UNIT_MS] = "ms",   [UNIT_S] = "s",	  [UNIT_PCT] = "%",
	};

	return names[unit];
}

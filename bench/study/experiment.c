#include "bench/study/experiment.h"

#include <string.h>

const struct profile profiles[PROFILES] = {
	{ "smoke", false },
	{ "quick", true },
	{ "full", true },
};

const char *const profile_names[] = { "smoke", "quick", "full", NULL };

const char *const fit_names[] = {
	[FIT_NONE] = "",
	[FIT_SLOPE] = "slope",
	[FIT_POWER] = "power",
	[FIT_KNEE] = "knee",
};

#define AIMS_AT(rule) (1U << VALIDITY_##rule)

#define MODES "sig-ign,waitpid-loop,waitpid-once,none"

const struct experiment experiments[] = {
	{
		.name = "churn",
		.title = "Churn",
		.question = "what a fork per session costs",
		.factor = FACTOR_MODE,
		.levels = MODES,
		.load = { .sessions = 100, .concurrency = 32 },
		.primary = { METRIC_CPU_US, METRIC_SESSIONS_PER_S,
			     METRIC_FORK_P50_US, METRIC_FIRST_ECHO_P50_US, -1 },
		.counts_zombies = true,
		.aa = true,
		.warm_up = true,
		.share = { { 2, 3, 3 }, { 120, 30, 2000 }, { 300, 30, 8000 } },
	},
	{
		.name = "leak",
		.title = "Leak",
		.question = "who leaves zombies, and how many over time",
		.factor = FACTOR_MODE,
		.levels = MODES,
		.load = { .sessions = 20000, .concurrency = 64 },
		.primary = { -1 },
		.counts_zombies = true,
		.timeline = true,
		.share = { { 0, 0, 0 }, { 15, 1, 2 }, { 30, 1, 4 } },
	},
	{
		.name = "hold",
		.title = "Hold",
		.question = "thousands of sessions at once, and the storm when "
			    "all of them end",
		.factor = FACTOR_MODE,
		.levels = MODES,
		.load = { .sessions = 2000, .concurrency = 2000, .hold = true },
		.primary = { METRIC_STORM_MS, METRIC_STORM_CPU_US, -1 },
		.counts_zombies = true,
		.timeline = true,
		.aa = true,
		.warm_up = true,
		.share = { { 0, 1, 1 }, { 20, 8, 40 }, { 80, 8, 200 } },
	},
	{
		.name = "wall",
		.title = "Wall time",
		.question = "fixed work, from the server's start to its end",
		.factor = FACTOR_MODE,
		.procedure = PROCEDURE_WALL,
		.levels = MODES,
		.load = { .sessions = 300, .concurrency = 64 },
		.primary = { METRIC_WALL_S, -1 },
		.aa = true,
		.warm_up = true,
		.share = { { 0, 1, 1 }, { 12, 8, 40 }, { 60, 8, 200 } },
	},
	{
		.name = "memory",
		.title = "Memory",
		.question = "what fork() costs when the parent has touched "
			    "much memory",
		.factor = FACTOR_BALLAST,
		.fit = FIT_SLOPE,
		.levels = "0,16MiB,64MiB,256MiB,1GiB",
		.subject = "sig-ign",
		.load = { .sessions = 40, .concurrency = 16 },
		.primary = { METRIC_FORK_P50_US, METRIC_CPU_US, -1 },
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 45, 10, 20 }, { 80, 10, 200 } },
	},
	{
		.name = "concurrency",
		.title = "Concurrency",
		.question = "what a session costs when many are served at once",
		.factor = FACTOR_CONCURRENCY,
		.series = FACTOR_MODE,
		.levels = "1,8,64,512,4096",
		.series_levels = MODES,
		.load = { .sessions = 200, .concurrency = 64 },
		.primary = { METRIC_CPU_US, METRIC_SESSIONS_PER_S,
			     METRIC_FORK_P50_US, METRIC_FIRST_ECHO_P50_US, -1 },
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 90, 3, 100 } },
	},
	{
		.name = "capacity",
		.title = "Capacity",
		.question = "how many sessions a second are served when they "
			    "begin on a schedule, and how long they then wait",
		.factor = FACTOR_RATE,
		.series = FACTOR_MODE,
		.fit = FIT_KNEE,
		.levels = "20%,40%,60%,80%,100%,120%",
		.series_levels = MODES,
		.load = { .sessions = 1200, .concurrency = 1200 },
		.primary = { METRIC_SESSIONS_PER_S, METRIC_FIRST_ECHO_P99_US,
			     -1 },
		.calibrates = true,
		.aims_at = AIMS_AT(LISTEN_OVERFLOW),
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 140, 12, 100 } },
	},
	{
		.name = "storm",
		.title = "Storm",
		.question = "how the exit storm and the memory grow with the "
			    "sessions held",
		.factor = FACTOR_HELD,
		.series = FACTOR_MODE,
		.fit = FIT_POWER,
		.levels = "1000,4000,16000",
		.series_levels = MODES,
		.load = { .sessions = 1000, .concurrency = 1000, .hold = true },
		.primary = { METRIC_STORM_MS, METRIC_PSS_KIB, METRIC_KERNEL_KIB,
			     -1 },
		.counts_zombies = true,
		.timeline = true,
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 180, 3, 30 } },
	},
	{
		.name = "backlog",
		.title = "Backlog",
		.question = "what a burst of connects meets when the backlog "
			    "is short",
		.factor = FACTOR_BACKLOG,
		.levels = "5,128,4096",
		.subject = "sig-ign",
		.load = { .sessions = 1000, .concurrency = 1000, .burst = 1000 },
		.primary = { METRIC_CONNECT_P99_US, METRIC_FAILED,
			     METRIC_LISTEN_OVERFLOWS, METRIC_SYN_RETRANSMITS,
			     -1 },
		.aims_at = AIMS_AT(LISTEN_OVERFLOW) |
			   AIMS_AT(GENERATOR_SUSPECT) |
			   AIMS_AT(GENERATOR_INVALID),
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 50, 2, 10 } },
	},
	{
		.name = "exhaust",
		.title = "Exhaustion",
		.question = "when a limit of processes is reached, what "
			    "clients see, and whether the server recovers",
		.factor = FACTOR_MODE,
		.levels = MODES,
		.load = { .sessions = 2000, .concurrency = 16 },
		.primary = { METRIC_FORKS_BEFORE, METRIC_FAILED,
			     METRIC_SERVED_AFTER, -1 },
		.counts_zombies = true,
		.timeline = true,
		.processes = 500,
		.aims_at = AIMS_AT(FORK_FAILED) | AIMS_AT(GENERATOR_INVALID) |
			   AIMS_AT(GENERATOR_SUSPECT),
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 25, 3, 10 } },
	},
	{
		.name = "pages",
		.title = "Pages",
		.question = "what the parent's memory costs a fork by the kind "
			    "of its pages",
		.factor = FACTOR_BALLAST,
		.series = FACTOR_PAGES,
		.fit = FIT_SLOPE,
		.levels = "0,64MiB,256MiB",
		.series_levels = "small,huge,shared,dirty",
		.subject = "sig-ign",
		.load = { .sessions = 40, .concurrency = 16 },
		.primary = { METRIC_FORK_P50_US, METRIC_CPU_US, -1 },
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 90, 10, 100 } },
	},
	{
		.name = "descriptors",
		.title = "Descriptors",
		.question = "what fork() costs when the parent has many files "
			    "open",
		.factor = FACTOR_DESCRIPTORS,
		.fit = FIT_SLOPE,
		.levels = "10,1000,5000,15000",
		.subject = "sig-ign",
		.load = { .sessions = 40, .concurrency = 16 },
		.primary = { METRIC_FORK_P50_US, METRIC_CPU_US, -1 },
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 40, 10, 200 } },
	},
	{
		.name = "mappings",
		.title = "Mappings",
		.question = "what fork() costs when the parent has many "
			    "mappings",
		.factor = FACTOR_MAPPINGS,
		.fit = FIT_SLOPE,
		.levels = "10,100,1000,10000",
		.subject = "sig-ign",
		.load = { .sessions = 40, .concurrency = 16 },
		.primary = { METRIC_FORK_P50_US, METRIC_CPU_US, -1 },
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 40, 10, 200 } },
	},
	{
		.name = "servers",
		.title = "Servers",
		.question = "echod beside other servers that fork for each "
			    "session",
		.factor = FACTOR_SUBJECT,
		.levels = "echod,least,floor,socat,inetd,xinetd",
		.load = { .sessions = 100, .concurrency = 32 },
		.primary = { METRIC_CPU_US, METRIC_SESSIONS_PER_S,
			     METRIC_FORK_P50_US, METRIC_FIRST_ECHO_P50_US, -1 },
		.counts_zombies = true,
		.aa = true,
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 120, 20, 1000 } },
	},
	{
		.name = "floor",
		.title = "Floor",
		.question = "what the kernel alone takes for the operations "
			    "that a session is made of",
		.factor = FACTOR_OPERATION,
		.levels = "fork,fork-64,dynamic,dynamic-64,vfork,clone-vm,"
			  "connect,ping-pong",
		.load = { .sessions = 100, .concurrency = 1 },
		.primary = { METRIC_OP_CPU_US, METRIC_OP_US, -1 },
		.aa = true,
		.warm_up = true,
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 60, 20, 1000 } },
	},
	{
		.name = "counts",
		.title = "Counts",
		.question = "what each mode makes the kernel do",
		.factor = FACTOR_MODE,
		.procedure = PROCEDURE_COUNTED,
		.levels = MODES,
		.load = { .sessions = 100, .concurrency = 32 },
		.primary = { -1 },
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 10, 5, 20 } },
	},
};

const size_t experiment_count = sizeof(experiments) / sizeof(experiments[0]);

_Static_assert(sizeof(experiments) / sizeof(experiments[0]) <= EXPERIMENTS_MOST,
	       "too many experiments");

/* In the order of the table, as a unit test asserts. */
const char *const experiment_names[] = {
	"churn",    "leak",    "hold",	  "wall",    "memory", "concurrency",
	"capacity", "storm",   "backlog", "exhaust", "pages",  "descriptors",
	"mappings", "servers", "floor",	  "counts",  NULL
};

const struct experiment *experiment_find(const char *name)
{
	for (size_t i = 0; i < experiment_count; i++)
		if (strcmp(experiments[i].name, name) == 0)
			return &experiments[i];
	return NULL;
}

bool experiment_fits(const struct experiment *e, int metric)
{
	if (e->fit == FIT_KNEE)
		return metric == METRIC_SESSIONS_PER_S;
	return e->fit != FIT_NONE && metrics[metric].better != BETTER_NEITHER;
}

const struct share *experiment_share(const struct experiment *e, size_t profile)
{
	while (profile + 1 < PROFILES && !e->share[profile].most)
		profile++;
	return &e->share[profile];
}

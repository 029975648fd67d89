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
};

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
		.share = { { 2, 3, 3 }, { 120, 30, 2000 }, { 420, 30, 8000 } },
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
		.share = { { 0, 0, 0 }, { 15, 1, 2 }, { 60, 1, 4 } },
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
		.share = { { 0, 1, 1 }, { 20, 8, 40 }, { 180, 8, 200 } },
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
		.share = { { 0, 1, 1 }, { 12, 8, 40 }, { 120, 8, 200 } },
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
		.share = { { 0, 0, 0 }, { 45, 10, 20 }, { 120, 10, 200 } },
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
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 120, 8, 100 } },
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
		.share = { { 0, 0, 0 }, { 0, 0, 0 }, { 240, 20, 1000 } },
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
	"churn",       "leak",	 "hold",	"wall",	    "memory",
	"concurrency", "pages",	 "descriptors", "mappings", "servers",
	"floor",       "counts", NULL
};

const struct experiment *experiment_find(const char *name)
{
	for (size_t i = 0; i < experiment_count; i++)
		if (strcmp(experiments[i].name, name) == 0)
			return &experiments[i];
	return NULL;
}

const struct share *experiment_share(const struct experiment *e, size_t profile)
{
	while (profile + 1 < PROFILES && !e->share[profile].most)
		profile++;
	return &e->share[profile];
}

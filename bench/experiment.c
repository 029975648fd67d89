#include "bench/experiment.h"

#include "lib/clock.h"

#define MS(n) ((n)*NS_PER_MS)

const struct profile profiles[] = {
	{ .name = "quick",
	  .rounds = 8,
	  .warmups = 1,
	  .aa = true,
	  .verdicts = true,
	  .load = { [EXPERIMENT_CHURN] = { .concurrency = 64,
					   .duration_ns = MS(1600) },
		    [EXPERIMENT_HOLD] = { .concurrency = 5000,
					  .duration_ns = MS(1500),
					  .message_rate = 0.5 },
		    [EXPERIMENT_WALL] = { .concurrency = 64,
					  .sessions = 2000 } } },
	{ .name = "smoke",
	  .rounds = 1,
	  .load = { [EXPERIMENT_CHURN] = { .concurrency = 64,
					   .duration_ns = MS(800) },
		    [EXPERIMENT_HOLD] = { .concurrency = 500,
					  .duration_ns = MS(500),
					  .message_rate = 4 },
		    [EXPERIMENT_WALL] = { .concurrency = 64,
					  .sessions = 500 } } },
};

const char *const profile_names[] = { "quick", "smoke", NULL };

const char *const experiment_names[] = {
	[EXPERIMENT_CHURN] = "churn",
	[EXPERIMENT_HOLD] = "hold",
	[EXPERIMENT_WALL] = "wall",
	NULL,
};

const char *const experiment_modes[] = {
	BASELINE_MODE, "waitpid-loop",	"waitpid-once", "none",
	"nocldwait",   "signalfd",	"self-pipe",	"pidfd",
	"double-fork", "reaper-thread", "accept-sweep", "sigchld-blocked",
	NULL,
};

const char *const experiment_default_modes[] = {
	BASELINE_MODE, "waitpid-loop", "waitpid-once", "none", NULL,
};

double experiment_estimate_s(enum experiment_kind kind, const struct load *load)
{
	static const double sessions_per_s = 8000; /* 2 CPUs of a server */
	double own_s = (double)load->duration_ns / 1e9;

	switch (kind) {
	case EXPERIMENT_CHURN:
		return own_s + 0.25;
	case EXPERIMENT_HOLD:
		return own_s + 0.5 +
		       0.8 * (double)load->concurrency / sessions_per_s;
	default:
		return 0.1 + (double)load->sessions / sessions_per_s;
	}
}

#include "bench/measure/budget.h"

#include <math.h>
#include <stdio.h>

#include "lib/clock.h"

/* Fewer give no confidence interval. */
enum { ROUNDS_TO_JUDGE = 6 };

int budget_check(const struct plan *plan, const struct config *config,
		 char why[BUDGET_WHY])
{
	double budget_s = (double)config->budget_ns / 1e9;
	double cells_s = plan_estimate_s(plan, config, 0);
	double round_s = cells_s / (config->rounds + config->warmups);
	double fit =
		floor((budget_s - BUDGET_REPORT_S) / round_s) - config->warmups;
	char rounds[64];

	if (!config->budget_ns || cells_s + BUDGET_REPORT_S <= budget_s)
		return 0;
	if (fit < 1)
		snprintf(rounds, sizeof(rounds), "not even ROUNDS=1 fits");
	else
		snprintf(rounds, sizeof(rounds), "lower ROUNDS to %.0f%s", fit,
			 fit < ROUNDS_TO_JUDGE && config->verdicts ? " (below "
								     "6 no "
								     "interval"
								     ")" :
								     "");
	snprintf(why, BUDGET_WHY,
		 "BUDGET %.0fs: %zu cells take about %.0f s, and the report "
		 "has %d s; %s, drop some of EXPERIMENTS or MODES, or give "
		 "BUDGET=%.0fs",
		 budget_s, plan->count, cells_s, BUDGET_REPORT_S, rounds,
		 ceil(cells_s + BUDGET_REPORT_S));
	return -1;
}

uint64_t budget_report_end(const struct config *config, uint64_t start_ns)
{
	return config->budget_ns ? start_ns + config->budget_ns : 0;
}

uint64_t budget_cells_end(const struct config *config, uint64_t start_ns)
{
	uint64_t end_ns = budget_report_end(config, start_ns);

	return end_ns ? end_ns - BUDGET_REPORT_S * NS_PER_S : 0;
}

#ifndef BENCH_MEASURE_BUDGET_H
#define BENCH_MEASURE_BUDGET_H

/*
 * A limit for the whole of a run: it is refused if it will not fit, and stopped
 * when the time for cells is over, in the middle of one if need be.
 */

#include "bench/measure/plan.h"

/* What is kept of it for judging, drawing and writing the report. */
enum { BUDGET_REPORT_S = 10 };

enum { BUDGET_WHY = 320 };

/*
 * Whether a plan fits config->budget_ns by its estimate. Returns 0, or -1 with
 * one sentence in why: what it needs, and what would fit.
 */
int budget_check(const struct plan *plan, const struct config *config,
		 char why[BUDGET_WHY]);

/*
 * When cells end, and when the report does, of a run begun at start_ns; 0 if
 * there is no budget. Times of clock_now_ns(), for spawn_alarm().
 */
uint64_t budget_cells_end(const struct config *config, uint64_t start_ns);
uint64_t budget_report_end(const struct config *config, uint64_t start_ns);

#endif

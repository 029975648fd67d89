#include "bench/run_cells.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "bench/measure/cell.h"
#include "bench/measure/cell_files.h"
#include "bench/measure/store_cells.h"
#include "bench/measure/wall.h"
#include "lib/clock.h"

static void show(void *context, const struct cell_now *now)
{
	struct run *r = context;

	progress_cell(&r->progress, now, clock_now_ns());
}

static int cannot_store(const char *folder, char why[CONDUCT_WHY])
{
	snprintf(why, CONDUCT_WHY, "cannot write into %.300s: %s", folder,
		 strerror(errno));
	return -1;
}

static int measure_cell(struct run *r, const struct plan_cell *cell,
			unsigned attempt, struct measurement *m,
			char why[CONDUCT_WHY])
{
	struct cell_tools tools = { .echod = r->programs->echod,
				    .loadgen = r->programs->loadgen,
				    .placement = &r->config->placement };
	struct cell_view view = { .show = show, .context = r };
	char folder[PATH_MAX];

	if (store_cell(&r->store, cell, attempt > 1, folder) < 0)
		return cannot_store(r->store.partial, why);
	if (cell_measure(cell, &r->config->load[cell->experiment], &tools,
			 folder, r->daemons++, &view, m, why) < 0)
		return -1;
	if (cell_files_finish(folder, cell, attempt, m) < 0)
		return cannot_store(folder, why);
	return 0;
}

static int measure_wall(struct run *r, const struct plan_cell *cell,
			size_t count, unsigned attempt, struct measurement m[],
			char why[CONDUCT_WHY])
{
	char parent[PATH_MAX], folder[PLAN_MODES + 1][PATH_MAX];
	struct cell_view view = { .show = show, .context = r };
	struct wall_round round = { .cell = cell,
				    .count = count,
				    .attempt = attempt,
				    .number = r->daemons,
				    .load = &r->config->load[EXPERIMENT_WALL],
				    .placement = &r->config->placement,
				    .view = &view,
				    .self = r->programs->self,
				    .folder = parent,
				    .cell_folder = folder };

	if (store_experiment(&r->store, EXPERIMENT_WALL, parent) < 0)
		return cannot_store(r->store.partial, why);
	for (size_t i = 0; i < count; i++)
		if (store_cell(&r->store, &cell[i], attempt > 1, folder[i]) < 0)
			return cannot_store(parent, why);
	r->daemons += (unsigned)count;
	if (wall_measure(&round, m, why) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (cell_files_finish(folder[i], &cell[i], attempt, &m[i]) < 0)
			return cannot_store(folder[i], why);
	return 0;
}

static bool whole_rounds(void *context, enum experiment_kind kind)
{
	(void)context;
	return kind == EXPERIMENT_WALL;
}

static int measure(void *context, const struct plan_cell *cell, size_t count,
		   unsigned attempt, struct measurement m[],
		   char why[CONDUCT_WHY])
{
	struct run *r = context;
	int rc;

	progress_begin(&r->progress, cell, count, clock_now_ns());
	rc = cell->experiment == EXPERIMENT_WALL ?
		     measure_wall(r, cell, count, attempt, m, why) :
		     measure_cell(r, cell, attempt, m, why);
	/* A run that is killed has told how long it took, up to here. */
	if (rc == 0 && store_run(&r->store, r->config, &r->end) < 0)
		return cannot_store(r->store.partial, why);
	return rc;
}

static void done(void *context, const struct plan_cell *cell,
		 const struct measurement *m)
{
	struct run *r = context;

	progress_done(&r->progress, cell, m, clock_now_ns());
}

struct executor run_executor(struct run *r)
{
	return (struct executor){ .measure = measure,
				  .whole_rounds = whole_rounds,
				  .done = done,
				  .context = r };
}

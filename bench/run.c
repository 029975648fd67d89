#include "bench/run.h"

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/measure/cell.h"
#include "bench/measure/cell_files.h"
#include "bench/measure/conduct.h"
#include "bench/measure/progress.h"
#include "bench/measure/store.h"
#include "bench/measure/wall.h"
#include "bench/spawn.h"
#include "bench/tell/report.h"

struct run {
	const struct config *config;
	const struct run_programs *programs;
	struct store store;
	struct progress progress;
	const struct plan_cell *cell; /* under way */
	unsigned daemons;	      /* started so far */
};

int run_find_programs(struct run_programs *p)
{
	ssize_t n = readlink("/proc/self/exe", p->self, sizeof(p->self) - 1);
	int folder;

	if (n < 0)
		return -1;
	p->self[n] = '\0';
	folder = (int)(strrchr(p->self, '/') - p->self);
	if (folder > (int)sizeof(p->echod) - 16) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(p->echod, sizeof(p->echod), "%.*s/echod", folder, p->self);
	snprintf(p->loadgen, sizeof(p->loadgen), "%.*s/loadgen", folder,
		 p->self);
	return 0;
}

/* --- the executor that measures ------------------------------------------- */

static void show(void *context, uint64_t open, uint64_t zombies)
{
	struct run *r = context;

	progress_cell(&r->progress, r->cell, open, zombies);
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
				    .loadgen = r->programs->loadgen };
	struct cell_view view = { .show = show, .context = r };
	char folder[PATH_MAX];

	r->cell = cell;
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
	struct wall_round round = { .cell = cell,
				    .count = count,
				    .attempt = attempt,
				    .number = r->daemons,
				    .load = &r->config->load[EXPERIMENT_WALL],
				    .self = r->programs->self,
				    .folder = parent,
				    .cell_folder = folder };

	if (store_experiment(&r->store, EXPERIMENT_WALL, parent) < 0)
		return cannot_store(r->store.partial, why);
	for (size_t i = 0; i < count; i++)
		if (store_cell(&r->store, &cell[i], attempt > 1, folder[i]) < 0)
			return cannot_store(parent, why);
	r->daemons += (unsigned)count;
	r->cell = cell;
	show(r, 0, 0);
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
	if (cell->experiment == EXPERIMENT_WALL)
		return measure_wall(context, cell, count, attempt, m, why);
	return measure_cell(context, cell, attempt, m, why);
}

static void done(void *context, size_t index, const struct plan_cell *cell,
		 const struct measurement *m)
{
	struct run *r = context;

	progress_done(&r->progress, index, cell, m);
}

/* --- the whole ---------------------------------------------------------------
 */

static const char *signal_name(int number)
{
	return number == SIGINT	 ? "SIGINT" :
	       number == SIGTERM ? "SIGTERM" :
	       number == SIGHUP	 ? "SIGHUP" :
				   NULL;
}

/* Judges, tells, and gives the folder its name. Returns the exit status. */
static int conclude(struct run *r, struct run_end *end)
{
	const char *shown = end->finished ? r->store.final : r->store.partial;
	struct run_status status = { .state = RUN_INVALID };
	char why[REPORT_WHY];
	int rc = 0;

	if (report_render(r->store.partial, shown, SCRIPTS_DIR, stdout, &status,
			  why) < 0) {
		warnx("%s", why);
		rc = 3;
	}
	end->status = &status;
	if (store_run(&r->store, r->config, end) < 0 ||
	    (end->finished && store_finish(&r->store) < 0)) {
		warn("cannot write %s", r->store.final);
		rc = 3;
	}
	if (fflush(stdout) != 0) {
		warn("cannot write to stdout");
		rc = 3;
	}
	if (rc == 0 && status.state == RUN_INVALID)
		rc = 1;
	return rc;
}

int run(const struct config *config, const char *out,
	const struct run_programs *programs)
{
	struct run r = { .config = config, .programs = programs };
	struct executor executor = { .measure = measure,
				     .whole_rounds = whole_rounds,
				     .done = done,
				     .context = &r };
	struct conduct_end conducted;
	struct run_end end = { 0 };
	struct plan plan;
	char why[STORE_WHY];
	int rc, stopped_by;

	if (plan_make(&plan, config) < 0) {
		warn("cannot plan");
		return 3;
	}
	end.cells = plan.count;
	if (store_create(&r.store, out, config, why) < 0) {
		warnx("%s", why);
		rc = 3;
		goto out;
	}
	if (store_run(&r.store, config, &end) < 0) {
		warn("cannot write into %s", r.store.partial);
		rc = 3;
		goto out;
	}
	progress_start(&r.progress, &plan, config);
	end.finished = conduct(&plan, &executor, &conducted) == 0;
	progress_clear(&r.progress);
	stopped_by = spawn_interrupted();
	end.interrupted_by = signal_name(stopped_by);
	/* What there is will be told; only another signal stops that. */
	spawn_resume();
	if (!end.finished)
		warnx("%s after %zu of %zu cells", conducted.why,
		      conducted.done, plan.count);
	if (!end.finished && !conducted.done && !stopped_by &&
	    !strstr(conducted.why, r.store.partial)) {
		store_discard(&r.store);
		rc = 3;
		goto out;
	}
	/* The report reads run.json, as any reader would. */
	if (store_run(&r.store, config, &end) < 0) {
		warn("cannot write into %s", r.store.partial);
		rc = 3;
		goto out;
	}
	rc = conclude(&r, &end);
	if (!stopped_by)
		stopped_by = spawn_interrupted();
	if (stopped_by)
		rc = 128 + stopped_by;
	else if (!end.finished)
		rc = 3;
out:
	spawn_clear(0);
	plan_release(&plan);
	return rc;
}

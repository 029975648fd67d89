#include "bench/run.h"

#include <err.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/doctor.h"
#include "bench/measure/budget.h"
#include "bench/measure/store_cells.h"
#include "bench/measure/store_open.h"
#include "bench/run_cells.h"
#include "bench/spawn.h"
#include "bench/tell/report.h"
#include "lib/clock.h"

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
	snprintf(p->least, sizeof(p->least), "%.*s/least", folder, p->self);
	return 0;
}

static const char *signal_name(int number)
{
	return number == SIGALRM ? "BUDGET" :
	       number == SIGINT	 ? "SIGINT" :
	       number == SIGTERM ? "SIGTERM" :
	       number == SIGHUP	 ? "SIGHUP" :
				   NULL;
}

static int cannot_write(const char *what)
{
	warn("cannot write %s", what);
	return 3;
}

/* Judges, tells, and gives the folder its name. Returns the exit status. */
static int conclude(struct run *r)
{
	const char *shown = r->end.finished ? r->store.final : r->store.partial;
	struct run_status status = { .state = RUN_INVALID };
	char why[REPORT_WHY];
	int rc = 0;

	if (report_render(r->store.partial, shown, SCRIPTS_DIR, stdout, &status,
			  why) < 0) {
		warnx("%s", why);
		rc = 3;
	}
	r->end.status = &status;
	if (store_run(&r->store, r->config, &r->end) < 0 ||
	    (r->end.finished && store_finish(&r->store) < 0))
		rc = cannot_write(r->store.final);
	r->end.status = NULL;
	if (fflush(stdout) != 0)
		rc = cannot_write("to stdout");
	if (rc == 0 && status.state == RUN_INVALID)
		rc = 1;
	return rc;
}

/*
 * Measures what is left. Returns the signal that stopped it, or 0; how it ended
 * is in r->end and *conducted.
 */
static int measure_all(struct run *r, struct conduct_end *conducted)
{
	const struct placement *placement = &r->config->placement;
	struct executor executor = run_executor(r);
	int stopped_by;

	progress_start(&r->progress, &r->plan, r->config, r->past,
		       clock_now_ns());
	spawn_alarm(budget_cells_end(r->config, r->store.started_ns));
	r->end.finished = conduct(&r->plan, r->past, &executor, conducted) == 0;
	progress_clear(&r->progress);
	stopped_by = spawn_interrupted();
	/* Cells that end with their time are all there. */
	if (r->end.finished && stopped_by == SIGALRM)
		stopped_by = 0;
	r->end.interrupted_by = signal_name(stopped_by);
	placement_enter(placement, &placement->all);
	/* What there is will be told; only another signal stops that. */
	spawn_alarm(budget_report_end(r->config, r->store.started_ns));
	spawn_resume();
	if (!r->end.finished)
		warnx("%s after %zu of %zu cells",
		      stopped_by == SIGALRM ? "stopped by BUDGET" :
					      conducted->why,
		      conducted->done, r->plan.count);
	return stopped_by;
}

/* Measures and concludes. Returns the exit status. */
static int carry_out(struct run *r)
{
	const struct placement *placement = &r->config->placement;
	struct conduct_end conducted;
	int rc, stopped_by;

	r->end.cells = r->plan.count;
	if (store_run(&r->store, r->config, &r->end) < 0)
		return cannot_write(r->store.partial);
	if (placement_enter(placement, &placement->forkbench) < 0) {
		warn("PLACEMENT: cannot move to its CPUs");
		return 3;
	}
	stopped_by = measure_all(r, &conducted);
	if (!r->end.finished && !conducted.done && !stopped_by && !r->past &&
	    !strstr(conducted.why, r->store.partial)) {
		store_discard(&r->store);
		return 3;
	}
	/* The report reads run.json, as any reader would. */
	if (store_run(&r->store, r->config, &r->end) < 0)
		return cannot_write(r->store.partial);
	rc = conclude(r);
	if (!r->end.finished)
		warnx("the rest can still be measured: forkbench resume %s",
		      r->store.partial);
	if (!stopped_by)
		stopped_by = spawn_interrupted();
	if (stopped_by)
		return stopped_by == SIGALRM ? 1 : 128 + stopped_by;
	return r->end.finished ? rc : 3;
}

static void release(struct run *r)
{
	spawn_clear(0);
	store_release(&r->store);
	plan_release(&r->plan);
	free(r->past);
}

/*
 * Looks whether the machine has what is needed. Returns 0, or -1 with every
 * reason told.
 */
static int look(struct doctor *d, const struct run *r, const char *out)
{
	doctor_look(d, r->config, out, r->programs);
	doctor_warn(d, DOCTOR_FAIL);
	return doctor_worst(d) == DOCTOR_FAIL ? -1 : 0;
}

/*
 * Makes the folder, last of all, so that a run which is refused leaves none.
 * Returns 0, or the exit status.
 */
static int begin(struct run *r, const char *out)
{
	char why[STORE_WHY] = "out of memory";
	struct doctor doctor;
	json_t *found;
	int rc = -1;

	if (budget_check(&r->plan, r->config, why) < 0) {
		warnx("%s", why);
		return 2;
	}
	if (look(&doctor, r, out) < 0)
		return 3;
	found = doctor_json(&doctor);
	if (found)
		rc = store_create(&r->store, out, r->config, found, why);
	json_decref(found);
	if (rc < 0) {
		warnx("%s", why);
		return 3;
	}
	doctor_warn(&doctor, DOCTOR_WARN);
	return 0;
}

int run(const struct config *config, const char *out,
	const struct run_programs *programs)
{
	struct run r = { .config = config,
			 .programs = programs,
			 .store = { .lock = -1 } };
	int rc = 3;

	if (plan_make(&r.plan, config) < 0) {
		warn("cannot plan");
	} else {
		rc = begin(&r, out);
		if (rc == 0)
			rc = carry_out(&r);
	}
	release(&r);
	return rc;
}

/* What is done, and where to go on. Returns 0, or -1 with errno. */
static int find_past(struct run *r)
{
	struct executor executor = run_executor(r);
	size_t at = 0;

	r->past = calloc(r->plan.count, sizeof(*r->past));
	if (!r->past)
		return -1;
	/* No daemon before has had an address that one will have now. */
	r->daemons = (unsigned)((store_resumptions(&r->store) + 1) * 2 *
				r->plan.count);
	for (size_t i = 0; i < r->plan.count; i++)
		r->past[i] = store_past(&r->store, &r->plan.cell[i]);
	conduct_settle(&r->plan, &executor, r->past);
	while (at < r->plan.count && r->past[at] == PAST_DONE)
		at++;
	/* If only the report was left to be made, no pause parts its cells. */
	if (at < r->plan.count)
		store_mark_resumed(&r->store, at + 1);
	return 0;
}

int run_resume(const char *folder, const struct run_programs *programs)
{
	struct config config;
	struct run r = { .config = &config, .programs = programs };
	struct doctor doctor;
	char why[STORE_WHY];
	int rc = store_open(&r.store, folder, &config, why);

	if (rc < 0) {
		warnx("%s", why);
		rc = 3;
	} else if (rc > 0) {
		warnx("RUN %s: finished already; nothing is left to measure",
		      r.store.final);
		rc = 0;
	} else if (plan_make(&r.plan, &config) < 0 || find_past(&r) < 0) {
		warn("cannot plan");
		rc = 3;
	} else if (look(&doctor, &r, r.store.final) < 0) {
		rc = 3;
	} else {
		doctor_warn(&doctor, DOCTOR_WARN);
		rc = carry_out(&r);
	}
	release(&r);
	return rc;
}

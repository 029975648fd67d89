/* forkbench run, and resume: measure, then judge and report. */
#include <err.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command/command.h"
#include "bench/json.h"
#include "bench/measure/cell.h"
#include "bench/measure/conduct.h"
#include "bench/measure/doctor.h"
#include "bench/measure/progress.h"
#include "bench/measure/wall.h"
#include "bench/spawn.h"
#include "lib/clock.h"
#include "lib/sock.h"

/* Of a budget, what judging and reporting get. */
enum { REPORT_S = 12 };

struct running {
	struct config *config;
	struct bench bench;
	struct store store;
	struct cpu cpu;
	struct pids pids;
	struct watch watch;
	int stamper; /* so that no cell turns the kernel's time stamps on */
	struct progress progress;
	struct plan plan;
	unsigned attempt;		  /* number of first attempts, now */
	uint64_t block_ns;		  /* when the block under way began */
	double round_s[EXPERIMENTS_MOST]; /* of the warm-up; NAN */
	size_t measured;		  /* cells, in this part of the run */
	char why[CELL_WHY];
};

static struct request request;
static struct machine machine;
static struct doctor doctor;

/* --- the executor --------------------------------------------------------- */

static bool whole_blocks(void *context, const struct block *block)
{
	const struct running *r = context;

	return r->config->arm[block->arm].experiment->procedure ==
	       PROCEDURE_WALL;
}

static int measure(void *context, const struct block *block,
		   const size_t level[], size_t count, unsigned attempt,
		   enum validity status[], char why[CONDUCT_WHY])
{
	struct running *r = context;
	const struct arm *arm = &r->config->arm[block->arm];
	struct cell_id id = { arm, level[0], block->round, attempt };

	int rc;

	progress_show(&r->progress, block);
	if (arm->experiment->procedure == PROCEDURE_WALL)
		rc = wall_measure(&r->bench, arm, level, count, block->round,
				  attempt, status, why);
	else
		rc = cell_measure(&r->bench, &id, status, why);
	if (rc == 0)
		r->measured += count;
	return rc;
}

static void done(void *context, const struct block *block)
{
	struct running *r = context;
	uint64_t now_ns = clock_now_ns();
	double took_s = (double)(now_ns - r->block_ns) / 1e9;
	unsigned rounds = r->config->arm[block->arm].rounds;

	if (!block->round)
		r->round_s[block->arm] = took_s;
	else
		progress_round(&r->progress, block->arm, rounds - block->round,
			       took_s);
	r->block_ns = now_ns;
}

/* --- measuring ------------------------------------------------------------ */

static int conduct_plan(struct running *r, const bool complete[])
{
	struct executor executor = { .measure = measure,
				     .whole_blocks = whole_blocks,
				     .done = done,
				     .context = r };

	r->block_ns = clock_now_ns();
	return conduct(&r->plan, complete, r->attempt, &executor, r->why);
}

/* A resumed run keeps what the first part measured. */
static int calibrate(struct running *r)
{
	for (size_t a = 0; a < r->config->arms; a++) {
		struct arm *arm = &r->config->arm[a];

		if (arm->experiment->calibrates && !arm->load.reference_per_s &&
		    cell_calibrate(&r->bench, arm, r->why) < 0)
			return -1;
	}
	return 0;
}

/* The warm-up, and from it how many rounds each experiment has. */
static int warm_up(struct running *r)
{
	double time_s = 0;
	int rc;

	if (plan_warm_up(&r->plan, r->config) < 0)
		err(3, "cannot plan");
	rc = conduct_plan(r, NULL);
	plan_release(&r->plan);
	if (rc < 0)
		return -1;
	if (r->config->budget_ns)
		time_s = fmax(1, (double)r->config->budget_ns / 1e9 - REPORT_S -
					 store_elapsed_s(&r->store));
	plan_fit(r->config, r->round_s, time_s);
	return store_run(&r->store, r->config, NULL);
}

/* Of a run that was broken off, which blocks have a cell of every level. */
static bool *find_complete(struct running *r)
{
	struct past_cell *past;
	ssize_t n = store_past(&r->store, r->config, &past);
	bool *complete = calloc(r->plan.count + 1, sizeof(*complete));

	if (n < 0 || !complete)
		err(3, "cannot read what was measured");
	for (size_t b = 0; b < r->plan.count; b++) {
		const struct block *block = &r->plan.block[b];
		bool has[LEVELS_MOST + 1] = { false };
		size_t levels = 0;

		for (ssize_t i = 0; i < n; i++) {
			/* An invalid cell may have been about to be retried. */
			if (past[i].arm != block->arm ||
			    past[i].round != block->round ||
			    (past[i].invalid && past[i].attempt % 2))
				continue;
			levels += !has[past[i].level];
			has[past[i].level] = true;
		}
		complete[b] = levels == block->count;
	}
	free(past);
	return complete;
}

static int measure_all(struct running *r, bool resumed)
{
	bool *complete = NULL;
	bool known = true;
	size_t at = 0;
	int rc;

	for (size_t a = 0; a < r->config->arms; a++)
		known &= r->config->arm[a].rounds > 0;
	/* A warm-up warms this part of the run, too. */
	if (calibrate(r) < 0 || warm_up(r) < 0)
		return -1;
	if (plan_rounds(&r->plan, r->config) < 0)
		err(3, "cannot plan");
	if (resumed && known) {
		complete = find_complete(r);
		for (size_t b = 0; b < r->plan.count && complete[b]; b++)
			at += r->plan.block[b].count;
	}
	if (resumed) {
		store_mark_resumed(&r->store, at + 1);
		if (store_run(&r->store, r->config, NULL) < 0)
			return -1;
	}
	progress_begin(&r->progress, r->config);
	rc = conduct_plan(r, complete);
	free(complete);
	return rc;
}

/* --- the end -------------------------------------------------------------- */

static const char *signal_name(int number)
{
	return number == SIGALRM ? "BUDGET" :
	       number == SIGINT	 ? "SIGINT" :
	       number == SIGTERM ? "SIGTERM" :
	       number == SIGHUP	 ? "SIGHUP" :
				   NULL;
}

/* Judges what is stored, and reports. Returns the exit status. */
static int tell(struct running *r, const struct store_end *end)
{
	const char *shown = end->finished ? r->store.final : r->store.partial;
	int status = command_tell(r->store.partial, shown, REPORT_TEXT);

	if (end->finished && store_finish(&r->store) < 0) {
		warn("cannot rename %s", r->store.partial);
		status = 3;
	}
	return status;
}

static int conclude(struct running *r, int rc)
{
	struct store_end end = { .finished = rc == 0 };
	int stopped_by = spawn_interrupted(), status;
	char word[4 * PATH_MAX + 16];

	/* A budget that ends with the last cell has ended nothing. */
	if (rc == 0 && stopped_by == SIGALRM)
		stopped_by = 0;
	end.interrupted_by = signal_name(stopped_by);
	spawn_alarm(0);
	spawn_resume();
	progress_clear(&r->progress);
	if (rc < 0)
		warnx("%s",
		      stopped_by == SIGALRM ? "stopped by BUDGET" : r->why);
	if (store_run(&r->store, r->config, &end) < 0) {
		warn("cannot write %s/run.json", r->store.partial);
		return 3;
	}
	status = tell(r, &end);
	if (rc < 0)
		warnx("the rest can still be measured: forkbench resume %s",
		      plain_word(r->store.partial, word, sizeof(word)) ? word :
									 "RUN");
	status = command_end(rc < 0 ? 3 : status);
	return !stopped_by || status >= 128 ? status :
	       stopped_by == SIGALRM	    ? 1 :
					      128 + stopped_by;
}

/* --- the whole ------------------------------------------------------------ */

/* Names the servers that could be compared if they were installed. */
static void name_absent(const struct config *config)
{
	const struct arm *arm = config_arm(config, "servers");

	for (size_t i = 0; arm && i < subject_count; i++) {
		const struct subject *s = &subjects[i];
		const char *lacks;

		if (s->program && arm_level(arm, s->name) < 0 &&
		    !subject_is_there(s, &lacks))
			warnx("servers: without %s; needed: %s", s->name,
			      lacks);
	}
}

/* Prints what is wrong, or (warn) doubtful, with this machine. */
static int look_around(const struct programs *p, const struct config *config,
		       const char *out)
{
	const char *const ours[] = { p->echod, p->loadgen, NULL };
	struct machine_places places = {
		.programs = ours,
		.out = out,
		.sigchld_ignored = spawn_sigchld_was_ignored(),
	};

	machine_look(&machine, &places);
	doctor_look(&doctor, config, &machine);
	name_absent(config);
	for (size_t i = 0; i < doctor.count; i++) {
		const struct doctor_finding *f = &doctor.finding[i];

		if (f->level == doctor_worst(&doctor) && f->level != DOCTOR_OK)
			warnx("%s: %s; needed: %s; fix: %s", f->check, f->value,
			      f->need, f->fix);
	}
	return doctor_worst(&doctor) == DOCTOR_FAIL ? -1 : 0;
}

/* Experiments under a limit of processes are left out where there is none. */
static void open_limit(struct running *r)
{
	struct config *c = r->config;
	char why[PIDS_WHY];
	size_t kept = 0;

	for (size_t a = 0; a < c->arms; a++) {
		const struct experiment *e = c->arm[a].experiment;

		if (e->processes && !*r->pids.folder &&
		    pids_open(&r->pids, &r->cpu, why) < 0) {
			warnx("%s is left out: %s", e->name, why);
			continue;
		}
		if (kept++ != a)
			c->arm[kept - 1] = c->arm[a];
	}
	c->arms = kept;
}

static int begin(struct running *r, const struct programs *p)
{
	struct placement *placement = &r->bench.placement;
	char why[PLACEMENT_WHY];

	for (size_t a = 0; a < EXPERIMENTS_MOST; a++)
		r->round_s[a] = NAN;
	cpu_open(&r->cpu);
	r->store.cpu_source = cpu_source_names[r->cpu.source];
	r->store.cpu_advice = *r->cpu.advice ? r->cpu.advice : NULL;
	open_limit(r);
	watch_open(&r->watch, "/proc");
	r->stamper = sock_stamper();
	if (placement_make(placement, r->config->placement, why) < 0 ||
	    placement_enter(placement, &placement->forkbench) < 0) {
		warnx("--placement %s: %s",
		      placement_names[r->config->placement], why);
		return -1;
	}
	r->bench.config = r->config;
	r->bench.bin = p->bin;
	r->bench.cpu = &r->cpu;
	r->bench.pids = &r->pids;
	r->bench.watch = &r->watch;
	r->bench.store = &r->store;
	progress_begin(&r->progress, r->config);
	if (store_run(&r->store, r->config, NULL) == 0)
		return 0;
	warn("cannot write %s/run.json", r->store.partial);
	return -1;
}

/*
 * Each part of a run has two numbers for its attempts, 1 and 2, 3 and 4, and
 * so on. One that was killed in its warm-up is no resumption, but has cells.
 */
static unsigned next_attempt(const struct running *r)
{
	struct past_cell *past;
	ssize_t n = store_past(&r->store, r->config, &past);
	unsigned last = 2 * (unsigned)(store_resumptions(&r->store) + 1);

	if (n < 0)
		err(3, "cannot read what was measured");
	for (ssize_t i = 0; i < n; i++)
		if (past[i].attempt > last)
			last = past[i].attempt;
	free(past);
	return last + 1 + last % 2;
}

static int carry_out(struct running *r, const struct programs *p, bool resumed)
{
	int rc, status = 3;

	r->attempt = resumed ? next_attempt(r) : 1;
	r->bench.servers = r->attempt / 2 * 5000;
	if (begin(r, p) < 0) {
		if (!resumed)
			store_discard(&r->store);
	} else {
		if (r->config->budget_ns && !resumed)
			spawn_alarm(r->store.started_ns + r->config->budget_ns -
				    REPORT_S * NS_PER_S);
		rc = measure_all(r, resumed);
		placement_enter(&r->bench.placement, &r->bench.placement.all);
		/* What never measured a cell leaves no folder. */
		if (rc < 0 && !r->measured && !resumed &&
		    !spawn_interrupted()) {
			warnx("%s", r->why);
			store_discard(&r->store);
		} else {
			status = conclude(r, rc);
		}
	}
	if (r->stamper >= 0)
		close(r->stamper);
	watch_close(&r->watch);
	pids_close(&r->pids);
	cpu_close(&r->cpu);
	spawn_clear(0);
	plan_release(&r->plan);
	return status;
}

int command_run(int argc, char *argv[], const struct programs *p)
{
	static struct running r;
	char why[STORE_WHY] = "out of memory";
	json_t *env, *found;
	int rc = -1, status;

	command_request(argc, argv,
			"usage: forkbench run [options]\n"
			"\n"
			"Measures every level of each experiment in short "
			"cells, in shuffled rounds, judges\n"
			"and reports. Lists are separated by commas or "
			"blanks.\n\n",
			false, &request);
	r.config = &request.config;
	if (look_around(p, r.config, request.out) < 0)
		return 3;
	env = machine_json(&machine);
	found = doctor_json(&doctor);
	if (env && found &&
	    json_object_set_new(env, "schema_version",
				json_integer(SCHEMA_VERSION)) == 0 &&
	    json_object_set(env, "doctor", found) == 0)
		rc = store_create(&r.store, request.out, r.config, env,
				  machine_commit(), why);
	json_decref(found);
	json_decref(env);
	if (rc < 0) {
		plain_text(why);
		warnx("%s", why);
		store_release(&r.store);
		return 3;
	}
	status = carry_out(&r, p, false);
	store_release(&r.store);
	return status;
}

static int same_machine(const json_t *env, char *why, size_t room)
{
	char wrong[MACHINE_WHY];

	if (machine_same(env, &machine, wrong) == 0)
		return 0;
	snprintf(why, room, "%s", wrong);
	return -1;
}

int command_resume(int argc, char *argv[], const struct programs *p)
{
	static const struct opt table[] = {
		{ "help", OPT_HELP, 0, .help = "print this and exit" },
		{ 0 },
	};
	static struct running r;
	bool help = false;
	char why[STORE_WHY];
	int first = command_options(table, argc, argv, &help, &help,
				    "usage: forkbench resume RUN\n"
				    "\n"
				    "Goes on with a run that was broken off, "
				    "after the last round that is whole.\n\n",
				    1, "results/NAME.partial");
	int status = 3, rc;

	r.config = &request.config;
	/* For same_machine(); the doctor looks once the configuration is known.
	 */
	machine_look(&machine, &(struct machine_places){
				       .programs = (const char *const[]){
					       p->echod, p->loadgen, NULL } });
	rc = store_open(&r.store, argv[first], r.config, same_machine, why);
	if (rc > 0) {
		snprintf(why, sizeof(why),
			 "RUN %.500s: finished already; nothing is left to "
			 "measure",
			 r.store.final);
		status = 0;
	}
	if (rc) {
		plain_text(why);
		warnx("%s", why);
	}
	if (rc == 0 && look_around(p, r.config, r.store.final) == 0)
		status = carry_out(&r, p, true);
	store_release(&r.store);
	return status;
}

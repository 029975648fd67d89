#include "tests/unit/fixture_judged.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = { "sig-ign", "waitpid-loop", "waitpid-once",
				     "none", "sig-ign-aa" };
static const char *const arms[] = { "churn", "leak", "hold", "memory" };

static void *made(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

void judged_rename(struct judged_fixture *f, size_t level, const char *name,
		   const char *subject)
{
	for (size_t a = CHURN; a <= HOLD; a++) {
		struct level *l = &f->run.config.arm[a].level[level];

		snprintf(l->name, sizeof(l->name), "%s", name);
		snprintf(l->subject, sizeof(l->subject), "%s", subject);
	}
}

void judged_ratio(struct judged_fixture *f, size_t arm, size_t level,
		  int metric, double low, double mid, double high)
{
	struct effect *e = &f->j.arm[arm].effect[metric][level];

	e->ratio = (struct interval){ low, mid, high };
	e->resolution = fmax(high / mid, mid / low) - 1;
	e->verdict = judge_verdict(&e->ratio, metrics[metric].better);
}

void judged_left(struct judged_fixture *f, size_t arm, size_t level,
		 double share)
{
	struct zombie_count *z = &f->j.arm[arm].zombies[level];

	z->share = share;
	z->left_max = ceil(share * z->forks / (double)z->cells);
	z->left_min = z->left_median = z->left_max;
	z->leaks = share > 0;
	if (level == ONCE)
		z->handler_calls = z->forks - rint(share * z->forks);
}

void judged_noisy(struct judged_fixture *f, size_t arm)
{
	struct judged_arm *a = &f->j.arm[arm];

	f->j.state = RUN_NOISY;
	a->noisy = true;
	for (int m = 0; m < METRIC_COUNT; m++)
		for (size_t l = 1; l < a->arm->levels; l++)
			if (a->effect[m][l].verdict != VERDICT_NONE)
				a->effect[m][l].verdict = VERDICT_WITHHELD;
}

void judged_drop(struct judged_fixture *f)
{
	f->j.arms = --f->run.config.arms;
}

/* Nothing has been measured. */
static void clear(struct judged_arm *a)
{
	for (int m = 0; m < METRIC_COUNT; m++) {
		for (size_t c = 0; c < CURVES_MOST; c++)
			a->fit[m][c].is = (struct interval){ NAN, NAN, NAN };
		a->aa_p[m] = NAN;
		for (size_t l = 0; l <= LEVELS_MOST; l++)
			a->effect[m][l] = (struct effect){
				.median = NAN,
				.ratio = { NAN, NAN, NAN },
				.resolution = NAN,
				.verdict = l ? VERDICT_NONE : VERDICT_BASELINE,
			};
	}
	for (size_t l = 0; l <= LEVELS_MOST; l++) {
		a->of_floor[l] = (struct interval){ NAN, NAN, NAN };
		a->zombies[l] = (struct zombie_count){
			.left_min = NAN,
			.left_max = NAN,
			.left_median = NAN,
			.share = NAN,
			.peak_max = NAN,
			.forks = NAN,
			.exits = NAN,
			.collected = NAN,
			.handler_calls = NAN,
			.wakeups = NAN,
		};
	}
}

static void set_modes(struct judged_fixture *f, size_t arm)
{
	struct arm *a = &f->run.config.arm[arm];

	a->levels = arm == LEAK ? AA : AA + 1;
	for (size_t l = 0; l < a->levels; l++) {
		f->j.arm[arm].zombies[l].cells = 40;
		f->j.arm[arm].zombies[l].forks = 12000;
		f->j.arm[arm].zombies[l].handler_calls = l == LOOP ? 5000 : 0;
		judged_left(f, arm, l, 0);
		a->level[l].value = NAN;
		a->level[l].aa = l == AA;
	}
}

static void set_metric(struct judged_fixture *f, size_t arm, int metric,
		       double median)
{
	struct judged_arm *a = &f->j.arm[arm];

	for (size_t l = 0; l < a->arm->levels; l++) {
		a->effect[metric][l].n = a->rounds;
		a->effect[metric][l].median = median;
		a->effect[metric][l].primary = true;
	}
}

/* The figures of the example in the design. */
static void set_figures(struct judged_fixture *f)
{
	static const struct {
		int metric;
		double base, ratio[NONE][3];
	} figures[] = {
		{ METRIC_CPU_US,
		  94.7,
		  { { 1.11, 1.13, 1.15 },
		    { 1.10, 1.12, 1.15 },
		    { 0.97, 0.985, 1.002 } } },
		{ METRIC_SESSIONS_PER_S,
		  15051,
		  { { 0.89, 0.91, 0.94 },
		    { 0.89, 0.92, 0.95 },
		    { 0.99, 1.02, 1.06 } } },
		{ METRIC_FIRST_ECHO_P50_US,
		  3110,
		  { { 1.10, 1.15, 1.20 },
		    { 1.09, 1.14, 1.19 },
		    { 0.93, 0.97, 1.02 } } },
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		set_metric(f, CHURN, figures[i].metric, figures[i].base);
		for (size_t l = LOOP; l <= NONE; l++)
			judged_ratio(f, CHURN, l, figures[i].metric,
				     figures[i].ratio[l - 1][0],
				     figures[i].ratio[l - 1][1],
				     figures[i].ratio[l - 1][2]);
	}
	set_metric(f, HOLD, METRIC_STORM_MS, 120);
	for (size_t l = LOOP; l <= NONE; l++)
		judged_ratio(f, HOLD, l, METRIC_STORM_MS, 0.95, 1.1, 1.3);
}

static void set_memory(struct judged_fixture *f)
{
	static const char *const sizes[] = { "0", "256MiB", "1GiB" };
	static const double mib[] = { 0, 256, 1024 };
	struct arm *a = &f->run.config.arm[MEMORY];
	struct judged_arm *j = &f->j.arm[MEMORY];

	a->levels = 3;
	a->curves = 1;
	for (size_t l = 0; l < a->levels; l++) {
		snprintf(a->level[l].name, sizeof(a->level[l].name), "%s",
			 sizes[l]);
		snprintf(a->level[l].subject, sizeof(a->level[l].subject),
			 "sig-ign");
		a->level[l].value = mib[l];
	}
	set_metric(f, MEMORY, METRIC_FORK_P50_US, 30);
	j->effect[METRIC_FORK_P50_US][1].median = 2480;
	j->effect[METRIC_FORK_P50_US][2].median = 9830;
	j->fit[METRIC_FORK_P50_US][0] =
		(struct fit_result){ 20, { 9.4, 9.57, 9.8 } };
}

static void set_cells(struct judged_fixture *f)
{
	f->run.cells = 3;
	f->run.cell = made(calloc(f->run.cells, sizeof(*f->run.cell)));
	for (size_t i = 0; i < f->run.cells; i++) {
		struct cell *c = &f->run.cell[i];

		c->round = (unsigned)i + 1;
		c->attempt = 1;
		c->used = true;
		for (int m = 0; m < METRIC_COUNT; m++)
			c->value[m] = NAN;
		c->value[METRIC_OVERHEAD_MS] = 6.9 + (double)i;
	}
}

static json_t *environment(void)
{
	return json_pack("{si s{ss ss ss si} s{ss} s[{ss ss ss ss}]}",
			 "schema_version", 2, "host", "kernel", "6.1.0",
			 "machine", "x86_64", "cpu", "A <CPU> & more", "cpus",
			 2, "build", "commit", "0123abc", "doctor", "check",
			 "load", "level", "warn", "value", "1.5", "fix",
			 "stop it");
}

struct judged_fixture *judged_fixture(void)
{
	struct judged_fixture *f = made(calloc(1, sizeof(*f)));

	f->j.run = &f->run;
	f->j.arms = f->run.config.arms = MEMORY + 1;
	f->j.comparisons = 13;
	f->run.config.profile = 1;
	f->run.elapsed_s = 211;
	f->run.finished = true;
	snprintf(f->run.id, sizeof(f->run.id),
		 "20260102T030405Z-0123abc-quick");
	snprintf(f->run.started_utc, RUN_UTC, "2026-01-02T03:04:05Z");
	snprintf(f->run.cpu_source, sizeof(f->run.cpu_source),
		 "cgroup v1 (cpuacct)");
	snprintf(f->run.config.rerun, RERUN_BYTES, "make bench SEED=7");
	f->run.env = made(environment());
	for (size_t i = CHURN; i <= MEMORY; i++) {
		struct arm *a = &f->run.config.arm[i];

		a->experiment = experiment_find(arms[i]);
		a->load = a->experiment->load;
		a->rounds = i == CHURN ? 412 : 20;
		f->j.arm[i].arm = a;
		f->j.arm[i].rounds = a->rounds;
		f->j.arm[i].cells = f->j.arm[i].used = 40;
		clear(&f->j.arm[i]);
		if (i != MEMORY)
			set_modes(f, i);
	}
	for (size_t l = 0; l <= AA; l++)
		judged_rename(f, l, names[l], l == AA ? "sig-ign" : names[l]);
	set_figures(f);
	set_memory(f);
	set_cells(f);
	judged_left(f, CHURN, ONCE, 0.66);
	judged_left(f, LEAK, ONCE, 0.67);
	judged_left(f, HOLD, ONCE, 0.92);
	for (size_t i = CHURN; i <= HOLD; i++)
		judged_left(f, i, NONE, 1);
	return f;
}

struct judged_arm *judged_add(struct judged_fixture *f, const char *experiment,
			      const char *const levels[])
{
	struct arm *a = &f->run.config.arm[f->run.config.arms++];
	struct judged_arm *j = &f->j.arm[f->j.arms++];
	bool series;

	a->experiment = experiment_find(experiment);
	series = a->experiment->series != FACTOR_NONE;
	a->load = a->experiment->load;
	for (a->levels = 0; levels[a->levels]; a->levels++) {
		struct level *l = &a->level[a->levels];

		l->value = NAN;
		l->curve = series ? a->levels : 0;
		snprintf(l->name, sizeof(l->name), "%s", levels[a->levels]);
		snprintf(l->series, sizeof(l->series), "%s",
			 series ? levels[a->levels] : "");
		snprintf(l->subject, sizeof(l->subject), "%s",
			 a->experiment->subject ? a->experiment->subject :
						  levels[a->levels]);
	}
	a->curves = series ? a->levels : 1;
	a->rounds = j->rounds = 20;
	j->arm = a;
	j->cells = j->used = 40;
	clear(j);
	return j;
}

void judged_floor(struct judged_fixture *f)
{
	static const char *const levels[] = { "fork", "fork-64", "vfork",
					      "connect", NULL };
	static const double us[] = { 62.3, 60, 21, 24.7 };
	struct judged_arm *j = judged_add(f, "floor", levels);

	set_metric(f, f->j.arms - 1, METRIC_OP_CPU_US, 0);
	for (size_t l = 0; l < 4; l++) {
		j->effect[METRIC_OP_CPU_US][l].median = us[l];
		j->effect[METRIC_OP_US][l].median = 2 * us[l];
	}
	f->j.arm[CHURN].of_floor[SIG_IGN] =
		(struct interval){ 1.08, 1.12, 1.16 };
	f->j.arm[CHURN].of_floor[LOOP] = (struct interval){ 1.2, 1.26, 1.31 };
	f->j.arm[CHURN].of_floor[ONCE] = (struct interval){ 1.2, 1.25, 1.30 };
	f->j.arm[CHURN].of_floor[NONE] = (struct interval){ 1.06, 1.1, 1.14 };
}

void judged_counts(struct judged_fixture *f)
{
	static const char *const levels[] = { "sig-ign", "waitpid-loop",
					      "waitpid-once", NULL };
	static const struct {
		int metric;
		double count[3];
	} counts[] = {
		{ METRIC_PARENT_CALLS, { 5, 7.14, 6.01 } },
		{ METRIC_CHILD_CALLS, { 8, 8, 8 } },
		{ METRIC_PARENT_SWITCHES, { 0.74, 0.85, 0.76 } },
		{ METRIC_CHILD_SWITCHES, { 1.44, 1.44, 1.44 } },
		{ METRIC_PARENT_FAULTS, { 1.5, 1.5, 1.5 } },
		{ METRIC_CHILD_FAULTS, { 5, 5, 5 } },
		{ METRIC_HANDLER_CALLS, { 0, 55, 49 } },
		{ METRIC_FORKS, { 100, 100, 100 } },
	};
	struct judged_arm *j = judged_add(f, "counts", levels);

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		for (size_t l = 0; l < 3; l++)
			j->effect[counts[i].metric][l].median =
				counts[i].count[l];
}

/* In us for a MiB, or for a descriptor: of fork() and of all CPU. */
static void set_slope(struct judged_arm *j, size_t curve, double fork,
		      double cpu)
{
	j->fit[METRIC_FORK_P50_US][curve] =
		(struct fit_result){ 20, { 0.9 * fork, fork, 1.1 * fork } };
	j->fit[METRIC_CPU_US][curve] =
		(struct fit_result){ 20, { 0.9 * cpu, cpu, 1.1 * cpu } };
}

void judged_pages(struct judged_fixture *f)
{
	static const char *const levels[] = { "small", "huge", "shared", NULL };
	struct judged_arm *j = judged_add(f, "pages", levels);

	set_slope(j, 0, 10, 20);
	set_slope(j, 1, 0.1, 0.2);
	set_slope(j, 2, 0, 0);
	for (size_t l = 0; l < 3; l++) {
		j->effect[METRIC_FORK_P50_US][l].median = 30;
		j->effect[METRIC_CPU_US][l].median = 90;
	}
}

void judged_descriptors(struct judged_fixture *f)
{
	static const char *const levels[] = { "10", "15000", NULL };
	struct judged_arm *j = judged_add(f, "descriptors", levels);
	struct arm *a = &f->run.config.arm[f->run.config.arms - 1];

	set_slope(j, 0, 0.012, 0.025);
	for (size_t l = 0; l < 2; l++) {
		a->level[l].value = l ? 15000 : 10;
		j->effect[METRIC_FORK_P50_US][l].median = l ? 210 : 30;
		j->effect[METRIC_CPU_US][l].median = l ? 465 : 90;
	}
}

void judged_fixture_free(struct judged_fixture *f)
{
	json_decref(f->run.env);
	free(f->run.cell);
	free(f);
}

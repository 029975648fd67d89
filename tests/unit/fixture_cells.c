#include "tests/unit/fixture_cells.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/rng.h"
#include "tests/unit/fixture_normal.h"

struct made *made_new(const char *names)
{
	static const char modes[] = "sig-ign,waitpid-loop,waitpid-once,none";
	struct wish wish = { .profile = 1, .experiments = names, .seed = 1 };
	struct made *m = calloc(1, sizeof(*m));
	char why[CONFIG_WHY];

	assert_non_null(m);
	if (strcmp(names, "memory") != 0)
		wish.modes = modes;
	if (config_make(&m->config, &wish, why) < 0)
		fail_msg("%s", why);
	assert_string_equal(profiles[m->config.profile].name, "quick");
	m->finished = true;
	m->cpu_source = "cgroup v2";
	return m;
}

static void forget(struct made *m)
{
	judge_free(m->judged);
	run_close(&m->run);
	m->judged = NULL;
}

void made_free(struct made *m)
{
	forget(m);
	free(m->cell);
	free(m);
}

struct cell *made_cell(struct made *m, size_t arm, size_t level, unsigned round)
{
	struct cell *c;

	m->cell = realloc(m->cell, (m->cells + 1) * sizeof(*m->cell));
	assert_non_null(m->cell);
	c = &m->cell[m->cells];
	*c = (struct cell){ .arm = (unsigned)arm,
			    .level = (unsigned)level,
			    .round = round,
			    .attempt = 1,
			    .start_s = (double)m->cells++,
			    .took_s = 1 };
	for (int i = 0; i < METRIC_COUNT; i++)
		c->value[i] = NAN;
	return c;
}

void made_fill(struct made *m, unsigned rounds, double spread, uint64_t seed)
{
	struct rng rng = { seed };

	for (size_t a = 0; a < m->config.arms; a++)
		for (unsigned r = 0; r <= rounds; r++)
			for (size_t l = 0; l < m->config.arm[a].levels; l++) {
				struct cell *c = made_cell(m, a, l, r);

				for (int i = 0; i < METRIC_COUNT; i++)
					if (metric_has_ratio(i))
						c->value[i] =
							100 *
							exp(spread *
							    fixture_normal(
								    &rng));
				c->value[METRIC_SESSIONS] = 300;
				c->value[METRIC_FORKS] = 300;
				c->value[METRIC_ZOMBIES_LEFT] = 0;
			}
}

struct cell *made_find(struct made *m, size_t arm, size_t level, unsigned round)
{
	for (size_t i = 0; i < m->cells; i++)
		if (m->cell[i].arm == arm && m->cell[i].level == level &&
		    m->cell[i].round == round)
			return &m->cell[i];
	fail_msg("no cell of arm %zu, level %zu, round %u", arm, level, round);
	return NULL;
}

void made_set(struct made *m, size_t arm, size_t level, int metric,
	      double value)
{
	for (size_t i = 0; i < m->cells; i++)
		if (m->cell[i].arm == arm && m->cell[i].level == level)
			m->cell[i].value[metric] = value;
}

void made_times(struct made *m, size_t arm, size_t level, int metric,
		double factor)
{
	for (size_t i = 0; i < m->cells; i++)
		if (m->cell[i].arm == arm && m->cell[i].level == level)
			m->cell[i].value[metric] *= factor;
}

/* --- the folder ----------------------------------------------------------- */

static FILE *file_in(const char *folder, const char *name)
{
	char path[96];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "w");
	assert_non_null(out);
	return out;
}

static void write_run(const struct made *m, const char *folder)
{
	json_t *run = config_json(&m->config), *more;
	FILE *out = file_in(folder, "run.json");

	more = json_pack("{s:i, s:s, s:b, s:s?, s:s?}", "schema_version", 2,
			 "started_utc", "2026-01-01T00:00:00Z", "finished",
			 m->finished, "interrupted_by", m->interrupted_by,
			 "cpu_source", m->cpu_source);
	assert_non_null(run);
	assert_non_null(more);
	assert_int_equal(json_object_update(run, more), 0);
	assert_int_equal(json_dumpf(run, out, 0), 0);
	assert_int_equal(fclose(out), 0);
	json_decref(more);
	json_decref(run);
}

static void write_cells(const struct made *m, const char *folder)
{
	FILE *out = file_in(folder, "cells.tsv");

	fprintf(out, "experiment\tseries\tlevel\tround\tattempt\tstart_s\t"
		     "took_s\tvalidity\treasons");
	for (int i = 0; i < METRIC_COUNT; i++)
		fprintf(out, "\t%s", metrics[i].name);
	for (size_t i = 0; i < m->cells; i++) {
		const struct cell *c = &m->cell[i];
		const struct arm *a = &m->config.arm[c->arm];
		char reasons[VALIDITY_TEXT];

		validity_text(&c->validity, reasons);
		fprintf(out, "\n%s\t\t%s\t%u\t%u\t%g\t%g\t%s\t%s",
			a->experiment->name, a->level[c->level].name, c->round,
			c->attempt, c->start_s, c->took_s,
			validity_names[c->validity.status], reasons);
		for (int k = 0; k < METRIC_COUNT; k++)
			if (isnan(c->value[k]))
				fputc('\t', out);
			else
				fprintf(out, "\t%.17g", c->value[k]);
	}
	fputc('\n', out);
	assert_int_equal(fclose(out), 0);
}

static void write_env(const struct made *m, const char *folder)
{
	FILE *out = file_in(folder, "env.json");

	fputs(m->env ? m->env : "{\"schema_version\": 2}", out);
	assert_int_equal(fclose(out), 0);
}

const struct judged *made_judge(struct made *m)
{
	static const char *const files[] = { "run.json", "cells.tsv",
					     "env.json" };
	char folder[] = "/tmp/forkbench-judge-XXXXXX", path[96];
	char why[CELLS_WHY];
	int rc;

	forget(m);
	assert_non_null(mkdtemp(folder));
	write_run(m, folder);
	write_cells(m, folder);
	write_env(m, folder);
	rc = run_read(&m->run, folder, why);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
	if (rc < 0)
		fail_msg("%s", why);
	m->judged = judge_run(&m->run);
	assert_non_null(m->judged);
	return m->judged;
}

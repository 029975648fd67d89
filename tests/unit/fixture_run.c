#include "tests/unit/fixture_run.h"

#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/slot.h"
#include "lib/hist_tsv.h"
#include "lib/rng.h"
#include "tests/unit/fixture_normal.h"

/* How a mode differs from the baseline, invented. */
static const struct shape {
	const char *mode;
	double speed, fork, echo;
	double leak;	 /* share of the children that stay zombies */
	double standing; /* zombies at any time under load, if it reaps */
} shapes[] = {
	{ "sig-ign", 1, 1, 1, 0, 0 },
	{ "waitpid-loop", 0.995, 1.01, 1.02, 0, 3 },
	{ "waitpid-once", 0.95, 1.06, 1.12, 0.65, 0 },
	{ "none", 0.78, 1.22, 1.6, 1, 0 },
};

struct cell {
	const struct fixture *f;
	const char *folder; /* of the run */
	const char *experiment, *mode, *slot;
	unsigned round, attempt;
	bool invalid, suspect;
	struct rng rng;
	struct shape shape;
	double sessions, load_s, left;
	double odd; /* factor on its figures */
};

int fixture_put(const char *folder, const char *file, const char *content)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	out = fopen(path, "we");
	if (!out)
		return -1;
	fputs(content, out);
	return fclose(out);
}

static int make_folders(const char *path)
{
	char part[4096];

	snprintf(part, sizeof(part), "%s", path);
	for (char *at = part + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return -1;
		*at = '/';
	}
	return mkdir(part, 0755) < 0 && errno != EEXIST ? -1 : 0;
}

static struct shape shape_of(const struct fixture *f, const char *mode)
{
	struct shape shape = { mode, 0.97, 1.05, 1.08, 0, 10 };
	double slower = f->slower > 0 ? f->slower : 1;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (strcmp(shapes[i].mode, mode) == 0)
			shape = shapes[i];
	if (f->slower_mode > 0 && strcmp(mode, "sig-ign") != 0)
		slower *= f->slower_mode;
	shape.speed /= slower;
	shape.fork *= slower;
	shape.echo *= slower;
	return shape;
}

static double noisy(struct cell *c, double value)
{
	return value * exp(c->f->noise * fixture_normal(&c->rng));
}

/* A body around the median and a tail of one sample in thirty. */
static int put_hist(struct cell *c, const char *folder, const char *name,
		    double median_us, unsigned n, json_t *figures)
{
	struct hist *h = calloc(1, sizeof(*h));
	char path[4096], key[64];
	uint64_t ns;
	FILE *out;

	if (!h)
		return -1;
	for (unsigned i = 0; i < n; i++) {
		double us = median_us * exp(0.18 * fixture_normal(&c->rng));

		if (rng_unit(&c->rng) < 0.03)
			us *= exp(1.1 * fabs(fixture_normal(&c->rng)));
		hist_record(h, (uint64_t)(us * 1000));
	}
	for (int p99 = 0; p99 < 2; p99++) {
		snprintf(key, sizeof(key), "%s_p%d_us", name, p99 ? 99 : 50);
		if (hist_percentile(h, p99 ? 99 : 50, &ns) == 0)
			json_object_set_new(figures, key,
					    json_real((double)ns / 1000));
		else
			json_object_set_new(figures, key, json_null());
	}
	snprintf(path, sizeof(path), "%s/%s.hist.tsv", folder, name);
	out = fopen(path, "we");
	if (out && n)
		hist_tsv_write(h, out);
	free(h);
	return out ? fclose(out) : -1;
}

static int put_timeline(struct cell *c, const char *folder)
{
	char path[4096];
	FILE *out;
	double end = c->load_s + 1, peak_standing = c->shape.standing;

	snprintf(path, sizeof(path), "%s/timeline.tsv", folder);
	out = fopen(path, "we");
	if (!out)
		return -1;
	fprintf(out, "t_s\tchildren\tzombies\tforked\texited\t"
		     "handler_calls\tcost_us\n");
	for (double t = 0; t <= end; t += 0.1) {
		double share = fmin(fmax((t - 0.3) / c->load_s, 0), 1);
		double zombies = share * c->left;

		if (strcmp(c->experiment, "hold") == 0)
			zombies = t > c->load_s + 0.2 ? c->left : 0;
		if (share > 0 && share < 1)
			zombies += floor(peak_standing * rng_unit(&c->rng));
		fprintf(out, "%.3f\t%.0f\t%.0f\t%.0f\t%.0f\t0\t120\n", t,
			zombies + 40, floor(zombies), share * c->sessions,
			share * c->sessions);
	}
	return fclose(out);
}

static void put_counts(struct cell *c, json_t *figures)
{
	bool handler = strncmp(c->mode, "waitpid", 7) == 0;
	double reaped = c->sessions - c->left;

	json_object_set_new(figures, "sessions", json_real(c->sessions));
	json_object_set_new(figures, "forks",
			    json_integer((json_int_t)c->sessions));
	json_object_set_new(figures, "exits",
			    json_integer((json_int_t)c->sessions));
	json_object_set_new(figures, "handler_calls",
			    json_integer(handler ? (json_int_t)reaped : 0));
	json_object_set_new(figures, "zombies_left",
			    json_integer((json_int_t)c->left));
	json_object_set_new(
		figures, "zombies_peak",
		json_integer((json_int_t)(c->left + c->shape.standing)));
	json_object_set_new(figures, "zombie_lifetime_ms",
			    json_real(c->left * 1.3 + c->shape.standing));
	json_object_set_new(figures, "sampler_cpu_pct", json_real(0.8));
}

static int put_load(struct cell *c, const char *folder, json_t *figures)
{
	bool churn = strcmp(c->experiment, "churn") == 0;
	double again = (strstr(c->slot, "-aa") ? c->f->drift : 1) * c->odd;
	unsigned echoes;

	c->load_s = churn ? 4 : 6;
	c->sessions = floor(churn ? noisy(c, c->f->sessions * c->shape.speed) :
				    c->f->sessions / 2.0);
	c->left = floor(c->sessions * c->shape.leak *
			(c->shape.leak < 1 ? noisy(c, 0.98) : 1));
	if (c->f->no_leak && strcmp(c->f->no_leak, c->experiment) == 0)
		c->left = 0;
	put_counts(c, figures);
	echoes = (unsigned)c->sessions * (churn ? 1 : 6);
	json_object_set_new(
		figures, "sessions_per_s",
		json_real(noisy(c, c->sessions / c->load_s) * again));
	if (put_hist(c, folder, "fork", noisy(c, 52 * c->shape.fork * again),
		     (unsigned)c->sessions, figures) ||
	    put_hist(c, folder, "first_echo",
		     noisy(c, 8800 / c->shape.speed * again),
		     (unsigned)c->sessions, figures) ||
	    put_hist(c, folder, "echo", noisy(c, 95 * c->shape.echo * again),
		     echoes, figures))
		return -1;
	return put_timeline(c, folder);
}

static void put_wall(struct cell *c, json_t *figures)
{
	double wall_s = noisy(c, 1.9 / c->shape.speed);

	json_object_set_new(figures, "wall_s", json_real(wall_s));
	json_object_set_new(figures, "user_s", json_real(wall_s * 0.2));
	json_object_set_new(figures, "system_s", json_real(wall_s * 0.7));
}

static json_t *validity(const struct cell *c)
{
	const char *why = c->f->why  ? c->f->why :
			  c->invalid ? "3 of 8,000 sessions were not served" :
				       "the host took 9 % of the CPU time";

	if (!c->invalid && !c->suspect)
		return json_pack("{ss s[] s[]}", "status", "valid", "reasons",
				 "rules");
	return json_pack("{ss s[s] s[s]}", "status",
			 c->invalid ? "invalid" : "suspect", "reasons", why,
			 "rules", c->invalid ? "unserved-session" : "steal");
}

/* A reading after the other, as since boot; the load is of the run's start. */
static json_t *host(const struct cell *c)
{
	double total_s = 100 + c->round;

	return json_pack("{s{sf sf} s{sf sf} s{sf sf}}", "before", "load_1min",
			 0.25 + c->round, "cpu_pressure_total_s", total_s,
			 "after", "load_1min", 0.5 + c->round,
			 "cpu_pressure_total_s", total_s + 0.5, "during",
			 "steal_pct", c->suspect ? 9.0 : 0.5, "foreign_cpu_pct",
			 1.0);
}

static int put_cell(struct cell *c)
{
	bool excluded = c->invalid && c->attempt == 1;
	char folder[4000], path[4096];
	json_t *figures = json_object(), *cell;
	int rc = 0;

	snprintf(folder, sizeof(folder), "%s/cells/%s/%02u-%s%s", c->folder,
		 c->experiment, c->round, c->slot, excluded ? ".excluded" : "");
	if (make_folders(folder) < 0)
		return -1;
	if (strcmp(c->experiment, "wall") == 0)
		put_wall(c, figures);
	else
		rc = put_load(c, folder, figures);
	cell = json_pack("{si ss ss ss si sb si so sf sf so so}",
			 "schema_version", 1, "experiment", c->experiment,
			 "mode", c->mode, "slot", c->slot, "round",
			 (int)c->round, "warmup", c->round == 0, "attempt",
			 (int)c->attempt, "validity", validity(c),
			 "load_start_s", 0.3, "load_end_s", 0.3 + c->load_s,
			 "host", host(c), "metrics", figures);
	snprintf(path, sizeof(path), "%s/metrics.json", folder);
	if (!cell || json_dump_file(cell, path, JSON_INDENT(1)) < 0)
		rc = -1;
	json_decref(cell);
	return rc;
}

static int put_place(const struct fixture *f, const char *folder,
		     const char *experiment, const char *mode, const char *slot,
		     unsigned round)
{
	struct cell c = { .f = f,
			  .folder = folder,
			  .experiment = experiment,
			  .mode = mode,
			  .slot = slot,
			  .round = round,
			  .shape = shape_of(f, mode) };
	uint64_t mixed = f->seed + round;

	for (const char *at = experiment; *at; at++)
		mixed = rng_mix(mixed + (unsigned char)*at);
	for (const char *at = slot; *at; at++)
		mixed = rng_mix(mixed + (unsigned char)*at);
	c.rng.state = mixed;
	c.invalid = f->invalid && round == 2 && strcmp(slot, f->modes[1]) == 0;
	c.suspect = f->suspect && round == 1 && strncmp(slot, "sig-ign", 7);
	c.odd = f->outlier > 0 && round == 3 &&
				strcmp(experiment, "churn") == 0 &&
				strcmp(slot, f->modes[1]) == 0 ?
			f->outlier :
			1;
	c.attempt = 1;
	if (put_cell(&c) < 0)
		return -1;
	if (!c.invalid)
		return 0;
	c.attempt = 2;
	return put_cell(&c);
}

static json_t *list_of(const char *const names[])
{
	json_t *list = json_array();

	for (; *names; names++)
		json_array_append_new(list, json_string(*names));
	return list;
}

static int put_run(const struct fixture *f, const char *folder)
{
	json_t *experiments = json_array(), *run, *env;
	char path[4096];
	int slots = f->aa, n = 0, rc;

	for (; f->modes[slots - f->aa]; slots++)
		;
	for (; f->experiments[n]; n++)
		json_array_append_new(
			experiments,
			json_pack("{ss si si sf sf}", "name", f->experiments[n],
				  "concurrency", 64, "sessions", 0,
				  "duration_s", 4.0, "message_rate", 0.0));
	run = json_pack(
		"{si ss s[] sb sn ss sf ss si si si ss so sb sb so si ss}",
		"schema_version", 1, "status", "RUNNING", "status_reasons",
		"finished", f->finished, "interrupted_by", "started_utc",
		"2026-01-02T03:04:05Z", "elapsed_s", 181.5, "profile",
		f->verdicts ? "quick" : "smoke", "seed", (int)f->seed, "rounds",
		(int)f->rounds, "warmup_rounds", 1, "baseline", "sig-ign",
		"modes", list_of(f->modes), "aa", f->aa, "verdicts",
		f->verdicts, "experiments", experiments, "cells",
		(int)(f->rounds + 1) * slots * n, "rerun",
		"make bench PROFILE=quick SEED=1 # <synthetic & invented>");
	snprintf(path, sizeof(path), "%s/run.json", folder);
	rc = run ? json_dump_file(run, path, JSON_INDENT(1)) : -1;
	json_decref(run);
	env = json_pack("{si s{ss ss si ss} s{sn} s{ss sb}}", "schema_version",
			1, "host", "kernel", "6.1.0-synthetic", "cpu",
			"Synthetic CPU 9000", "cpus", 2, "hypervisor", "kvm",
			"vm", "thp", "build", "commit", "1a2b3c4", "dirty", 0);
	snprintf(path, sizeof(path), "%s/env.json", folder);
	if (!env || json_dump_file(env, path, JSON_INDENT(1)) < 0)
		rc = -1;
	json_decref(env);
	return rc;
}

int fixture_write(const struct fixture *f, const char *folder)
{
	char slot[SLOT_NAME];

	if (make_folders(folder) < 0 || put_run(f, folder) < 0)
		return -1;
	for (unsigned round = 0; round <= f->run; round++)
		for (int e = 0; f->experiments[e]; e++) {
			for (size_t m = 0; f->modes[m]; m++) {
				slot_name(f->modes, m, slot);
				if (put_place(f, folder, f->experiments[e],
					      f->modes[m], slot, round) < 0)
					return -1;
			}
			slot_name_again("sig-ign", slot);
			if (f->aa && put_place(f, folder, f->experiments[e],
					       "sig-ign", slot, round) < 0)
				return -1;
		}
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void fixture_remove(const char *folder)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

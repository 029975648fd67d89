#include "bench/measure/cell_files.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/json_file.h"
#include "lib/file.h"
#include "lib/hist_tsv.h"

enum { SCHEMA_VERSION = 1 };

static int open_in(struct file *f, const char *folder, const char *name)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >=
	    (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return file_open(f, path);
}

/* --- what the load generator reported -------------------------------------- */

/* A number at a path of keys, or NAN. */
static double number(const json_t *at, const char *group, const char *key)
{
	const json_t *value = json_object_get(json_object_get(at, group), key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

/* The same as evidence: below 0 where null says that there is none. */
static double evident(const json_t *at, const char *group, const char *key)
{
	const json_t *parent = json_object_get(at, group);

	if (json_is_null(parent) || json_is_null(json_object_get(parent, key)))
		return -1;
	return number(at, group, key);
}

static void take_latencies(const json_t *root, struct measurement *m)
{
	static const struct {
		enum metric_id id;
		const char *latency, *key;
	} wanted[] = {
		{ METRIC_CONNECT_P50_US, "connect", "p50" },
		{ METRIC_FIRST_ECHO_P50_US, "first_echo", "p50" },
		{ METRIC_FIRST_ECHO_P99_US, "first_echo", "p99" },
		{ METRIC_ECHO_P50_US, "echo", "p50" },
		{ METRIC_ECHO_P99_US, "echo", "p99" },
		{ METRIC_CLOSE_P50_US, "close", "p50" },
	};
	const json_t *latencies = json_object_get(root, "latency_us");

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		m->value[wanted[i].id] =
			number(latencies, wanted[i].latency, wanted[i].key);
}

static double busiest_worker(const json_t *generator)
{
	const json_t *workers = json_object_get(generator, "workers");
	const json_t *worker;
	double most = json_is_array(workers) ? -1 : NAN;
	size_t i;

	json_array_foreach(workers, i, worker) most =
		fmax(most, json_number_value(json_object_get(worker, "cpu_"
								     "pct")));
	return most;
}

/* Sessions that failed, by cause; no cause is none of it. */
static void take_failures(const json_t *failed, struct evidence *e)
{
	const json_t *count;
	const char *cause;

	if (!json_is_object(failed)) {
		e->failed = e->descriptors_out = e->ports_out = NAN;
		return;
	}
	e->failed = e->descriptors_out = e->ports_out = 0;
	json_object_foreach((json_t *)(uintptr_t)failed, cause, count)
	{
		double n = json_number_value(count);

		e->failed += n;
		if (strcmp(cause, "EMFILE") == 0)
			e->descriptors_out = n;
		if (strcmp(cause, "EADDRNOTAVAIL") == 0)
			e->ports_out = n;
	}
}

static void take_verdict(const json_t *verdict, struct evidence *e)
{
	const json_t *reasons = json_object_get(verdict, "reasons");
	const char *first = json_string_value(json_array_get(reasons, 0));
	const char *status = json_string_value(json_object_get(verdict, "statu"
									"s"));
	double n = fmax(1, (double)json_array_size(reasons));

	if (!status) {
		e->generator_invalid = e->generator_suspect = NAN;
		return;
	}
	e->generator_invalid = strcmp(status, "invalid") == 0 ? n : 0;
	e->generator_suspect = strcmp(status, "suspect") == 0 ? n : 0;
	snprintf(e->generator_first, sizeof(e->generator_first), "%s",
		 first ? first : "-");
}

/*
 * What was due at a rate, and Little's law. Held sessions are open for all of
 * the time: their rate times their time is how many there are.
 */
static void take_rates(const json_t *root, const struct load *load,
		       struct evidence *e)
{
	const json_t *latencies = json_object_get(root, "latency_us");

	e->window_s = evident(root, "generator", "window_s");
	e->mean_open = evident(root, "generator", "mean_open");
	if (!(load->message_rate > 0)) {
		e->rate_times_time =
			evident(root, "generator", "rate_times_time");
		e->completed =
			evident(root, "rates", "sessions_per_s") * e->window_s;
		return;
	}
	e->rate_times_time = e->requested;
	e->offered_per_s = number(root, "generator", "offered_per_s");
	e->achieved_per_s = number(root, "rates", "messages_per_s");
	e->echo_mean_us = evident(latencies, "echo", "mean");
}

static void take_evidence(const json_t *root, const struct load *load,
			  struct evidence *e)
{
	const json_t *generator = json_object_get(root, "generator");
	const json_t *latencies = json_object_get(root, "latency_us");

	e->requested = number(root, "sessions", "requested");
	e->served = number(root, "sessions", "served");
	e->mismatched = number(root, "messages", "mismatched");
	e->unsent = number(root, "messages", "unsent");
	e->send_lag_p90_us = evident(generator, "send_lag_us", "p90");
	e->send_lag_p99_us = evident(generator, "send_lag_us", "p99");
	e->echo_p99_us = evident(latencies, "echo", "p99");
	e->worker_cpu_pct = busiest_worker(generator);
	take_failures(json_object_get(json_object_get(root, "sessions"), "faile"
									 "d"),
		      e);
	take_verdict(json_object_get(root, "verdict"), e);
	take_rates(root, load, e);
}

int cell_files_load(const char *folder, const struct load *load,
		    struct measurement *m, struct evidence *e)
{
	char path[PATH_MAX];
	json_t *root;

	if (snprintf(path, sizeof(path), "%s/loadgen.json", folder) >=
	    (int)sizeof(path))
		return -1;
	root = json_load_file(path, 0, NULL);
	if (!root)
		return -1;
	take_latencies(root, m);
	take_evidence(root, load, e);
	m->value[METRIC_SESSIONS] = number(root, "sessions", "requested");
	m->value[METRIC_SESSIONS_PER_S] =
		number(root, "rates", "sessions_per_s");
	m->value[METRIC_MESSAGES_PER_S] =
		number(root, "rates", "messages_per_s");
	if (e->send_lag_p99_us >= 0)
		m->value[METRIC_SEND_LAG_P99_US] = e->send_lag_p99_us;
	if (e->worker_cpu_pct >= 0)
		m->value[METRIC_LOADGEN_CPU_PCT] = e->worker_cpu_pct;
	json_decref(root);
	return 0;
}

/* --- what the sampler and the daemon counted -------------------------------- */

static int store_timeline(const char *folder, const struct sampler *s)
{
	struct file f;

	if (open_in(&f, folder, "timeline.tsv") < 0)
		return -1;
	fprintf(f.out, "t_s\tchildren\tzombies\tforked\texited\thandler_"
		       "calls\tcost_us\n");
	for (size_t i = 0; i < s->count; i++) {
		const struct sample *at = &s->sample[i];

		fprintf(f.out,
			"%.6f\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64
			"\t%" PRIu64 "\t%.1f\n",
			(double)at->at_ns / 1e9, at->children, at->zombies,
			at->forked, at->exited, at->handler_calls,
			(double)at->cost_ns / 1e3);
	}
	return file_commit(&f);
}

static int store_hist(const char *folder, const char *name,
		      const struct hist *h)
{
	struct file f;

	if (!hist_count(h))
		return 0;
	if (open_in(&f, folder, name) < 0)
		return -1;
	if (hist_tsv_write(h, f.out) < 0) {
		file_abort(&f);
		return -1;
	}
	return file_commit(&f);
}

static double percentile_us(const struct hist *h, double pct)
{
	uint64_t ns;

	return hist_percentile(h, pct, &ns) < 0 ? NAN : (double)ns / 1e3;
}

int cell_files_store(const char *folder, const struct sampler *s,
		     const struct daemon_stats *stats, struct measurement *m)
{
	m->value[METRIC_FORK_P50_US] = percentile_us(&stats->fork, 50);
	m->value[METRIC_FORK_P99_US] = percentile_us(&stats->fork, 99);
	m->value[METRIC_CHILD_START_P50_US] =
		percentile_us(&stats->child_start, 50);
	if (store_timeline(folder, s) < 0 ||
	    store_hist(folder, "fork.hist.tsv", &stats->fork) < 0)
		return -1;
	return store_hist(folder, "child_start.hist.tsv", &stats->child_start);
}

/* --- the whole ------------------------------------------------------------ */

static json_t *real_or_null(double value)
{
	return isnan(value) ? json_null() : json_real(value);
}

static json_t *figures(const struct plan_cell *cell,
		       const struct measurement *m)
{
	unsigned bit = metric_experiment(experiment_names[cell->experiment]);
	json_t *object = json_object();

	for (int i = 0; i < METRIC_COUNT; i++)
		if (metrics[i].in & bit)
			json_object_set_new(object, metrics[i].name,
					    real_or_null(m->value[i]));
	return object;
}

#define X(name) json_object_set_new(object, #name, real_or_null(at->name));

static json_t *reading_json(const struct drift_reading *at)
{
	json_t *object = json_object();

	DRIFT_READINGS(X)
	return object;
}

static json_t *drift_json(const struct drift *d)
{
	json_t *before = reading_json(&d->before);
	json_t *after = reading_json(&d->after);
	json_t *object = json_object();
	const struct drift_rise *at = &d->during;

	DRIFT_RISES(X)
	return json_pack("{s:o, s:o, s:o}", "before", before, "after", after,
			 "during", object);
}

#undef X

static json_t *whole(const struct plan_cell *cell, unsigned attempt,
		     const struct measurement *m)
{
	const struct validity_finding *v = &m->validity;
	json_t *reasons = json_array(), *rules = json_array();

	for (size_t i = 0; i < v->reasons; i++) {
		json_array_append_new(reasons, json_string(v->reason[i]));
		json_array_append_new(rules, json_string(v->rule[i]->name));
	}
	return json_pack("{s:i, s:s, s:s, s:s, s:i, s:b, s:i, s:{s:s, s:o, "
			 "s:o}, s:f, s:f, s:o, s:o}",
			 "schema_version", SCHEMA_VERSION, "experiment",
			 experiment_names[cell->experiment], "mode", cell->mode,
			 "slot", cell->slot, "round", (int)cell->round,
			 "warmup", cell->warmup, "attempt", (int)attempt,
			 "validity", "status", validity_name(v->status),
			 "reasons", reasons, "rules", rules, "load_start_s",
			 m->load_start_s, "load_end_s", m->load_end_s, "host",
			 drift_json(&m->drift), "metrics", figures(cell, m));
}

int cell_files_finish(const char *folder, const struct plan_cell *cell,
		      unsigned attempt, const struct measurement *m)
{
	json_t *root = whole(cell, attempt, m);
	char path[PATH_MAX];
	int rc;

	snprintf(path, sizeof(path), "%.*s/metrics.json", PATH_MAX - 32,
		 folder);
	rc = json_file_write(root, path);
	json_decref(root);
	return rc;
}

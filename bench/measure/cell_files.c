#include "bench/measure/cell_files.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>

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

/* A number at a path of keys, or `otherwise`. */
static double number(const json_t *at, const char *group, const char *key,
		     double otherwise)
{
	const json_t *value = json_object_get(json_object_get(at, group), key);

	return json_is_number(value) ? json_number_value(value) : otherwise;
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
		m->value[wanted[i].id] = number(latencies, wanted[i].latency,
						wanted[i].key, NAN);
}

static double busiest_worker(const json_t *generator)
{
	const json_t *worker;
	double most = -1;
	size_t i;

	json_array_foreach(json_object_get(generator, "workers"), i, worker)
	{
		double pct = json_number_value(json_object_get(worker, "cpu_"
								       "pct"));

		if (pct > most)
			most = pct;
	}
	return most;
}

static void take_evidence(const json_t *root, struct evidence *e)
{
	const json_t *sessions = json_object_get(root, "sessions");
	const json_t *failed = json_object_get(sessions, "failed");
	const json_t *generator = json_object_get(root, "generator");
	const json_t *count;
	const char *cause;

	e->requested = number(root, "sessions", "requested", -1);
	e->served = number(root, "sessions", "served", -1);
	e->mismatched = number(root, "messages", "mismatched", -1);
	e->unsent = number(root, "messages", "unsent", -1);
	e->descriptors_out = number(sessions, "failed", "EMFILE", 0);
	e->ports_out = number(sessions, "failed", "EADDRNOTAVAIL", 0);
	e->send_lag_p99_us = number(generator, "send_lag_us", "p99", -1);
	e->echo_p99_us =
		number(json_object_get(root, "latency_us"), "echo", "p99", -1);
	e->worker_cpu_pct = busiest_worker(generator);
	e->failed = 0;
	json_object_foreach((json_t *)(uintptr_t)failed, cause, count)
		e->failed += json_number_value(count);
}

int cell_files_load(const char *folder, struct measurement *m,
		    struct evidence *e)
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
	take_evidence(root, e);
	m->value[METRIC_SESSIONS] = number(root, "sessions", "requested", NAN);
	m->value[METRIC_SESSIONS_PER_S] =
		number(root, "rates", "sessions_per_s", NAN);
	m->value[METRIC_MESSAGES_PER_S] =
		number(root, "rates", "messages_per_s", NAN);
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

/* --- the whole
 * ---------------------------------------------------------------- */

static json_t *figures(const struct plan_cell *cell,
		       const struct measurement *m)
{
	unsigned bit = metric_experiment(experiment_names[cell->experiment]);
	json_t *object = json_object();

	for (int i = 0; i < METRIC_COUNT; i++)
		if (metrics[i].in & bit)
			json_object_set_new(object, metrics[i].name,
					    isnan(m->value[i]) ?
						    json_null() :
						    json_real(m->value[i]));
	return object;
}

static json_t *whole(const struct plan_cell *cell, unsigned attempt,
		     const struct measurement *m)
{
	json_t *reasons = json_array();

	for (size_t i = 0; i < m->validity.reasons; i++)
		json_array_append_new(reasons,
				      json_string(m->validity.reason[i]));
	return json_pack("{s:i, s:s, s:s, s:s, s:i, s:b, s:i, s:{s:s, s:o}, "
			 "s:f, s:f, s:o}",
			 "schema_version", SCHEMA_VERSION, "experiment",
			 experiment_names[cell->experiment], "mode", cell->mode,
			 "slot", cell->slot, "round", (int)cell->round,
			 "warmup", cell->warmup, "attempt", (int)attempt,
			 "validity", "status",
			 validity_name(m->validity.status), "reasons", reasons,
			 "load_start_s", m->load_start_s, "load_end_s",
			 m->load_end_s, "metrics", figures(cell, m));
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

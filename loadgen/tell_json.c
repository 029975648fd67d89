#include "loadgen/tell_json.h"

#include <errno.h>
#include <jansson.h>

#include "lib/file.h"
#include "lib/sock.h"

enum { SCHEMA_VERSION = 1 };

static json_t *number_or_null(double value)
{
	return value < 0 ? json_null() : json_real(value);
}

static json_t *count(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *percentile_us(const struct hist *h, double pct)
{
	uint64_t ns;

	if (hist_percentile(h, pct, &ns) < 0)
		return json_null();
	return json_real((double)ns / 1e3);
}

static json_t *latency_us(const struct hist *h)
{
	if (!hist_count(h))
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "count",
			 count(hist_count(h)), "mean",
			 json_real(hist_mean_ns(h) / 1e3), "p50",
			 percentile_us(h, 50), "p90", percentile_us(h, 90),
			 "p99", percentile_us(h, 99), "p99_9",
			 percentile_us(h, 99.9), "max", percentile_us(h, 100));
}

static json_t *config(const struct result *r)
{
	const struct options *o = r->o;
	char name[SOCK_NAME];

	sock_name(&o->address, name);
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:s, s:o, s:i, s:o, s:s, "
		"s:o, s:s}",
		"address", name, "concurrency", count(o->concurrency),
		"sessions", o->sessions ? count(o->sessions) : json_null(),
		"duration_s",
		o->duration_ns ? json_real((double)o->duration_ns / 1e9) :
				 json_null(),
		"messages", o->hold ? json_null() : count(o->messages), "hold",
		o->hold, "message_rate",
		o->message_rate > 0 ? json_real(o->message_rate) : json_null(),
		"arrivals",
		o->arrivals == ARRIVALS_POISSON ? "poisson" : "uniform",
		"size_bytes", count(o->size_bytes), "workers", (int)r->workers,
		"opening", count(o->opening), "close",
		o->close_kind == CLOSE_RST ? "rst" : "fin", "timeout_s",
		json_real((double)o->timeout_ns / 1e9), "version", VERSION);
}

static json_t *failures(const struct tally *t)
{
	json_t *causes = json_object();

	for (int c = 0; c < FAILED_CAUSES; c++)
		if (t->cause[c])
			json_object_set_new(causes, tally_cause_name(c),
					    count(t->cause[c]));
	return causes;
}

static json_t *latencies(const struct result *r)
{
	struct latency latency[LATENCIES];
	json_t *object = json_object();

	result_latencies(r, latency);
	for (int i = 0; i < LATENCIES; i++)
		json_object_set_new(object, latency[i].name,
				    latency_us(latency[i].hist));
	return object;
}

static json_t *generator(const struct result *r)
{
	json_t *workers = json_array();

	for (unsigned i = 0; i < r->workers; i++)
		json_array_append_new(
			workers,
			json_pack("{s:f, s:f}", "cpu_s",
				  (double)r->board->worker[i].cpu_ns / 1e9,
				  "cpu_pct", result_worker_cpu_pct(r, i)));
	return json_pack("{s:f, s:f, s:o, s:o, s:o, s:o}", "elapsed_s",
			 r->elapsed_s, "window_s", r->window_s, "open_s",
			 r->outcome.open_ns ?
				 json_real((double)r->outcome.open_ns / 1e9) :
				 json_null(),
			 "workers", workers, "send_lag_us",
			 latency_us(&r->sum->send_lag), "memory_kib",
			 count(r->sum->memory_kib));
}

static json_t *verdict(const struct result *r)
{
	json_t *reasons = json_array();

	for (size_t i = 0; i < r->reasons; i++)
		json_array_append_new(reasons, json_string(r->reason[i]));
	return json_pack("{s:s, s:o}", "status", result_status_name(r->status),
			 "reasons", reasons);
}

static json_t *whole(const struct result *r)
{
	const struct tally *t = r->sum;

	return json_pack("{s:i, s:o, s:{s:o, s:o, s:o, s:o, s:o}, s:{s:o, s:o, "
			 "s:o, s:o, s:o}, s:{s:o, s:o}, s:o, s:o, s:o}",
			 "schema_version", SCHEMA_VERSION, "config", config(r),
			 "sessions", "requested", count(r->requested),
			 "connected", count(t->connected), "served",
			 count(t->served), "completed", count(t->completed),
			 "failed", failures(t), "messages", "scheduled",
			 count(t->scheduled), "sent", count(t->sent), "echoed",
			 count(t->echoed), "mismatched", count(t->mismatched),
			 "unsent", count(r->unsent), "rates", "sessions_per_s",
			 number_or_null(r->sessions_per_s), "messages_per_s",
			 number_or_null(r->messages_per_s), "latency_us",
			 latencies(r), "generator", generator(r), "verdict",
			 verdict(r));
}

int tell_json(const struct result *r, const char *path)
{
	json_t *root = whole(r);
	struct file f;
	int rc = -1;

	if (!root) {
		errno = ENOMEM;
		return -1;
	}
	if (file_open(&f, path) < 0)
		goto out;
	if (json_dumpf(root, f.out, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) <
		    0 ||
	    fputc('\n', f.out) == EOF) {
		file_abort(&f);
		goto out;
	}
	rc = file_commit(&f);
out:
	json_decref(root);
	return rc;
}

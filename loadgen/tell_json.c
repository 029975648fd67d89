#include "loadgen/tell_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/hdr.h"
#include "lib/sock.h"
#include "loadgen/run.h"

enum { SCHEMA_VERSION = 1 };

static json_t *number_or_null(double value)
{
	return value < 0 ? json_null() : json_real(value);
}

static json_t *count(uint64_t value)
{
	return json_integer((json_int_t)value);
}

json_t *tell_json_text(const char *text)
{
	json_t *string = json_string(text);
	size_t bytes = 4 * strlen(text) + 1, used = 0;
	char *shown = string ? NULL : malloc(bytes);

	if (!shown)
		return string;
	for (*shown = '\0'; *text; text++)
		used += (size_t)snprintf(shown + used, bytes - used,
					 *text & 0x80 ? "\\x%02x" : "%c",
					 (unsigned char)*text);
	string = json_string(shown);
	free(shown);
	return string;
}

static json_t *percentile_us(const struct hist *h, double pct)
{
	uint64_t ns;

	if (hist_percentile(h, pct, &ns) < 0)
		return json_null();
	return json_real((double)ns / 1e3);
}

json_t *tell_json_latency(const struct hist *h)
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

/* A histogram whole: what its text does not hold stands beside it. */
static json_t *histogram(const struct hist *h)
{
	json_t *object;
	char *text;

	if (!hist_count(h))
		return json_null();
	if (hdr_encode(h, &text) < 0)
		return NULL;
	object = json_pack("{s:o, s:o, s:s}", "sum_ns", count(h->sum_ns),
			   "max_ns", count(h->max_ns), "hdr", text);
	free(text);
	return object;
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

/* One member a histogram, each made by `make`. */
static json_t *each_latency(const struct result *r,
			    json_t *(*make)(const struct hist *h))
{
	struct latency latency[LATENCIES];
	json_t *object = json_object();

	result_latencies(r, latency);
	for (int i = 0; i < LATENCIES; i++)
		if (json_object_set_new(object, latency[i].name,
					make(latency[i].hist)) < 0) {
			json_decref(object);
			return NULL;
		}
	return object;
}

static json_t *window(const struct result *r)
{
	if (r->steady_end_unix_s <= r->steady_start_unix_s)
		return json_null();
	return json_pack("{s:f, s:f}", "start_unix_s", r->steady_start_unix_s,
			 "end_unix_s", r->steady_end_unix_s);
}

static json_t *verdict(const struct verdict *v)
{
	json_t *reasons = json_array();

	for (size_t i = 0; i < v->reasons; i++)
		json_array_append_new(reasons, tell_json_text(v->reason[i]));
	return json_pack("{s:s, s:o}", "status", verdict_status_name(v->status),
			 "reasons", reasons);
}

json_t *tell_json_result(const struct result *r)
{
	json_t *sessions = json_pack("{s:o, s:o}", "requested",
				     count(r->requested), "failed",
				     failures(r->sum));
	json_t *messages = json_pack("{s:o}", "unsent", count(r->unsent));

#define X(part, name) json_object_set_new(part, #name, count(r->sum->name));
	RESULT_COUNTERS(X)
#undef X
	return json_pack("{s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}",
			 "sessions", sessions, "messages", messages, "rates",
			 "sessions_per_s", number_or_null(r->sessions_per_s),
			 "messages_per_s", number_or_null(r->messages_per_s),
			 "window", window(r), "latency_us",
			 each_latency(r, tell_json_latency), "histograms",
			 each_latency(r, histogram), "verdict",
			 verdict(&r->verdict));
}

static json_t *seconds_or_null(uint64_t ns)
{
	return ns ? json_real((double)ns / 1e9) : json_null();
}

static json_t *sources(const struct sources *s)
{
	struct address last;
	char first_name[SOCK_NAME], last_name[SOCK_NAME];

	if (!s->count)
		return json_null();
	sources_at(s, s->count - 1, &last);
	sock_name(&s->first, first_name);
	sock_name(&last, last_name);
	return json_pack("{s:s, s:s, s:o}", "first", first_name, "last",
			 last_name, "count", count(s->count));
}

static json_t *config(const struct run *r)
{
	const struct options *o = r->o;
	char name[SOCK_NAME];

	sock_name(&o->address, name);
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:s, s:o, "
		"s:o, "
		"s:i, s:b, s:o, s:o, s:s, s:o, s:o, s:s}",
		"address", name, "sources", sources(&o->sources), "concurrency",
		count(o->concurrency), "sessions",
		o->sessions ? count(o->sessions) : json_null(), "session_rate",
		o->session_rate > 0 ? json_real(o->session_rate) : json_null(),
		"ramp_s", seconds_or_null(o->ramp_ns), "warmup_s",
		seconds_or_null(o->warmup_ns), "duration_s",
		seconds_or_null(o->duration_ns), "hold", o->hold, "messages",
		o->hold ? json_null() : count(o->messages), "arrivals",
		o->arrivals == ARRIVALS_POISSON ? "poisson" : "uniform",
		"message_rate",
		o->message_rate > 0 ? json_real(o->message_rate) : json_null(),
		"size_bytes", count(o->size_bytes), "workers", (int)r->workers,
		"spin", o->spin, "opening", count(o->opening), "backlog",
		r->preflight->backlog < 0 ? json_null() :
					    json_integer(r->preflight->backlog),
		"close", o->close_kind == CLOSE_RST ? "rst" : "fin",
		"timeout_s", seconds_or_null(o->timeout_ns), "seed",
		count(o->seed), "version", VERSION);
}

static json_t *workers(const struct run *r)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < r->workers; i++)
		json_array_append_new(
			array,
			json_pack("{s:f, s:o}", "cpu_s",
				  (double)r->board->worker[i].cpu_ns / 1e9,
				  "cpu_pct",
				  number_or_null(run_worker_cpu_pct(r, i))));
	return array;
}

static json_t *tcp_counters(const struct tcp_counters *c)
{
	json_t *object = json_object();

#define X(field, name)                                   \
	json_object_set_new(object, name,                \
			    c->field < 0 ? json_null() : \
					   json_integer(c->field));
	TCP_COUNTERS(X)
#undef X
	return object;
}

static json_t *generator(const struct run *r)
{
	const struct tally *t = r->result.sum;

	return json_pack(
		"{s:f, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"elapsed_s", r->elapsed_s, "window_s", r->window_s, "open_s",
		seconds_or_null(r->outcome.open_ns), "workers", workers(r),
		"send_lag_us", tell_json_latency(&t->send_lag), "memory_kib",
		count(t->memory_kib), "descriptors_left", count(t->descriptors),
		"offered_per_s", number_or_null(r->offered_per_s), "mean_open",
		number_or_null(r->mean_open), "rate_times_time",
		number_or_null(r->rate_times_time), "tcp_rise",
		tcp_counters(&r->tcp));
}

static json_t *thresholds(const struct run *r)
{
	const struct thresholds *t = &r->o->thresholds;
	json_t *array = json_array();

	for (size_t i = 0; i < t->count; i++) {
		const struct condition *c = &t->condition[i];
		struct finding f = condition_look(c, &r->result);

		json_array_append_new(
			array,
			json_pack("{s:o, s:b, s:s, s:s?}", "condition",
				  tell_json_text(c->text), "met",
				  f.what == CONDITION_MET, "measured", f.value,
				  "why", *f.why ? f.why : NULL));
	}
	return array;
}

int tell_json_write(json_t *root, const char *path)
{
	struct file f;
	int rc = -1;

	if (!root || json_object_set_new(root, "schema_version",
					 json_integer(SCHEMA_VERSION)) < 0) {
		errno = ENOMEM;
		goto out;
	}
	if (file_open(&f, path) < 0)
		goto out;
	if (json_dumpf(root, f.out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) <
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

int tell_json_run(const struct run *r, const char *path)
{
	json_t *root = tell_json_result(&r->result);

	if (root &&
	    (json_object_set_new(root, "config", config(r)) < 0 ||
	     json_object_set_new(root, "generator", generator(r)) < 0 ||
	     json_object_set_new(root, "thresholds", thresholds(r)) < 0)) {
		json_decref(root);
		root = NULL;
	}
	return tell_json_write(root, path);
}

#include "loadgen/tell_json.h"

#include <math.h>

#include "lib/sock.h"
#include "loadgen/result_json.h"
#include "loadgen/run.h"

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
			 last_name, "count", result_json_count(s->count));
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
		result_json_count(o->concurrency), "sessions",
		o->sessions ? result_json_count(o->sessions) : json_null(),
		"session_rate",
		o->session_rate > 0 ? json_real(o->session_rate) : json_null(),
		"ramp_s", seconds_or_null(o->ramp_ns), "warmup_s",
		seconds_or_null(o->warmup_ns), "duration_s",
		seconds_or_null(o->duration_ns), "hold", o->hold, "messages",
		o->hold ? json_null() : result_json_count(o->messages),
		"arrivals",
		o->arrivals == ARRIVALS_POISSON ? "poisson" : "uniform",
		"message_rate",
		o->message_rate > 0 ? json_real(o->message_rate) : json_null(),
		"size_bytes", result_json_count(o->size_bytes), "workers",
		(int)r->workers, "spin", o->spin, "opening",
		result_json_count(o->opening), "backlog",
		r->preflight->backlog < 0 ? json_null() :
					    json_integer(r->preflight->backlog),
		"close", o->close_kind == CLOSE_RST ? "rst" : "fin",
		"timeout_s", seconds_or_null(o->timeout_ns), "seed",
		result_json_count(o->seed), "version", VERSION);
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
				  result_json_number(run_worker_cpu_pct(r, i))));
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
		"{s:f, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o, s:o, s:{s:o, s:f}}",
		"elapsed_s", r->elapsed_s, "window_s", r->window_s, "open_s",
		seconds_or_null(r->outcome.open_ns), "workers", workers(r),
		"cpu_us_per_session",
		result_json_number(run_cpu_us_per(r, t->completed_in_window)),
		"cpu_us_per_message",
		result_json_number(run_cpu_us_per(r, t->echoed_in_window)),
		"send_lag_us", result_json_latency(&t->send_lag),
		"receive_lag_us", result_json_latency(&t->receive_lag),
		"memory_kib", result_json_count(t->memory_kib),
		"descriptors_left", result_json_count(t->descriptors),
		"offered_per_s", result_json_number(r->offered_per_s),
		"mean_open", result_json_number(r->mean_open),
		"rate_times_time", result_json_number(r->rate_times_time),
		"tcp_rise", tcp_counters(&r->tcp), "throttled_s",
		isnan(r->throttled_s) ? json_null() : json_real(r->throttled_s),
		"stalls", "count", result_json_count(run_stalls(r)), "seconds",
		run_stalled_s(r));
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
				  result_json_text(c->text), "met",
				  f.what == CONDITION_MET, "measured", f.value,
				  "why", *f.why ? f.why : NULL));
	}
	return array;
}

int tell_json_run(const struct run *r, const char *path)
{
	json_t *root = result_json(&r->result);

	if (root &&
	    (json_object_set_new(root, "config", config(r)) < 0 ||
	     json_object_set_new(root, "generator", generator(r)) < 0 ||
	     json_object_set_new(root, "thresholds", thresholds(r)) < 0)) {
		json_decref(root);
		root = NULL;
	}
	return result_json_write(root, path);
}

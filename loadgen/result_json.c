#include "loadgen/result_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/hdr.h"

enum { SCHEMA_VERSION = 1 };

json_t *result_json_number(double value)
{
	return value < 0 ? json_null() : json_real(value);
}

json_t *result_json_count(uint64_t value)
{
	return json_integer((json_int_t)value);
}

json_t *result_json_text(const char *text)
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

json_t *result_json_latency(const struct hist *h)
{
	if (!hist_count(h))
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "count",
			 result_json_count(hist_count(h)), "mean",
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
	object = json_pack("{s:o, s:o, s:s}", "sum_ns",
			   result_json_count(h->sum_ns), "max_ns",
			   result_json_count(h->max_ns), "hdr", text);
	free(text);
	return object;
}

static json_t *failures(const struct tally *t)
{
	json_t *causes = json_object();

	for (int c = 0; c < FAILED_CAUSES; c++)
		if (t->cause[c])
			json_object_set_new(causes, tally_cause_name(c),
					    result_json_count(t->cause[c]));
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
		json_array_append_new(reasons, result_json_text(v->reason[i]));
	return json_pack("{s:s, s:o}", "status", verdict_status_name(v->status),
			 "reasons", reasons);
}

json_t *result_json(const struct result *r)
{
	json_t *sessions = json_pack("{s:o, s:o}", "requested",
				     result_json_count(r->requested), "failed",
				     failures(r->sum));
	json_t *messages =
		json_pack("{s:o}", "unsent", result_json_count(r->unsent));

#define X(part, name) \
	json_object_set_new(part, #name, result_json_count(r->sum->name));
	RESULT_COUNTERS(X)
#undef X
	return json_pack(
		"{s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o}", "sessions",
		sessions, "messages", messages, "rates", "sessions_per_s",
		result_json_number(r->sessions_per_s), "messages_per_s",
		result_json_number(r->messages_per_s), "window", window(r),
		"latency_us", each_latency(r, result_json_latency),
		"histograms", each_latency(r, histogram), "verdict",
		verdict(&r->verdict));
}

int result_json_write(json_t *root, const char *path)
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

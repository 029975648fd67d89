#include "loadgen/stored.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hdr.h"

enum {
	SCHEMA_MOST = 1,
	/* Some 250 KiB if every bucket of every histogram is in use. */
	FILE_MOST_BYTES = 4 << 20,
};

/* A file that is read, and why it is refused. */
struct source {
	const char *path;
	char *why; /* STORED_WHY bytes */
	json_t *root;
};

/* Says what is wrong. Always returns -1. */
__attribute__((format(printf, 2, 3))) static int
refuse(const struct source *from, const char *format, ...)
{
	int used = snprintf(from->why, STORED_WHY, "%.240s: ", from->path);
	va_list args;

	va_start(args, format);
	vsnprintf(from->why + used, STORED_WHY - (size_t)used, format, args);
	va_end(args);
	one_line(from->why);
	return -1;
}

/* The same, of a value that is not what is wanted ("an object"). */
static int refuse_key(const struct source *from, const char *key,
		      const char *wanted)
{
	return refuse(from,
		      "`%.80s` is not %s; give a file that loadgen --json "
		      "wrote",
		      key, wanted);
}

/* The value at a path of keys: "sessions.begun". NULL: there is none. */
static json_t *at(const struct source *from, const char *path)
{
	json_t *value = from->root;
	char key[64];

	while (*path) {
		int length = (int)strcspn(path, ".");

		snprintf(key, sizeof(key), "%.*s", length, path);
		value = json_object_get(value, key);
		path += length + (path[length] == '.');
	}
	return value;
}

static int read_count(const struct source *from, const char *path,
		      uint64_t *out)
{
	const json_t *value = at(from, path);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return refuse_key(from, path, "a whole number from 0");
	*out = (uint64_t)json_integer_value(value);
	return 0;
}

static int read_counters(const struct source *from, struct result *r)
{
	uint64_t n;

#define X(part, name)                                  \
	if (read_count(from, #part "." #name, &n) < 0) \
		return -1;                             \
	r->sum->name = n;
	RESULT_COUNTERS(X)
#undef X
	if (read_count(from, "messages.unsent", &r->unsent) < 0)
		return -1;
	return read_count(from, "sessions.requested", &r->requested);
}

static int read_causes(const struct source *from, struct tally *sum)
{
	static const char path[] = "sessions.failed";
	const char *name;
	json_t *value;

	if (!json_is_object(at(from, path)))
		return refuse_key(from, path, "an object");
	json_object_foreach(at(from, path), name, value)
	{
		int cause = tally_cause_number(name);
		json_int_t n = json_integer_value(value);

		/* The name may be anything: it is not printed. */
		if (cause < 0 || !json_is_integer(value) || n < 0 ||
		    (uint64_t)n > INT64_MAX - sum->failed)
			return refuse_key(from, path,
					  "a set of known causes and their "
					  "counts");
		sum->cause[cause] = (uint64_t)n;
		sum->failed += (uint64_t)n;
	}
	return 0;
}

static int read_hist(const struct source *from, const char *name,
		     struct hist *into)
{
	json_int_t sum_ns, max_ns, count;
	const char *hdr;
	char path[64];
	json_t *part;

	snprintf(path, sizeof(path), "histograms.%s", name);
	part = at(from, path);
	if (json_is_null(part))
		return 0;
	if (json_unpack(part, "{s:I, s:I, s:s}", "sum_ns", &sum_ns, "max_ns",
			&max_ns, "hdr", &hdr) < 0 ||
	    sum_ns < 0 || max_ns < 0 || hdr_decode(hdr, into) < 0)
		return refuse_key(from, path, "a whole histogram");
	into->sum_ns = (uint64_t)sum_ns;
	into->max_ns = (uint64_t)max_ns;
	if (!hist_count(into) || !hist_plausible(into))
		return refuse_key(from, path, "a whole histogram");
	part = json_object_get(json_object_get(from->root, "latency_us"), name);
	if (part && (json_unpack(part, "{s:I}", "count", &count) < 0 ||
		     (uint64_t)count != hist_count(into)))
		return refuse_key(from, path,
				  "of as many samples as its latency");
	return 0;
}

static int read_hists(const struct source *from, struct result *r)
{
	struct latency latency[LATENCIES];

	result_latencies(r, latency);
	for (int i = 0; i < LATENCIES; i++)
		if (read_hist(from, latency[i].name, latency[i].hist) < 0)
			return -1;
	return 0;
}

/*
 * The events within a window that is length_s long, from their rate: never
 * more than there were, but for what rounding makes of the numbers.
 */
static int read_rate(const struct source *from, const char *path,
		     double length_s, uint64_t all, double *per_s,
		     _Atomic uint64_t *in_window)
{
	const json_t *value = at(from, path);
	double events = json_number_value(value) * length_s;

	if (json_is_null(value))
		return 0;
	if (!json_is_number(value) || events < 0 ||
	    events > 1.01 * (double)all + 1)
		return refuse_key(from, path,
				  "that of what was counted in the window");
	*per_s = json_number_value(value);
	*in_window = (uint64_t)llround(events);
	return 0;
}

static int read_window(const struct source *from, struct result *r)
{
	json_t *window = at(from, "window");
	double start_s, end_s;

	if (json_is_null(window))
		return 0;
	if (json_unpack(window, "{s:F, s:F}", "start_unix_s", &start_s,
			"end_unix_s", &end_s) < 0 ||
	    start_s < 0 || end_s <= start_s)
		return refuse_key(from, "window", "a time span or null");
	r->steady_start_unix_s = start_s;
	r->steady_end_unix_s = end_s;
	if (read_rate(from, "rates.sessions_per_s", end_s - start_s,
		      r->sum->completed, &r->sessions_per_s,
		      &r->sum->completed_in_window) < 0)
		return -1;
	return read_rate(from, "rates.messages_per_s", end_s - start_s,
			 r->sum->echoed, &r->messages_per_s,
			 &r->sum->echoed_in_window);
}

static int read_verdict(const struct source *from, struct verdict *v)
{
	const json_t *reasons = at(from, "verdict.reasons"), *reason;
	const char *status = json_string_value(at(from, "verdict.status"));
	size_t i;

	v->status = VERDICT_VALID;
	while (!status || strcmp(status, verdict_status_name(v->status)) != 0)
		if (!status || v->status++ == VERDICT_INVALID)
			return refuse_key(from, "verdict.status",
					  "valid, suspect or invalid");
	if (!json_is_array(reasons))
		return refuse_key(from, "verdict.reasons", "an array");
	json_array_foreach(reasons, i, reason)
	{
		if (!json_is_string(reason))
			return refuse_key(from, "verdict.reasons", "texts");
		verdict_add(v, v->status, "%s", json_string_value(reason));
	}
	return 0;
}

static int check_version(const struct source *from)
{
	uint64_t version;

	if (!json_is_object(from->root))
		return refuse(from, "not a JSON object; give a file that "
				    "loadgen --json wrote");
	if (read_count(from, "schema_version", &version) < 0)
		return -1;
	if (version > SCHEMA_MOST)
		return refuse(from,
			      "schema_version is %ju, and up to %d is known "
			      "here; use a newer loadgen",
			      (uintmax_t)version, SCHEMA_MOST);
	if (at(from, "merged"))
		return refuse(from, "merged already; give the files that it "
				    "was merged from");
	if (!json_is_object(at(from, "config")))
		return refuse_key(from, "config", "an object");
	return 0;
}

static int load(struct source *from)
{
	char *text = malloc(FILE_MOST_BYTES + 1);
	FILE *in = fopen(from->path, "re");
	json_error_t error;
	size_t bytes = 0;
	int rc = 0;

	if (in && text)
		bytes = fread(text, 1, FILE_MOST_BYTES + 1, in);
	if (!in || !text || ferror(in))
		rc = refuse(from,
			    "cannot be read: %s; give a file that loadgen "
			    "--json wrote",
			    strerror(errno));
	else if (bytes > FILE_MOST_BYTES)
		rc = refuse(from,
			    "longer than %d bytes, which no result is; give a "
			    "file that loadgen --json wrote",
			    FILE_MOST_BYTES);
	else if (!(from->root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES,
					   &error)))
		rc = refuse(from,
			    "not whole JSON: line %d: %.120s; measure again",
			    error.line, error.text);
	if (in)
		fclose(in);
	free(text);
	return rc;
}

int stored_read(const char *path, struct stored *out, char why[STORED_WHY])
{
	struct source from = { .path = path, .why = why };
	struct result *r = &out->result;
	int rc = -1;

	*out = (struct stored){ .path = path };
	if (result_init(r) < 0)
		return refuse(&from, "cannot be read: %s", strerror(errno));
	if (load(&from) == 0 && check_version(&from) == 0 &&
	    read_counters(&from, r) == 0 && read_causes(&from, r->sum) == 0 &&
	    read_hists(&from, r) == 0 && read_window(&from, r) == 0 &&
	    read_verdict(&from, &r->verdict) == 0)
		rc = 0;
	out->config = json_incref(at(&from, "config"));
	json_decref(from.root);
	if (rc < 0)
		stored_release(out);
	return rc;
}

void stored_release(struct stored *s)
{
	json_decref(s->config);
	result_release(&s->result);
	*s = (struct stored){ 0 };
}

#include "loadgen/stored.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "lib/hdr.h"

enum { SCHEMA_MOST = 1 };

/* The counters of result r that stand in a part of the file. */
static int read_counters(const struct stored_json *from, const json_t *root,
			 struct result *r)
{
	static const struct {
		const char *within, *key;
		size_t offset;
	} counters[] = {
#define IN(part, name) { part, #name, offsetof(struct tally, name) }
		IN("sessions", begun),	   IN("sessions", connected),
		IN("sessions", served),	   IN("sessions", completed),
		IN("sessions", unserved),  IN("messages", scheduled),
		IN("messages", steady),	   IN("messages", late),
		IN("messages", sent),	   IN("messages", echoed),
		IN("messages", mismatched)
#undef IN
	};
	json_t *part;
	uint64_t n;

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		if (stored_part(from, root, "", counters[i].within, &part) <
			    0 ||
		    stored_count(from, part, counters[i].within,
				 counters[i].key, &n) < 0)
			return -1;
		*(_Atomic uint64_t *)((char *)r->sum + counters[i].offset) = n;
	}
	part = json_object_get(root, "messages");
	if (stored_count(from, part, "messages", "unsent", &r->unsent) < 0)
		return -1;
	part = json_object_get(root, "sessions");
	return stored_count(from, part, "sessions", "requested", &r->requested);
}

static int read_causes(const struct stored_json *from, const json_t *root,
		       struct tally *sum)
{
	const char *within = "sessions.failed", *name;
	json_t *failed, *value;
	uint64_t n;

	if (stored_part(from, json_object_get(root, "sessions"), "sessions",
			"failed", &failed) < 0)
		return -1;
	json_object_foreach(failed, name, value)
	{
		int cause = tally_cause_number(name);

		if (cause < 0) /* whose name may be anything: not told */
			return stored_refuse_key(from, "sessions", "failed",
						 "a set of known causes");
		if (stored_count(from, failed, within, name, &n) < 0)
			return -1;
		if (n > INT64_MAX - sum->failed)
			return stored_refuse_key(from, "sessions", "failed",
						 "a set of counts that add up");
		sum->cause[cause] = n;
		sum->failed += n;
	}
	return 0;
}

static int read_hist(const struct stored_json *from, const json_t *root,
		     const char *name, struct hist *into)
{
	static const char within[] = "histograms";
	json_t *hists, *part, *latency;
	uint64_t sum_ns, max_ns, count;
	const char *hdr;

	if (stored_part(from, root, "", within, &hists) < 0)
		return -1;
	if (json_is_null(json_object_get(hists, name)))
		return 0;
	if (stored_part(from, hists, within, name, &part) < 0 ||
	    stored_count(from, part, name, "sum_ns", &sum_ns) < 0 ||
	    stored_count(from, part, name, "max_ns", &max_ns) < 0)
		return -1;
	hdr = json_string_value(json_object_get(part, "hdr"));
	if (!hdr || hdr_decode(hdr, into) < 0 || !hist_count(into))
		return stored_refuse_key(from, within, name,
					 "a whole histogram");
	into->sum_ns = sum_ns;
	into->max_ns = max_ns;
	if (!hist_plausible(into))
		return stored_refuse_key(from, within, name,
					 "a whole histogram");
	latency = json_object_get(json_object_get(root, "latency_us"), name);
	if (!latency)
		return 0;
	if (stored_count(from, latency, name, "count", &count) < 0)
		return -1;
	if (count != hist_count(into))
		return stored_refuse_key(from, within, name,
					 "of as many samples as its latency");
	return 0;
}

static int read_hists(const struct stored_json *from, const json_t *root,
		      struct tally *sum)
{
#define X(name)                                           \
	if (read_hist(from, root, #name, &sum->name) < 0) \
		return -1;
	TALLY_HISTS(X)
#undef X
	return 0;
}

/*
 * The events within a window that is length_s long, from their rate: never
 * more than there were, but for what rounding makes of the numbers.
 */
static int read_rate(const struct stored_json *from, const json_t *rates,
		     const char *key, double length_s, uint64_t all,
		     double *per_s, _Atomic uint64_t *in_window)
{
	double events;

	if (stored_number(from, rates, "rates", key, per_s) < 0)
		return -1;
	if (*per_s < 0)
		return 0;
	events = *per_s * length_s;
	if (events > 1.01 * (double)all + 1)
		return stored_refuse_key(from, "rates", key,
					 "that of what was counted in the "
					 "window");
	*in_window = (uint64_t)llround(events);
	return 0;
}

static int read_window(const struct stored_json *from, const json_t *root,
		       struct result *r)
{
	double start_s = -1, end_s = -1;
	json_t *rates, *window;

	if (stored_part(from, root, "", "rates", &rates) < 0)
		return -1;
	if (json_is_null(json_object_get(root, "window")))
		return 0;
	if (stored_part(from, root, "", "window", &window) < 0 ||
	    stored_number(from, window, "window", "start_unix_s", &start_s) <
		    0 ||
	    stored_number(from, window, "window", "end_unix_s", &end_s) < 0)
		return -1;
	if (start_s < 0 || end_s <= start_s)
		return stored_refuse_key(from, "", "window", "a time span");
	r->steady_start_unix_s = start_s;
	r->steady_end_unix_s = end_s;
	if (read_rate(from, rates, "sessions_per_s", end_s - start_s,
		      r->sum->completed, &r->sessions_per_s,
		      &r->sum->completed_in_window) < 0)
		return -1;
	return read_rate(from, rates, "messages_per_s", end_s - start_s,
			 r->sum->echoed, &r->messages_per_s,
			 &r->sum->echoed_in_window);
}

static int read_verdict(const struct stored_json *from, const json_t *root,
			struct verdict *v)
{
	const json_t *reasons, *reason;
	const char *status;
	json_t *part;
	size_t i;

	if (stored_part(from, root, "", "verdict", &part) < 0)
		return -1;
	status = json_string_value(json_object_get(part, "status"));
	if (!status)
		status = "";
	v->status = VERDICT_VALID;
	while (strcmp(status, verdict_status_name(v->status)) != 0)
		if (v->status++ == VERDICT_INVALID)
			return stored_refuse_key(from, "verdict", "status",
						 "valid, suspect or invalid");
	reasons = json_object_get(part, "reasons");
	if (!json_is_array(reasons))
		return stored_refuse_key(from, "verdict", "reasons",
					 "an array");
	json_array_foreach(reasons, i, reason)
	{
		if (!json_is_string(reason))
			return stored_refuse_key(from, "verdict", "reasons",
						 "texts");
		verdict_add(v, v->status, "%s", json_string_value(reason));
	}
	return 0;
}

static int check_version(const struct stored_json *from, const json_t *root)
{
	uint64_t version;

	if (!json_is_object(root))
		return stored_refuse(from, "not a JSON object; give a file "
					   "that loadgen --json wrote");
	if (stored_count(from, root, "", "schema_version", &version) < 0)
		return -1;
	if (version > SCHEMA_MOST)
		return stored_refuse(from,
				     "schema_version is %ju, and up to %d is "
				     "known here; use a newer loadgen",
				     (uintmax_t)version, SCHEMA_MOST);
	if (json_object_get(root, "merged"))
		return stored_refuse(from, "merged already; give the files "
					   "that it was merged from");
	return 0;
}

int stored_read(const char *path, struct stored *out, char why[STORED_WHY])
{
	const struct stored_json from = { .path = path, .why = why };
	struct result *r = &out->result;
	json_t *root;
	int rc = -1;

	*out = (struct stored){ .path = path };
	if (stored_root(&from, &root) < 0)
		return -1;
	if (result_init(r) < 0)
		stored_refuse(&from, "cannot be read: %s", strerror(errno));
	else if (check_version(&from, root) == 0 &&
		 stored_part(&from, root, "", "config", &out->config) == 0 &&
		 read_counters(&from, root, r) == 0 &&
		 read_causes(&from, root, r->sum) == 0 &&
		 read_hists(&from, root, r->sum) == 0 &&
		 read_window(&from, root, r) == 0 &&
		 read_verdict(&from, root, &r->verdict) == 0)
		rc = 0;
	json_incref(out->config);
	json_decref(root);
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

#include "loadgen/combine.h"

#include <errno.h>
#include <stdlib.h>

/* Whether a sum can be written: JSON's integers here have 63 bits. */
static bool sum_fits(uint64_t a, uint64_t b)
{
	return a <= INT64_MAX && b <= INT64_MAX - a;
}

/* False if a sum is too large. */
static bool add_tally(struct tally *into, const struct tally *from)
{
	bool fits = true;

#define X(name)                                   \
	fits &= sum_fits(into->name, from->name); \
	into->name += from->name;
	TALLY_COUNTERS(X)
#undef X
	for (int c = 0; c < FAILED_CAUSES; c++)
		into->cause[c] += from->cause[c]; /* at most `failed` */
#define X(name)                                                             \
	fits &= sum_fits(into->name.sum_ns, from->name.sum_ns) &&           \
		sum_fits(hist_count(&into->name), hist_count(&from->name)); \
	hist_merge(&into->name, &from->name);
	TALLY_HISTS(X)
#undef X
	return fits;
}

/* A steady phase, and how much of what is counted happened in it. */
struct steady {
	double start_s, end_s;
	uint64_t events;
};

static int by_start(const void *left, const void *right)
{
	const struct steady *a = left, *b = right;

	return (a->start_s > b->start_s) - (a->start_s < b->start_s);
}

/* All events over the length of the union; -1 without any phase. */
static double rate_per_s(struct steady phases[], size_t count)
{
	double length_s = 0, end_s = 0;
	uint64_t events = 0;

	qsort(phases, count, sizeof(*phases), by_start);
	for (size_t i = 0; i < count; i++) {
		const struct steady *p = &phases[i];

		events += p->events;
		if (p->end_s <= end_s)
			continue;
		length_s +=
			p->end_s - (p->start_s > end_s ? p->start_s : end_s);
		end_s = p->end_s;
	}
	return count ? (double)events / length_s : -1;
}

static int combine_rates(const struct stored runs[], size_t count,
			 struct result *into)
{
	struct steady *sessions = calloc(count, sizeof(*sessions));
	struct steady *messages = calloc(count, sizeof(*messages));
	size_t of_sessions = 0, of_messages = 0;
	int rc = -1;

	if (!sessions || !messages)
		goto out;
	for (size_t i = 0; i < count; i++) {
		const struct result *r = &runs[i].result;
		struct steady s = { .start_s = r->steady_start_unix_s,
				    .end_s = r->steady_end_unix_s };

		s.events = r->sum->completed_in_window;
		if (r->sessions_per_s >= 0)
			sessions[of_sessions++] = s;
		s.events = r->sum->echoed_in_window;
		if (r->messages_per_s >= 0)
			messages[of_messages++] = s;
	}
	into->sessions_per_s = rate_per_s(sessions, of_sessions);
	into->messages_per_s = rate_per_s(messages, of_messages);
	rc = 0;
out:
	free(sessions);
	free(messages);
	return rc;
}

static void combine_window(const struct result *r, struct result *into)
{
	if (!r->steady_end_unix_s)
		return;
	if (!into->steady_end_unix_s ||
	    r->steady_start_unix_s < into->steady_start_unix_s)
		into->steady_start_unix_s = r->steady_start_unix_s;
	if (r->steady_end_unix_s > into->steady_end_unix_s)
		into->steady_end_unix_s = r->steady_end_unix_s;
}

static json_t *setting(const struct stored *run, const char *key)
{
	json_t *value = json_object_get(run->config, key);

	return value ? value : json_null();
}

static void say_differ(const char *key, const json_t *one, const json_t *other,
		       struct verdict *v)
{
	char *a = json_dumps(one, JSON_ENCODE_ANY);
	char *b = json_dumps(other, JSON_ENCODE_ANY);

	verdict_add(v, VERDICT_SUSPECT,
		    "runs differ in %s: %.60s and %.60s; their latencies are "
		    "of different loads",
		    key, a ? a : "?", b ? b : "?");
	free(a);
	free(b);
}

/* Each setting in which some run differs from the first is a reason. */
static void compare_loads(const struct stored runs[], size_t count,
			  struct verdict *v)
{
	static const char *const keys[] = { "address",	    "size_bytes",
					    "messages",	    "hold",
					    "message_rate", "session_rate",
					    "close" };

	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		json_t *first = setting(&runs[0], keys[k]), *other = first;

		for (size_t i = 1; i < count && json_equal(first, other); i++)
			other = setting(&runs[i], keys[k]);
		if (!json_equal(first, other))
			say_differ(keys[k], first, other, v);
	}
}

static void combine_verdict(const struct stored *run, struct verdict *into)
{
	const struct verdict *v = &run->result.verdict;

	if (v->status > into->status)
		into->status = v->status;
	for (size_t i = 0; i < v->reasons; i++)
		verdict_add(into, v->status, "%.100s: %s", run->path,
			    v->reason[i]);
}

int combine(const struct stored runs[], size_t count, struct result *into)
{
	if (result_init(into) < 0)
		return -1;
	compare_loads(runs, count, &into->verdict);
	for (size_t i = 0; i < count; i++) {
		const struct result *r = &runs[i].result;

		if (!sum_fits(into->requested, r->requested) ||
		    !sum_fits(into->unsent, r->unsent) ||
		    !add_tally(into->sum, r->sum)) {
			errno = EOVERFLOW;
			goto fail;
		}
		into->requested += r->requested;
		into->unsent += r->unsent;
		combine_window(r, into);
		combine_verdict(&runs[i], &into->verdict);
	}
	if (combine_rates(runs, count, into) == 0)
		return 0;
fail:
	result_release(into);
	return -1;
}

#include "loadgen/threshold.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/hist.h"
#include "loadgen/result.h"
#include "loadgen/tally.h"

/* name, percentile; 0: the mean. */
#define STATISTICS(X)  \
	X(mean, 0)     \
	X(p50, 50)     \
	X(p90, 90)     \
	X(p99, 99)     \
	X(p99_9, 99.9) \
	X(max, 100)

/* name, without its "_per_s". */
#define RATES(X)    \
	X(sessions) \
	X(messages)

struct place {
	const char *name;
	size_t offset; /* in struct tally or struct result */
};

struct statistic {
	const char *name;
	double pct;
};

static const struct place latencies[] = {
#define X(name) { #name, offsetof(struct tally, name) },
	TALLY_HISTS(X)
#undef X
};

static const struct statistic statistics[] = {
#define X(name, pct) { #name, pct },
	STATISTICS(X)
#undef X
};

static const struct place rates[] = {
#define X(name) { #name, offsetof(struct result, name##_per_s) },
	RATES(X)
#undef X
};

/* The same names as an error lists them, each after a bar. */
#define X(name, ...) "|" #name
static const char latency_list[] = TALLY_HISTS(X);
static const char statistic_list[] = STATISTICS(X);
static const char rate_list[] = RATES(X);
#undef X

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Figures are numbered: every statistic of every latency, then the rates. */
enum {
	OF_LATENCIES = COUNT(latencies) * COUNT(statistics),
	FIGURES = OF_LATENCIES + COUNT(rates),
};

static bool is_rate(size_t figure)
{
	return figure >= OF_LATENCIES;
}

static void figure_name(size_t figure, char out[FIGURE_BYTES])
{
	if (is_rate(figure))
		snprintf(out, FIGURE_BYTES, "%s_per_s",
			 rates[figure - OF_LATENCIES].name);
	else
		snprintf(out, FIGURE_BYTES, "%s_%s",
			 latencies[figure / COUNT(statistics)].name,
			 statistics[figure % COUNT(statistics)].name);
}

/* Of an unknown figure: the rest of the room is for the list of known ones. */
enum { SHOWN = 10 };

static int find_figure(const char *text, size_t length, size_t *out,
		       char why[PARSE_WHY])
{
	char name[FIGURE_BYTES];

	for (size_t i = 0; i < FIGURES; i++) {
		figure_name(i, name);
		if (strlen(name) == length && !memcmp(name, text, length)) {
			*out = i;
			return 0;
		}
	}
	snprintf(why, PARSE_WHY,
		 "unknown figure %.*s; give (%s)_(%s) or (%s)_per_s",
		 length < SHOWN ? (int)length : SHOWN, text, latency_list + 1,
		 statistic_list + 1, rate_list + 1);
	return -1;
}

static int parse_bound(const char *text, size_t figure, double *out,
		       char why[PARSE_WHY])
{
	uint64_t ns;

	if (is_rate(figure))
		return parse_rate(text, 0, 1e9, out, why);
	if (parse_duration(text, 0, 3600 * NS_PER_S, &ns, why) < 0)
		return -1;
	*out = (double)ns;
	return 0;
}

int condition_parse(const char *text, struct condition *out,
		    char why[PARSE_WHY])
{
	size_t length = strcspn(text, "<>");
	bool less = text[length] == '<';
	bool equal = text[length] && text[length + 1] == '=';
	struct condition c = {
		.text = text,
		.comparison = less ? (equal ? AT_MOST : BELOW) :
				     (equal ? AT_LEAST : ABOVE),
	};

	if (!text[length]) {
		snprintf(why, PARSE_WHY,
			 "no comparison; give a figure, <, <=, > or >=, and a "
			 "value, such as echo_p99<5ms");
		return -1;
	}
	if (find_figure(text, length, &c.figure, why) < 0 ||
	    parse_bound(text + length + (equal ? 2 : 1), c.figure, &c.bound,
			why) < 0)
		return -1;
	*out = c;
	return 0;
}

/*
 * Nanoseconds or a rate per second; returns false if it was not measured.
 * *samples: as in struct finding.
 */
static bool measured(const struct result *r, size_t figure, double *out,
		     double *samples)
{
	const struct statistic *s = &statistics[figure % COUNT(statistics)];
	const struct hist *h;
	uint64_t ns;

	if (is_rate(figure)) {
		*out = *(const double *)((const char *)r +
					 rates[figure - OF_LATENCIES].offset);
		*samples = *out >= 0;
		return *out >= 0;
	}
	h = (const struct hist *)((const char *)r->sum +
				  latencies[figure / COUNT(statistics)].offset);
	*samples = (double)hist_count(h);
	if (s->pct > 0 && s->pct < 100)
		*samples *= (1 - s->pct / 100) / HIST_MIN_BEYOND;
	if (s->pct <= 0) {
		*out = hist_mean_ns(h);
		return *out >= 0;
	}
	if (hist_percentile(h, s->pct, &ns) < 0)
		return false;
	*out = (double)ns;
	return true;
}

static void tell_figure(size_t figure, double value, char out[FIGURE_BYTES])
{
	if (is_rate(figure))
		snprintf(out, FIGURE_BYTES, "%.1f/s", value);
	else
		clock_words((uint64_t)value, out);
}

static bool compare(const struct condition *c, double got)
{
	switch (c->comparison) {
	case BELOW:
		return got < c->bound;
	case AT_MOST:
		return got <= c->bound;
	case ABOVE:
		return got > c->bound;
	case AT_LEAST:
		return got >= c->bound;
	}
	return false;
}

struct finding condition_look(const struct condition *c, const struct result *r)
{
	struct finding f = { .what = CONDITION_UNMEASURED, .value = "-" };
	uint64_t failed = r->sum->failed;
	uint64_t unserved = r->requested > r->sum->served ?
				    r->requested - r->sum->served :
				    0;
	uint64_t lost = failed ? failed : unserved;
	double got;

	if (measured(r, c->figure, &got, &f.samples)) {
		tell_figure(c->figure, got, f.value);
		f.what = compare(c, got) ? CONDITION_MET : CONDITION_MISSED;
	}
	if (!lost)
		return f;
	f.what = CONDITION_MISSED;
	snprintf(f.why, sizeof(f.why), "%ju session%s %s", (uintmax_t)lost,
		 lost == 1 ? "" : "s",
		 failed	   ? "failed" :
		 lost == 1 ? "was not served" :
			     "were not served");
	return f;
}

#include "loadgen/rate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"

static const double most_per_s = 1000000;
#define MOST_NS (86400 * NS_PER_S)

/* "R", "R/TIME" or "R:R/TIME"; cut in place. */
static int parse_stage(char *text, struct rate_stage *out, char why[PARSE_WHY])
{
	char *slash = strchr(text, '/'), *colon = strchr(text, ':');
	uint64_t length_ns = 0;

	if (slash)
		*slash = '\0';
	if (colon)
		*colon = '\0';
	if (parse_rate(text, 0, most_per_s, &out->from, why) < 0 ||
	    (colon &&
	     parse_rate(colon + 1, 0, most_per_s, &out->to, why) < 0) ||
	    (slash && parse_duration(slash + 1, NS_PER_MS, MOST_NS, &length_ns,
				     why) < 0))
		return -1;
	if (!colon)
		out->to = out->from;
	out->length_s = (double)length_ns / (double)NS_PER_S;
	if (!colon || slash)
		return 0;
	snprintf(why, PARSE_WHY,
		 "a rate that changes needs a time; give R:R/TIME, as "
		 "100:5000/60s");
	return -1;
}

int rate_parse(const char *text, struct rate *out, char why[PARSE_WHY])
{
	char copy[256], *at = copy, *stage;
	struct rate r = { 0 };

	snprintf(copy, sizeof(copy), "%s", text);
	while ((stage = strsep(&at, ","))) {
		if (r.stages == RATE_STAGES - 1 ||
		    (r.stages && !(r.stage[r.stages - 1].length_s > 0))) {
			snprintf(why, PARSE_WHY,
				 "every stage but the last needs a time, and "
				 "there are %d at most; give R/TIME,R/TIME,...",
				 RATE_STAGES - 1);
			return -1;
		}
		if (parse_stage(stage, &r.stage[r.stages++], why) < 0)
			return -1;
	}
	if (!(rate_most(&r) > 0)) {
		snprintf(why, PARSE_WHY,
			 "nothing would be due; give a rate "
			 "above 0");
		return -1;
	}
	/* The last rate stays. */
	if (r.stage[r.stages - 1].length_s > 0) {
		double last = r.stage[r.stages - 1].to;

		r.stage[r.stages++] =
			(struct rate_stage){ .from = last, .to = last };
	}
	*out = r;
	return 0;
}

double rate_most(const struct rate *r)
{
	double most = 0;

	for (size_t i = 0; i < r->stages; i++)
		most = fmax(most, fmax(r->stage[i].from, r->stage[i].to));
	return most;
}

uint64_t rate_length_ns(const struct rate *r)
{
	double length_s = 0;

	for (size_t i = 0; i < r->stages; i++)
		length_s += r->stage[i].length_s;
	return (uint64_t)llround(length_s * 1e9);
}

/* Within a stage; the root of rate * t + slope * t^2 / 2 = arrivals. */
static double seconds_for(const struct rate_stage *s, double arrivals)
{
	double slope = s->length_s > 0 ? (s->to - s->from) / s->length_s : 0;
	double square = s->from * s->from + 2 * slope * arrivals;
	double sum = s->from + sqrt(fmax(square, 0));

	return sum > 0 ? 2 * arrivals / sum : INFINITY;
}

uint64_t rate_when_ns(const struct rate *r, double arrivals)
{
	double start_s = 0, at_s = INFINITY;

	for (size_t i = 0; i < r->stages; i++) {
		const struct rate_stage *s = &r->stage[i];
		double area = (s->from + s->to) / 2 * s->length_s;

		if (!(s->length_s > 0) || arrivals < area) {
			at_s = start_s + seconds_for(s, arrivals);
			break;
		}
		arrivals -= area;
		start_s += s->length_s;
	}
	return at_s < 1e10 ? (uint64_t)(at_s * 1e9) : UINT64_MAX;
}

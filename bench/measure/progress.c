#include "bench/measure/progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/clock.h"

#define REDRAW_NS (200 * NS_PER_MS)

enum { TIME_BYTES = 32 };

static void tell_time(double seconds, char out[TIME_BYTES])
{
	long whole = lround(seconds);

	if (whole < 60)
		snprintf(out, TIME_BYTES, "%ld s", whole);
	else
		snprintf(out, TIME_BYTES, "%ld min %02ld s", whole / 60,
			 whole % 60);
}

/* The estimate, put right by how long the cells so far have taken. */
static double left_s(const struct progress *p, size_t at)
{
	double whole_s = plan_estimate_s(p->plan, p->config, 0);
	double rest_s = plan_estimate_s(p->plan, p->config, at);
	double past_s = (double)(clock_now_ns() - p->start_ns) / 1e9;

	if (at == 0 || whole_s <= rest_s)
		return rest_s;
	return rest_s * past_s / (whole_s - rest_s);
}

void progress_start(struct progress *p, const struct plan *plan,
		    const struct config *config)
{
	char time[TIME_BYTES];

	*p = (struct progress){ .plan = plan,
				.config = config,
				.terminal = isatty(STDERR_FILENO),
				.start_ns = clock_now_ns() };
	tell_time(plan_estimate_s(plan, config, 0), time);
	fprintf(stderr, "forkbench %s: %u round%s", config->profile,
		config->rounds, config->rounds == 1 ? "" : "s");
	if (config->warmups)
		fprintf(stderr, " and a warm-up");
	fprintf(stderr, " of");
	for (int kind = 0; kind < EXPERIMENTS; kind++)
		if (config->with[kind])
			fprintf(stderr, " %s", experiment_names[kind]);
	fprintf(stderr, "; modes");
	for (size_t i = 0; i < config->modes; i++)
		fprintf(stderr, " %s", config->mode[i]);
	if (config->aa)
		fprintf(stderr, " and %s again (A/A)", config->mode[0]);
	fprintf(stderr, "; %zu cells, about %s\n", plan->count, time);
}

static void head(const struct progress *p, size_t at,
		 const struct plan_cell *cell)
{
	fprintf(stderr, "%s[%*zu/%zu] round %u  %-5s %-14s",
		p->terminal ? "\r\033[K" : "", p->plan->count > 99 ? 3 : 2,
		at + 1, p->plan->count, cell->round,
		experiment_names[cell->experiment], cell->slot);
}

void progress_cell(struct progress *p, const struct plan_cell *cell,
		   uint64_t open, uint64_t zombies)
{
	uint64_t now_ns = clock_now_ns();
	char time[TIME_BYTES];

	if (!p->terminal || now_ns < p->redraw_ns)
		return;
	p->redraw_ns = now_ns + REDRAW_NS;
	tell_time(left_s(p, p->at), time);
	head(p, p->at, cell);
	fprintf(stderr, "  %5" PRIu64 " open  %5" PRIu64 " zombies  %s left",
		open, zombies, time);
}

void progress_done(struct progress *p, size_t index,
		   const struct plan_cell *cell, const struct measurement *m)
{
	const double *value = m->value;

	p->at++;
	if (p->terminal && m->validity.status == VALIDITY_VALID)
		return;
	head(p, index, cell);
	if (!isnan(value[METRIC_SESSIONS_PER_S]))
		fprintf(stderr, "  %6.0f sessions/s",
			value[METRIC_SESSIONS_PER_S]);
	if (!isnan(value[METRIC_ZOMBIES_LEFT]))
		fprintf(stderr, "  %5.0f zombies left",
			value[METRIC_ZOMBIES_LEFT]);
	if (!isnan(value[METRIC_WALL_S]))
		fprintf(stderr, "  %6.3f s", value[METRIC_WALL_S]);
	if (m->validity.status != VALIDITY_VALID)
		fprintf(stderr, "  %s", validity_name(m->validity.status));
	for (size_t i = 0; i < m->validity.reasons; i++)
		fprintf(stderr, "%s %s", i ? ";" : ":", m->validity.reason[i]);
	fputc('\n', stderr);
}

void progress_clear(const struct progress *p)
{
	if (p->terminal)
		fputs("\r\033[K", stderr);
}

#include "loadgen/tell_text.h"

#include <inttypes.h>

#include "lib/clock.h"
#include "lib/sock.h"

static void percentile_cell(const struct hist *h, double pct,
			    char out[CLOCK_WORDS])
{
	uint64_t ns;

	if (hist_percentile(h, pct, &ns) < 0)
		snprintf(out, CLOCK_WORDS, "-");
	else
		clock_words(ns, out);
}

static void tell_latency(const char *name, const struct hist *h, FILE *out)
{
	static const double pcts[] = { 50, 90, 99, 99.9, 100 };
	uint64_t count = hist_count(h);
	char cell[CLOCK_WORDS] = "-";

	if (count)
		clock_words((uint64_t)hist_mean_ns(h), cell);
	fprintf(out, "%-17s%10" PRIu64 " %10s", name, count, cell);
	for (size_t i = 0; i < sizeof(pcts) / sizeof(pcts[0]); i++) {
		percentile_cell(h, pcts[i], cell);
		fprintf(out, " %10s", cell);
	}
	fputc('\n', out);
}

static void tell_rate(const char *what, double per_s, FILE *out)
{
	if (per_s < 0)
		fprintf(out, "  - %s", what);
	else
		fprintf(out, "  %.1f %s", per_s, what);
}

static void tell_failures(const struct tally *t, FILE *out)
{
	if (!t->failed)
		return;
	fprintf(out, "failed   ");
	for (int c = 0; c < FAILED_CAUSES; c++)
		if (t->cause[c])
			fprintf(out, "  %" PRIu64 " %s", t->cause[c],
				tally_cause_name(c));
	fputc('\n', out);
}

static void tell_verdict(const struct verdict *v, FILE *out)
{
	fprintf(out, "verdict    %s\n", verdict_status_name(v->status));
	for (size_t i = 0; i < v->reasons; i++)
		fprintf(out, "           %s\n", v->reason[i]);
}

static void tell_figures(const struct result *r, FILE *out)
{
	const struct tally *t = r->sum;
	struct latency latency[LATENCIES];

	fprintf(out,
		"sessions   %" PRIu64 " requested  %" PRIu64 " connected  "
		"%" PRIu64 " served  %" PRIu64 " completed  %" PRIu64 " failed"
		"\n",
		r->requested, t->connected, t->served, t->completed, t->failed);
	tell_failures(t, out);
	fprintf(out,
		"messages   %" PRIu64 " scheduled  %" PRIu64 " sent  %" PRIu64
		" late  %" PRIu64 " echoed  %" PRIu64 " mismatched  %" PRIu64
		" unsent\n",
		t->scheduled, t->sent, t->late, t->echoed, t->mismatched,
		r->unsent);
	fprintf(out, "rate     ");
	tell_rate("sessions/s", r->sessions_per_s, out);
	tell_rate("messages/s", r->messages_per_s, out);
	fprintf(out, "\n%-17s%10s %10s %10s %10s %10s %10s %10s\n", "latency",
		"count", "mean", "p50", "p90", "p99", "p99.9", "max");
	result_latencies(r, latency);
	for (int i = 0; i < LATENCIES; i++)
		tell_latency(latency[i].name, latency[i].hist, out);
}

void tell_result(const struct result *r, FILE *out)
{
	tell_figures(r, out);
	tell_verdict(&r->verdict, out);
}

static void tell_model(const struct run *r, FILE *out)
{
	const struct options *o = r->o;
	char name[SOCK_NAME];

	sock_name(&o->address, name);
	fprintf(out, "%s, ", name);
	if (o->session_rate > 0)
		fprintf(out, "%g sessions/s, at most ", o->session_rate);
	fprintf(out, "%" PRIu64 " at once, ", o->concurrency);
	if (o->hold)
		fprintf(out, "held open");
	else
		fprintf(out, "%" PRIu64 " message%s a session", o->messages,
			o->messages == 1 ? "" : "s");
	if (o->message_rate > 0)
		fprintf(out, ", %g messages/s on each", o->message_rate);
	fprintf(out, ", %" PRIu64 " bytes, %u worker%s, %.2f s\n",
		o->size_bytes, r->workers, r->workers == 1 ? "" : "s",
		r->elapsed_s);
}

static void tell_beside(const struct run *r, FILE *out)
{
	const struct tally *t = r->result.sum;

	if (t->beside_up + t->beside_lost)
		fprintf(out,
			"beside     %" PRIu64 " sessions up  %" PRIu64 " lost"
			"\n",
			t->beside_up, t->beside_lost);
}

/* CPU of the generator for each session, or message: "  41.0 us a session". */
static void tell_cpu(const struct run *r, uint64_t events, const char *each,
		     FILE *out)
{
	double us = run_cpu_us_per(r, events);

	if (us >= 0)
		fprintf(out, "%.1f us %s  ", us, each);
}

static void tell_generator(const struct run *r, FILE *out)
{
	const struct tally *t = r->result.sum;

	fprintf(out, "generator  ");
	if (r->o->messages > 1 || r->o->hold)
		tell_cpu(r, t->echoed_in_window, "CPU a message", out);
	else
		tell_cpu(r, t->completed_in_window, "CPU a session", out);
	if (run_busiest_pct(r) >= 0)
		fprintf(out, "busiest worker %.0f %% CPU  ",
			run_busiest_pct(r));
	fprintf(out, "%.1f MiB memory",
		(double)r->result.sum->memory_kib / 1024);
	if (r->outcome.open_ns)
		fprintf(out, "  all open after %.2f s",
			(double)r->outcome.open_ns / 1e9);
	if (r->mean_open >= 0)
		fprintf(out, "  %.1f open on average", r->mean_open);
	if (r->rate_times_time >= 0)
		fprintf(out, " (rate x time: %.1f)", r->rate_times_time);
	if (r->o->sources.count)
		fprintf(out, "  %" PRIu64 " source%s", r->o->sources.count,
			r->o->sources.count == 1 ? "" : "s");
	fputc('\n', out);
}

static void tell_thresholds(const struct run *r, FILE *out)
{
	const struct thresholds *t = &r->o->thresholds;

	for (size_t i = 0; i < t->count; i++) {
		const struct condition *c = &t->condition[i];
		struct finding f = condition_look(c, &r->result);

		fprintf(out, "%-10s %s  %s%s%s, measured: %s\n",
			i ? "" : "threshold", c->text,
			f.what == CONDITION_MET ? "met" : "NOT MET",
			*f.why ? ": " : "", f.why, f.value);
	}
}

void tell_text(const struct run *r, FILE *out)
{
	tell_model(r, out);
	tell_figures(&r->result, out);
	tell_beside(r, out);
	tell_generator(r, out);
	tell_thresholds(r, out);
	tell_verdict(&r->result.verdict, out);
}

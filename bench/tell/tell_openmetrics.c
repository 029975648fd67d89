#include "bench/tell/tell_openmetrics.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "bench/tell/words.h"

enum { NAME = 64 };

/* OpenMetrics wants base units, and a name that ends in its unit. */
static const struct base {
	const char *suffix; /* of our name, which is replaced */
	const char *unit;   /* "" for none */
	double factor;
} bases[] = {
	[UNIT_COUNT] = { "", "", 1 },
	[UNIT_PER_S] = { "_per_s", "per_second", 1 },
	[UNIT_US] = { "_us", "seconds", 1e-6 },
	[UNIT_MS] = { "_ms", "seconds", 1e-3 },
	[UNIT_S] = { "_s", "seconds", 1 },
	[UNIT_PCT] = { "_pct", "ratio", 1e-2 },
};

/* "forkbench_fork_p50_seconds" */
static void name_family(const struct metric *m, char name[NAME])
{
	const struct base *base = &bases[m->unit];
	size_t kept = strlen(m->name) - strlen(base->suffix);

	*name = '\0';
	words_add(name, NAME, "forkbench_%.*s%s%s", (int)kept, m->name,
		  *base->unit ? "_" : "", base->unit);
}

static void put_value(const char *text, FILE *out)
{
	for (; *text; text++)
		if (*text == '\n')
			fputs("\\n", out);
		else
			fprintf(out, "%s%c",
				*text == '"' || *text == '\\' ? "\\" : "",
				*text);
}

/* One label, after the opening brace or another. */
static void put_label(const char *before, const char *name, const char *value,
		      FILE *out)
{
	fprintf(out, "%s%s=\"", before, name);
	put_value(value, out);
	fputc('"', out);
}

static void put_family(const char *name, const char *type, const char *unit,
		       const char *help, FILE *out)
{
	fprintf(out, "# TYPE %s %s\n", name, type);
	if (*unit)
		fprintf(out, "# UNIT %s %s\n", name, unit);
	fprintf(out, "# HELP %s %s\n", name, help);
}

/* What names an effect. */
static void put_labels(const struct load_run *run, const struct judge_effect *e,
		       FILE *out)
{
	put_label("{", "experiment", run->experiments[e->experiment].name, out);
	put_label(",", "mode", run->slots[e->slot].name, out);
}

/* --- the run -------------------------------------------------------------- */

static void put_run(const struct tell *t, FILE *out)
{
	const struct load_run *run = t->run;
	const char *commit = load_env(run, "build", "commit");
	const char *kernel = load_env(run, "host", "kernel");
	struct tm utc = { 0 };

	put_family("forkbench_run", "info", "", "The run of these figures.",
		   out);
	fputs("forkbench_run_info", out);
	put_label("{", "run", run->name, out);
	put_label(",", "profile", run->profile, out);
	put_label(",", "baseline", run->baseline, out);
	put_label(",", "commit", commit ? commit : "", out);
	put_label(",", "kernel", kernel ? kernel : "", out);
	fputs("} 1\n", out);
	put_family("forkbench_status", "stateset", "", "What the run is worth.",
		   out);
	for (int state = RUN_VALID; state <= RUN_INVALID; state++)
		fprintf(out, "forkbench_status{forkbench_status=\"%s\"} %d\n",
			status_name((enum run_state)state),
			state == (int)t->j->status.state);
	put_family("forkbench_elapsed_seconds", "gauge", "seconds",
		   "How long the run took.", out);
	fprintf(out, "forkbench_elapsed_seconds %.9g\n", run->elapsed_s);
	if (!strptime(run->started_utc, "%Y-%m-%dT%H:%M:%SZ", &utc))
		return;
	put_family("forkbench_start_timestamp_seconds", "gauge", "seconds",
		   "When the run was begun.", out);
	fprintf(out, "forkbench_start_timestamp_seconds %jd\n",
		(intmax_t)timegm(&utc));
}

/* --- medians -------------------------------------------------------------- */

static void put_medians(const struct tell *t, enum metric_id id, FILE *out)
{
	const struct metric *m = &metrics[id];
	bool begun = false;
	char name[NAME], help[2 * NAME] = "";

	name_family(m, name);
	words_add(help, sizeof(help), "%s, median over the rounds.", m->title);
	for (size_t i = 0; i < t->j->n_effects; i++) {
		const struct judge_effect *e = &t->j->effects[i];

		if (e->metric != id || isnan(e->median))
			continue;
		if (!begun)
			put_family(name, "gauge", bases[m->unit].unit, help,
				   out);
		begun = true;
		fputs(name, out);
		put_labels(t->run, e, out);
		fprintf(out, "} %.9g\n", e->median * bases[m->unit].factor);
	}
}

/* --- ratios --------------------------------------------------------------- */

static double ratio_of(const struct judge_effect *e)
{
	return e->has_ratio ? e->ratio : NAN;
}

static double low_of(const struct judge_effect *e)
{
	return e->has_interval ? e->low : NAN;
}

static double high_of(const struct judge_effect *e)
{
	return e->has_interval ? e->high : NAN;
}

static double margin_of(const struct judge_effect *e)
{
	return e->margin > 0 ? e->margin : NAN;
}

static const struct {
	const char *name, *help;
	double (*value)(const struct judge_effect *e);
} ratios[] = {
	{ "forkbench_effect", "A mode's figure over the baseline's.",
	  ratio_of },
	{ "forkbench_effect_ci_low", "The low end of its 95 % interval.",
	  low_of },
	{ "forkbench_effect_ci_high", "The high end of its 95 % interval.",
	  high_of },
	{ "forkbench_effect_margin", "The factor that it must exceed.",
	  margin_of },
};

static void put_ratios(const struct tell *t, size_t which, FILE *out)
{
	put_family(ratios[which].name, "gauge", "", ratios[which].help, out);
	for (size_t i = 0; i < t->j->n_effects; i++) {
		const struct judge_effect *e = &t->j->effects[i];
		double value = ratios[which].value(e);

		if (isnan(value))
			continue;
		fputs(ratios[which].name, out);
		put_labels(t->run, e, out);
		put_label(",", "metric", metrics[e->metric].name, out);
		fprintf(out, "} %.9g\n", value);
	}
}

static void put_verdicts(const struct tell *t, FILE *out)
{
	put_family("forkbench_verdict", "info", "",
		   "What a mode's figures come to.", out);
	for (size_t i = 0; i < t->j->n_effects; i++) {
		const struct judge_effect *e = &t->j->effects[i];

		if (e->verdict == VERDICT_NONE)
			continue;
		fputs("forkbench_verdict_info", out);
		put_labels(t->run, e, out);
		put_label(",", "metric", metrics[e->metric].name, out);
		put_label(",", "verdict", verdict_name(e->verdict), out);
		fputs("} 1\n", out);
	}
}

int tell_openmetrics(const struct tell *t, FILE *out)
{
	put_run(t, out);
	for (int id = 0; id < METRIC_COUNT; id++)
		put_medians(t, (enum metric_id)id, out);
	for (size_t i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++)
		put_ratios(t, i, out);
	put_verdicts(t, out);
	fputs("# EOF\n", out);
	return ferror(out) ? -1 : 0;
}

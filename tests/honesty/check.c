#include "tests/honesty/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_WIDTH = 36 };

/* The columns of the table. */
static const struct column {
	const char *head, *figure;
	double unit;
	int decimals;
} columns[] = {
	{ "scheduled", "messages/scheduled", 1, 0 },
	{ "sent", "messages/sent", 1, 0 },
	{ "echoed", "messages/echoed", 1, 0 },
	{ "mismatched", "messages/mismatched", 1, 0 },
	{ "served", "sessions/served", 1, 0 },
	{ "unserved", "sessions/unserved", 1, 0 },
	{ "samples", "latency_us/echo/count", 1, 0 },
	{ "p50_ms", "latency_us/echo/p50", 1e3, 1 },
	{ "p90_ms", "latency_us/echo/p90", 1e3, 1 },
	{ "p99_ms", "latency_us/echo/p99", 1e3, 1 },
	{ "naive_p90_ms", "latency_us/echo_uncorrected/p90", 1e3, 1 },
	{ "naive_p99_ms", "latency_us/echo_uncorrected/p99", 1e3, 1 },
	{ "verdict", "verdict/gravity", 1, 0 },
	{ "exit", "exit", 1, 0 },
};
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static FILE *table; /* gathers in memory: told at the end, in one piece */
static char *table_text;
static size_t table_bytes;
static unsigned cases, failed;

/* Pairs of which the first is never the larger. */
static const struct order {
	const char *less, *more;
} orders[] = {
	{ "messages/sent", "messages/scheduled" },
	{ "messages/echoed", "messages/sent" },
	{ "sessions/served", "sessions/connected" },
	{ "latency_us/connect/count", "sessions/connected" },
	{ "latency_us/first_echo/count", "sessions/served" },
	{ "sessions/served", "latency_us/first_echo/count" },
	{ "latency_us/echo/count", "messages/echoed" },
	{ "latency_us/echo_uncorrected/count", "latency_us/echo/count" },
	{ "latency_us/echo_uncorrected/max", "latency_us/echo/max" },
	{ "latency_us/close/count", "sessions/completed" },
};

static const char *const times[] = {
	"latency_us/connect",	    "latency_us/first_echo",
	"latency_us/echo",	    "latency_us/echo_uncorrected",
	"latency_us/close",	    "generator/send_lag_us",
	"generator/receive_lag_us",
};

static double count_of(const struct trial *t, const char *figure)
{
	double value = trial_figure(t, figure);

	return isnan(value) ? 0 : value;
}

static bool in_order(const struct trial *t)
{
	bool good = true;

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		const struct order *o = &orders[i];

		if (count_of(t, o->less) <= count_of(t, o->more))
			continue;
		good = false;
		printf("# %s is %g, more than %s, %g\n", o->less,
		       count_of(t, o->less), o->more, count_of(t, o->more));
	}
	return good;
}

/* No time without a sample, and none longer than the run. */
static bool none_invented(const struct trial *t)
{
	double most_us = trial_figure(t, "generator/elapsed_s") * 1e6;
	bool good = true;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char count[64], max[64];

		snprintf(count, sizeof(count), "%s/count", times[i]);
		snprintf(max, sizeof(max), "%s/max", times[i]);
		if (trial_figure(t, count) != 0 && count_of(t, max) <= most_us)
			continue;
		good = false;
		printf("# %s is %g of %g samples, in a run of %g us\n", max,
		       trial_figure(t, max), trial_figure(t, count), most_us);
	}
	return good;
}

/*
 * Each session ends one way, and where none fails each message of the steady
 * phase is a sample.
 */
static bool all_counted(const struct trial *t)
{
	double samples = count_of(t, "latency_us/echo/count");
	double steady = trial_figure(t, "messages/steady");
	double requested = trial_figure(t, "sessions/requested");
	double ended = trial_figure(t, "sessions/completed") +
		       trial_figure(t, "sessions/failures");
	double served = trial_figure(t, "sessions/served");
	double unserved = trial_figure(t, "sessions/unserved");
	bool good = ended == requested && served + unserved == requested;

	if (!good)
		printf("# of %g sessions %g ended, %g were served, %g not\n",
		       requested, ended, served, unserved);
	if (trial_figure(t, "sessions/failures") == 0 && samples != steady) {
		good = false;
		printf("# %g samples of %g messages\n", samples, steady);
	}
	return good;
}

/* Invalid is what failed, or may be what was late; and it exits with 1. */
static bool exit_fits(const struct trial *t)
{
	bool failures = trial_figure(t, "sessions/failures") > 0;
	bool invalid = trial_figure(t, "verdict/gravity") >= 2;
	bool stalled = trial_figure(t, "generator/stalls/seconds") > 0;

	if (trial_figure(t, "exit") == invalid &&
	    (failures ? invalid : !invalid || trial_lagged(t) || stalled))
		return true;
	printf("# exit is %g, and %g sessions failed, for a run %s\n",
	       trial_figure(t, "exit"), trial_figure(t, "sessions/failures"),
	       invalid ? "invalid" : "not invalid");
	return false;
}

static bool as_known(const struct trial *t, const struct check *checks)
{
	bool good = true;

	for (const struct check *c = checks; c->figure; c++) {
		double value = trial_figure(t, c->figure);

		if (value >= c->least && value <= c->most)
			continue;
		good = false;
		printf("# %s is %g, not in [%g, %g]\n", c->figure, value,
		       c->least, c->most);
	}
	return good;
}

static void tell_reasons(const struct trial *t)
{
	json_t *verdict = json_object_get(t->said, "verdict"), *reason;
	size_t i;

	json_array_foreach(json_object_get(verdict, "reasons"), i, reason)
		printf("# loadgen: %s\n", json_string_value(reason));
}

bool check_holds(const struct trial *t, const struct check checks[])
{
	bool good = in_order(t);

	good &= none_invented(t);
	good &= all_counted(t);
	good &= exit_fits(t);
	good &= as_known(t, checks);
	if (!good)
		tell_reasons(t);
	return good;
}

static void tell(const char *name, bool good)
{
	cases++;
	failed += !good;
	printf("%sok %u - %s\n", good ? "" : "not ", cases, name);
	fflush(stdout);
}

static void add_row(const char *name, const struct trial *t)
{
	if (!table)
		table = open_memstream(&table_text, &table_bytes);
	if (!table)
		return;
	fprintf(table, "\n# %-*s", NAME_WIDTH, name);
	for (int i = 0; i < COLUMNS; i++) {
		int width = (int)strlen(columns[i].head);
		double value = trial_figure(t, columns[i].figure);

		if (isnan(value))
			fprintf(table, " %*s", width, "-");
		else
			fprintf(table, " %*.*f", width, columns[i].decimals,
				value / columns[i].unit);
	}
}

void check_trial(const char *name, struct trial *t, const struct check checks[])
{
	tell(name, check_holds(t, checks));
	add_row(name, t);
	trial_release(t);
}

void check_lost(const char *name, const char *why)
{
	printf("# %s\n", why);
	tell(name, false);
}

unsigned check_summary(void)
{
	printf("1..%u\n#\n# %-*s", cases, NAME_WIDTH, "case");
	for (int i = 0; i < COLUMNS; i++)
		printf(" %s", columns[i].head);
	if (table && fclose(table) == 0)
		fputs(table_text, stdout);
	free(table_text);
	putchar('\n');
	return failed;
}

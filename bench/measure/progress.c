#include "bench/measure/progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/clock.h"

#define REDRAW_NS (200 * NS_PER_MS)

enum { TIME_BYTES = 32, COLUMNS = 80 };

static char *tell_time(double seconds, char out[TIME_BYTES])
{
	long whole = lround(seconds);

	snprintf(out, TIME_BYTES, "%ld:%02ld", whole / 60, whole % 60);
	return out;
}

static double seconds(uint64_t from_ns, uint64_t to_ns)
{
	return (double)(to_ns - from_ns) / 1e9;
}

__attribute__((format(printf, 2, 3))) static void add(char line[PROGRESS_LINE],
						      const char *format, ...)
{
	size_t used = strlen(line);
	va_list args;

	va_start(args, format);
	vsnprintf(line + used, PROGRESS_LINE - used, format, args);
	va_end(args);
}

/* --- time left ------------------------------------------------------------ */

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double one_cell_s(const struct progress *p, int kind)
{
	size_t n = p->took[kind].count;
	double s[PROGRESS_LAST];

	if (n == 0)
		return experiment_estimate_s((enum experiment_kind)kind,
					     &p->config->load[kind]);
	if (n > PROGRESS_LAST)
		n = PROGRESS_LAST;
	memcpy(s, p->took[kind].s, n * sizeof(s[0]));
	qsort(s, n, sizeof(s[0]), ascending);
	return (s[(n - 1) / 2] + s[n / 2]) / 2;
}

/* As far as is known now, whatever was told before. */
static double expect_s(const struct progress *p, uint64_t now_ns)
{
	double sum_s = 0;

	for (int kind = 0; kind < EXPERIMENTS; kind++)
		sum_s += (double)p->left[kind] * one_cell_s(p, kind);
	if (p->cell)
		sum_s -= fmin(seconds(p->begin_ns, now_ns),
			      (double)p->cells *
				      one_cell_s(p, p->cell->experiment));
	return fmax(sum_s, 0);
}

double progress_left_s(struct progress *p, uint64_t now_ns)
{
	double since_s = seconds(p->told_ns, now_ns);
	double left_s = fmax(p->told_s - since_s, 0);

	p->told_s = fmin(fmax(expect_s(p, now_ns), left_s - 2 * since_s),
			 left_s + 2 * since_s);
	p->told_ns = now_ns;
	return p->told_s;
}

/* --- the line of a terminal ----------------------------------------------- */

/* At most so many columns, without a broken character. */
static void cut(char line[PROGRESS_LINE], size_t columns)
{
	size_t shown = 0;

	for (char *at = line; *at; at++) {
		/* All but the later bytes of a character in UTF-8. */
		if (((unsigned char)*at & 0xc0) != 0x80 && shown++ == columns) {
			*at = '\0';
			return;
		}
	}
}

static void put_round(const struct progress *p, const struct plan_cell *cell,
		      char out[PROGRESS_LINE])
{
	if (cell->warmup)
		add(out, "warm-up  ");
	else
		add(out, "round %u/%u  ", cell->round, p->config->rounds);
	add(out, "%-5s ", experiment_names[cell->experiment]);
}

/*
 * Sessions a second: the daemon's forks over the last second or two, or since
 * the first look. NAN: too early to tell.
 */
static double rate(struct progress *p, uint64_t forked, uint64_t now_ns)
{
	struct progress_mark here = { .at_ns = now_ns, .forked = forked };

	if (!p->older.at_ns) {
		p->older = p->newer = here;
	} else if (now_ns - p->newer.at_ns >= NS_PER_S) {
		p->older = p->newer;
		p->newer = here;
	}
	if (now_ns - p->older.at_ns < REDRAW_NS)
		return NAN;
	return (double)(forked - p->older.forked) /
	       seconds(p->older.at_ns, now_ns);
}

void progress_line(struct progress *p, const struct cell_now *now,
		   uint64_t now_ns, size_t columns, char out[PROGRESS_LINE])
{
	char time[TIME_BYTES];
	double per_s;

	out[0] = '\0';
	put_round(p, p->cell, out);
	if (p->cells == 1)
		add(out, "%-12s ", p->cell->slot);
	add(out, " %s left", tell_time(progress_left_s(p, now_ns), time));
	if (now) {
		per_s = rate(p, now->forked, now_ns);
		add(out, "  %" PRIu64 " open  %" PRIu64 " zombies", now->open,
		    now->zombies);
		if (!isnan(per_s))
			add(out, "  %.0f sessions/s", per_s);
	}
	cut(out, columns);
}

static size_t terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col)
		return COLUMNS;
	return size.ws_col;
}

void progress_cell(struct progress *p, const struct cell_now *now,
		   uint64_t now_ns)
{
	char line[PROGRESS_LINE];

	if (!p->terminal || now_ns < p->redraw_ns)
		return;
	p->redraw_ns = now_ns + REDRAW_NS;
	/* The last column stays free: some terminals wrap when it is filled. */
	progress_line(p, now, now_ns, terminal_columns() - 1, line);
	fprintf(stderr, "\r%s\033[K", line);
}

void progress_clear(const struct progress *p)
{
	if (p->terminal)
		fputs("\r\033[K", stderr);
}

/* --- plain lines ---------------------------------------------------------- */

void progress_start(struct progress *p, const struct plan *plan,
		    const struct config *config, const enum conduct_past past[],
		    uint64_t now_ns)
{
	const char *type = getenv("TERM");
	char time[TIME_BYTES];

	*p = (struct progress){ .plan = plan,
				.config = config,
				.terminal = isatty(STDERR_FILENO) && type &&
					    strcmp(type, "dumb") != 0,
				.start_ns = now_ns,
				.told_ns = now_ns };
	for (size_t i = 0; i < plan->count; i++) {
		if (past && past[i] == PAST_DONE)
			p->done++;
		else
			p->left[plan->cell[i].experiment]++;
	}
	p->told_s = expect_s(p, now_ns);
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
	fprintf(stderr, "; %zu cells", plan->count);
	if (p->done)
		fprintf(stderr, ", %zu of them done", p->done);
	fprintf(stderr, ", about %s min\n", tell_time(p->told_s, time));
}

void progress_begin(struct progress *p, const struct plan_cell *cell,
		    size_t cells, uint64_t now_ns)
{
	p->cell = cell;
	p->cells = cells;
	p->begin_ns = now_ns;
	p->older.at_ns = 0;
	p->redraw_ns = 0;
}

/* One cell of those measured together is done with. */
static void note(struct progress *p, const struct plan_cell *cell,
		 uint64_t now_ns)
{
	int kind = cell->experiment;

	p->took[kind].s[p->took[kind].count++ % PROGRESS_LAST] =
		seconds(p->begin_ns, now_ns) / (double)p->cells;
	p->left[kind]--;
	p->done++;
	p->cell = NULL;
}

void progress_done(struct progress *p, const struct plan_cell *cell,
		   const struct measurement *m, uint64_t now_ns)
{
	char line[PROGRESS_LINE] = "", time[TIME_BYTES];
	const double *value = m->value;

	note(p, cell, now_ns);
	if (p->terminal && m->validity.status == VALIDITY_VALID)
		return;
	progress_clear(p);
	add(line, "[%*zu/%zu] ", p->plan->count > 99 ? 3 : 2, p->done,
	    p->plan->count);
	put_round(p, cell, line);
	add(line, "%-15s", cell->slot);
	if (!isnan(value[METRIC_SESSIONS_PER_S]))
		add(line, "  %6.0f sessions/s", value[METRIC_SESSIONS_PER_S]);
	if (!isnan(value[METRIC_ZOMBIES_LEFT]))
		add(line, "  %5.0f zombies left", value[METRIC_ZOMBIES_LEFT]);
	if (!isnan(value[METRIC_WALL_S]))
		add(line, "  %6.3f s", value[METRIC_WALL_S]);
	add(line, "  %s gone", tell_time(seconds(p->start_ns, now_ns), time));
	add(line, ", %s left", tell_time(progress_left_s(p, now_ns), time));
	fputs(line, stderr);
	if (m->validity.status != VALIDITY_VALID)
		fprintf(stderr, "  %s", validity_name(m->validity.status));
	for (size_t i = 0; i < m->validity.reasons; i++)
		fprintf(stderr, "%s %s", i ? ";" : ":", m->validity.reason[i]);
	fputc('\n', stderr);
}

#include "bench/tell/gnuplot.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/spawn.h"
#include "bench/study/metric.h"
#include "bench/tell/words.h"
#include "lib/clock.h"

enum {
	KINDS = 2,
	TITLE_LINE = 86, /* characters that fit in a title's line */
};

/* Those of the folder scripts/, in which they may load one another. */
static const struct {
	const char *name, *text;
} scripts[] = {
#include "bench/tell/scripts.h"
};

enum { SCRIPTS = sizeof(scripts) / sizeof(scripts[0]) };

/* A process each, at the same time: PNG takes longest. */
static const struct {
	const char *name, *suffix, *log;
} kinds[KINDS] = {
	{ "png", ".png", "png.log" },
	{ "svg", ".svg", "svg.log" },
};

void gnuplot_quote(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\'')
			fputs("’", out);
		else
			fputc(c < ' ' || c == 0x7f ? '?' : c, out);
	}
	fputc('\'', out);
}

size_t gnuplot_width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

void gnuplot_label(FILE *out, double x, double y, const char *align,
		   const char *colour, const char *font, const char *text)
{
	fputs("set label ", out);
	gnuplot_quote(out, text);
	fprintf(out,
		" at screen x_px(%.1f),y_px(%.1f) %s textcolor rgb %s font "
		"%s\n",
		x, y, align, colour, font);
}

/* 45000 as "45 ms" */
static void us_words(double us, char out[32])
{
	double unit = us < 1 ? 1e-3 : us < 1e3 ? 1 : us < 1e6 ? 1e3 : 1e6;

	snprintf(out, 32, "%.3g %s", us / unit,
		 us < 1	  ? "ns" :
		 us < 1e3 ? "µs" :
		 us < 1e6 ? "ms" :
			    "s");
}

void gnuplot_panel(FILE *out, double left, double right, double top,
		   double bottom)
{
	fprintf(out, "LEFT = %.1f; RIGHT = %.1f; TOP = %.1f; BOTTOM = %.1f\n",
		left, right, top, bottom);
}

void gnuplot_axes(FILE *out, double from, double to, double low, double high,
		  const char *x_label)
{
	fprintf(out,
		"FROM = %.6g; TO = %.6g; LOW = %.6g; HIGH = %.6g; XLABEL = ",
		from, to, low, high);
	gnuplot_quote(out, x_label);
	fputc('\n', out);
}

/* Of round numbers, how far apart so that about `most` fit. */
double gnuplot_step(double span, double most)
{
	double least = span / most, decade = pow(10, floor(log10(least)));

	return least <= decade	   ? decade :
	       least <= 2 * decade ? 2 * decade :
	       least <= 5 * decade ? 5 * decade :
				     10 * decade;
}

void gnuplot_count_tics(FILE *out, double to, bool named)
{
	double step = fmax(1, gnuplot_step(to, 4));
	char words[METRIC_WORDS];

	fputs("set ytics (", out);
	for (double at = 0; at <= to; at += step)
		fprintf(out, "%s'%s' %.0f", at > 0 ? ", " : "",
			named ? words_count(at, words) : "", at);
	fputs(")\n", out);
}

/* Tics of a logarithmic axis of times. There are always two. */
void gnuplot_time_tics(FILE *out, double *low, double *high)
{
	static const double fine[] = { 1, 2, 5, 1.5, 3, 7, 4 };
	static const size_t used[] = { 1, 3, 7 };
	size_t set = 0, n = 0;
	char words[32];

	while (*high / *low < 2.1) {
		*high *= 1.05;
		*low /= 1.05;
	}
	for (; set < 3; set++) {
		n = 0;
		for (double decade = pow(10, floor(log10(*low)));
		     decade <= *high; decade *= 10)
			for (size_t i = 0; i < used[set]; i++)
				n += decade * fine[i] >= *low &&
				     decade * fine[i] <= *high;
		if (n >= 3 || set == 2)
			break;
	}
	n = 0;
	fputs("set ytics (", out);
	for (double decade = pow(10, floor(log10(*low))); decade <= *high;
	     decade *= 10)
		for (size_t i = 0; i < used[set]; i++) {
			double at = decade * fine[i];

			if (at < *low || at > *high)
				continue;
			us_words(at, words);
			fprintf(out, "%s'%s' %.6g", n++ ? ", " : "", words, at);
		}
	fputs(")\n", out);
}

/* Where the first line of a title ends; 0: it has one. */
static size_t title_break(const char *title)
{
	size_t chars = 0, space = 0, clause = 0;

	if (gnuplot_width(title) <= TITLE_LINE)
		return 0;
	for (size_t at = 0; title[at] && chars <= TITLE_LINE; at++) {
		chars += (title[at] & 0xc0) != 0x80;
		if (title[at] != ' ')
			continue;
		space = at;
		if (at && strchr(";,", title[at - 1]) &&
		    chars > TITLE_LINE / 3 &&
		    gnuplot_width(title + at) <= TITLE_LINE)
			clause = at;
	}
	return clause ? clause : space;
}

double gnuplot_head(const char *title)
{
	return title_break(title) ? 88 : 66;
}

void gnuplot_begin(FILE *out, const struct gnuplot_picture *p)
{
	size_t at = title_break(p->title);
	char first[512];

	fprintf(out, "NAME = '%s'; W = %d; H = %.0f\nload 'style.gp'\n",
		p->name, GNUPLOT_W, p->height);
	snprintf(first, sizeof(first), "%.*s",
		 (int)(at ? at : sizeof(first) - 1), p->title);
	gnuplot_label(out, GNUPLOT_MARGIN, 26, "left", "INK", "B18", first);
	if (at)
		gnuplot_label(out, GNUPLOT_MARGIN, 48, "left", "INK", "B18",
			      p->title + at + 1);
	gnuplot_label(out, GNUPLOT_MARGIN, at ? 72 : 50, "left", "GREY", "F13",
		      p->subtitle);
	gnuplot_label(out, GNUPLOT_W - 14, p->height - 12, "right", "GREY",
		      "F11", p->footer);
}

void gnuplot_end(FILE *out)
{
	fputs("unset multiplot\nunset output\n", out);
}

/* --- running it */

/* A path; cut ones are refused by the system calls that use them. */
__attribute__((format(printf, 2, 3))) static const char *
path_of(char out[PATH_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, PATH_MAX, format, args);
	va_end(args);
	return out;
}

static int fail(const char *path, char why[GNUPLOT_WHY])
{
	snprintf(why, GNUPLOT_WHY, "cannot write %.300s: %s", path,
		 strerror(errno));
	return -1;
}

static int write_text(const char *work, const char *name, const char *before,
		      const char *text, char why[GNUPLOT_WHY])
{
	char path[PATH_MAX];
	FILE *out = fopen(path_of(path, "%s/%s", work, name), "we");
	int rc;

	if (!out)
		return fail(path, why);
	fputs(before, out);
	fputs(text, out);
	rc = ferror(out);
	return fclose(out) || rc ? fail(path, why) : 0;
}

static int write_all(const char *work, const char *commands,
		     char why[GNUPLOT_WHY])
{
	int rc =
		write_text(work, "commands.gp", "KIND = ARG1\n", commands, why);

	for (size_t i = 0; i < SCRIPTS && rc == 0; i++)
		rc = write_text(work, scripts[i].name, "", scripts[i].text,
				why);
	return rc;
}

/* What gnuplot said, on one line, as much as fits. */
static void read_words(const char *work, const char *log, char *words,
		       size_t room)
{
	char path[PATH_MAX];
	FILE *in = fopen(path_of(path, "%s/%s", work, log), "re");
	size_t used = in ? fread(words, 1, room - 1, in) : 0;

	words[used] = '\0';
	for (char *at = words; *at; at++)
		if ((unsigned char)*at < ' ')
			*at = ' ';
	if (in)
		fclose(in);
}

static int explain(const struct spawn *s, const char *work, const char *log,
		   char why[GNUPLOT_WHY])
{
	char words[320];

	read_words(work, log, words, sizeof(words));
	if (spawn_interrupted())
		snprintf(why, GNUPLOT_WHY,
			 "interrupted while drawing the pictures; to draw "
			 "them: "
			 "forkbench report");
	else if (spawn_killed_by(s) || !s->ended)
		snprintf(why, GNUPLOT_WHY,
			 "gnuplot was stopped because it took too long; try "
			 "again: forkbench report");
	else
		snprintf(why, GNUPLOT_WHY, "gnuplot failed: %s", words);
	return -1;
}

static int run_all(const char *work, uint64_t patience_ns,
		   char why[GNUPLOT_WHY])
{
	uint64_t until_ns = clock_now_ns() + patience_ns;
	struct spawn s[KINDS];
	char log[PATH_MAX];
	size_t started = 0;
	int rc = 0;

	for (; started < KINDS && rc == 0; started++) {
		const char *argv[] = {
			"gnuplot",	     "-d", "-c", "commands.gp",
			kinds[started].name, NULL,
		};
		struct spawn_command command = {
			.argv = argv,
			.output =
				path_of(log, "%s/%s", work, kinds[started].log),
			.folder = work,
		};

		rc = spawn_start(&s[started], &command);
		if (rc < 0)
			break;
	}
	if (rc < 0)
		snprintf(why, GNUPLOT_WHY,
			 "cannot run gnuplot: %s; install it, as by `apt-get "
			 "install gnuplot-nox`, then: forkbench report",
			 strerror(errno));
	for (size_t i = 0; i < started && rc == 0; i++)
		if (!spawn_wait(&s[i], until_ns) || !spawn_succeeded(&s[i]))
			rc = explain(&s[i], work, kinds[i].log, why);
	for (size_t i = 0; i < started; i++)
		spawn_stop(&s[i], SIGKILL, 0);
	return rc;
}

int gnuplot_draw(const char *folder, const char *commands,
		 const char *const names[], size_t count, uint64_t patience_ns,
		 char why[GNUPLOT_WHY])
{
	char work[PATH_MAX], from[PATH_MAX], to[PATH_MAX];
	int rc;

	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		return fail(folder, why);
	if (!mkdtemp((char *)path_of(work, "%s/.drawing-XXXXXX", folder)))
		return fail(folder, why);
	rc = write_all(work, commands, why);
	if (rc == 0)
		rc = run_all(work, patience_ns, why);
	for (size_t i = 0; i < count * KINDS; i++) {
		const char *name = names[i / KINDS];

		path_of(from, "%s/%s%s", work, name, kinds[i % KINDS].suffix);
		path_of(to, "%s/%s%s", folder, name, kinds[i % KINDS].suffix);
		if (rc == 0 && rename(from, to) < 0)
			rc = fail(to, why);
		if (rc < 0)
			unlink(from);
	}
	for (size_t k = 0; k < KINDS; k++)
		unlink(path_of(from, "%s/%s", work, kinds[k].log));
	for (size_t i = 0; i < SCRIPTS; i++)
		unlink(path_of(from, "%s/%s", work, scripts[i].name));
	unlink(path_of(from, "%s/commands.gp", work));
	rmdir(work);
	return rc;
}

#include "bench/tell/gnuplot.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/spawn.h"
#include "lib/clock.h"

enum { KINDS = 3 };

/* A process each, at the same time: PNG takes longest. */
static const struct {
	const char *name, *suffix, *final, *log;
} kinds[KINDS] = {
	{ "png", ".png", ".png", "png.log" },
	{ "svg", ".svg", ".svg", "svg.log" },
	{ "dark", ".dark.svg", "-dark.svg", "dark.log" },
};

void gnuplot_quote(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\'')
			fputc('\'', out);
		fputc(c < ' ' || c == 0x7f ? '?' : c, out);
	}
	fputc('\'', out);
}

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

static int write_commands(const char *work, const char *commands,
			  char why[GNUPLOT_WHY])
{
	char path[PATH_MAX];
	FILE *out = fopen(path_of(path, "%s/commands.gp", work), "we");
	int rc;

	if (!out)
		return fail(path, why);
	fputs("KIND = ARG1\n", out);
	fputs(commands, out);
	rc = ferror(out);
	return fclose(out) || rc ? fail(path, why) : 0;
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
			 "interrupted while drawing the pictures; to draw them: "
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
		const char *argv[] = { "gnuplot", "-d",
				       "-c",	  "commands.gp",
				       kinds[started].name, NULL };
		struct spawn_command command = {
			.argv = argv,
			.output = path_of(log, "%s/%s", work,
					  kinds[started].log),
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
	rc = write_commands(work, commands, why);
	if (rc == 0)
		rc = run_all(work, patience_ns, why);
	for (size_t i = 0; i < count * KINDS; i++) {
		const char *name = names[i / KINDS];

		path_of(from, "%s/%s%s", work, name, kinds[i % KINDS].suffix);
		path_of(to, "%s/%s%s", folder, name, kinds[i % KINDS].final);
		if (rc == 0 && rename(from, to) < 0)
			rc = fail(to, why);
		if (rc < 0)
			unlink(from);
	}
	for (size_t k = 0; k < KINDS; k++)
		unlink(path_of(from, "%s/%s", work, kinds[k].log));
	unlink(path_of(from, "%s/commands.gp", work));
	rmdir(work);
	return rc;
}

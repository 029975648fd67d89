#include "bench/tell/gnuplot.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/plain.h"
#include "bench/spawn.h"
#include "lib/clock.h"

enum { ARGS = 7, PATIENCE_S = 60 };

/* A path; cut ones are refused by the system calls that use them. */
__attribute__((format(printf, 2, 3))) static void
put_path(char out[PATH_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, PATH_MAX, format, args);
	va_end(args);
}

/* What gnuplot said, on one line, as much as fits. */
static void read_words(const char *path, char *words, size_t room)
{
	FILE *in = fopen(path, "re");
	size_t used = in ? fread(words, 1, room - 1, in) : 0;

	words[used] = '\0';
	for (char *at = words; (at = strpbrk(at, "\n\t"));)
		*at = ' ';
	plain_text(words);
	if (in)
		fclose(in);
}

/* How a gnuplot that did not end with status 0 failed. */
static void explain(const struct spawn *gnuplot, const char *script,
		    const char *log, char why[GNUPLOT_WHY])
{
	char words[300];

	read_words(log, words, sizeof(words));
	if (spawn_interrupted())
		snprintf(why, GNUPLOT_WHY,
			 "interrupted while drawing; to render it again: "
			 "forkbench report");
	else if (!gnuplot->ended || WIFSIGNALED(gnuplot->status))
		snprintf(why, GNUPLOT_WHY,
			 "gnuplot did not draw %.120s in %d s; render the "
			 "report again",
			 script, PATIENCE_S);
	else
		snprintf(why, GNUPLOT_WHY, "gnuplot failed on %.120s: %s",
			 script, words);
}

static int run(const char *scripts_dir, const char *const argv[],
	       const char *log, char why[GNUPLOT_WHY])
{
	char library[PATH_MAX], locale[] = "LC_ALL=C.UTF-8";
	char *const environment[] = { library, locale, NULL };
	struct spawn_command command = { .argv = argv,
					 .output = log,
					 .environment = environment };
	struct spawn gnuplot;

	put_path(library, "GNUPLOT_LIB=%s", scripts_dir);
	if (spawn_start(&gnuplot, &command) < 0) {
		snprintf(why, GNUPLOT_WHY,
			 "cannot run gnuplot: %s; install it, as by `apt-get "
			 "install gnuplot-nox`, and render the report again",
			 strerror(errno));
		return -1;
	}
	spawn_wait(&gnuplot, clock_now_ns() + PATIENCE_S * NS_PER_S);
	spawn_stop(&gnuplot, SIGKILL, 0);
	if (spawn_succeeded(&gnuplot))
		return 0;
	explain(&gnuplot, argv[3], log, why);
	return -1;
}

int gnuplot_draw(const char *scripts_dir, const char *script,
		 const char *output, const char *const args[],
		 char why[GNUPLOT_WHY])
{
	static const char *const kinds[] = { "svg", "png" };
	char path[PATH_MAX], made[2][PATH_MAX] = { "", "" }, final[PATH_MAX];
	char log[PATH_MAX];
	int rc = 0;

	put_path(path, "%s/%s", scripts_dir, script);
	put_path(log, "%s.%d.log.tmp", output, (int)getpid());
	for (int i = 0; i < 2 && rc == 0; i++) {
		const char *argv[6 + ARGS + 1] = {
			"gnuplot", "-d", "-c", path, kinds[i], made[i]
		};

		put_path(made[i], "%s.%s.%d.tmp", output, kinds[i],
			 (int)getpid());
		for (int k = 0; k < ARGS && args[k]; k++)
			argv[6 + k] = args[k];
		rc = run(scripts_dir, argv, log, why);
	}
	unlink(log);
	for (int i = 0; i < 2; i++) {
		put_path(final, "%s.%s", output, kinds[i]);
		if (rc == 0 && rename(made[i], final) < 0) {
			snprintf(why, GNUPLOT_WHY, "cannot write %.200s: %s",
				 final, strerror(errno));
			rc = -1;
		}
		if (rc < 0)
			unlink(made[i]);
	}
	return rc;
}

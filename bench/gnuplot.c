#include "bench/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGS = 7, NO_GNUPLOT = 127 };

/* A path; cut ones are refused by the system calls that use them. */
__attribute__((format(printf, 2, 3))) static void
put_path(char out[PATH_MAX], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(out, PATH_MAX, format, args);
	va_end(args);
}

_Noreturn static void become_gnuplot(const char *scripts_dir, int error_fd,
				     char *const argv[])
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(error_fd, STDOUT_FILENO) < 0 ||
	    dup2(error_fd, STDERR_FILENO) < 0 ||
	    setenv("GNUPLOT_LIB", scripts_dir, 1) < 0 ||
	    setenv("LC_ALL", "C.UTF-8", 1) < 0)
		_exit(NO_GNUPLOT);
	signal(SIGCHLD, SIG_DFL);
	execvp(argv[0], argv);
	_exit(NO_GNUPLOT);
}

/* What gnuplot said, on one line, as much as fits. */
static void read_words(int fd, char *words, size_t room)
{
	char drain[512];
	size_t used = 0;
	ssize_t got;

	while ((got = read(fd, drain, sizeof(drain))) > 0 ||
	       (got < 0 && errno == EINTR))
		for (ssize_t i = 0; i < got; i++) {
			char c = drain[i] == '\n' ? ' ' : drain[i];

			if (used + 1 < room && (used || c != ' '))
				words[used++] = c;
		}
	words[used] = '\0';
}

static int run(const char *scripts_dir, char *const argv[],
	       char why[GNUPLOT_WHY])
{
	char words[300];
	int pipes[2], status;
	pid_t child;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		goto fail;
	child = fork();
	if (child == 0)
		become_gnuplot(scripts_dir, pipes[1], argv);
	close(pipes[1]);
	if (child < 0) {
		close(pipes[0]);
		goto fail;
	}
	read_words(pipes[0], words, sizeof(words));
	close(pipes[0]);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			goto fail;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_GNUPLOT)
		snprintf(why, GNUPLOT_WHY,
			 "cannot run gnuplot: install it, as by `apt-get "
			 "install gnuplot-nox`, and render the report again");
	else
		snprintf(why, GNUPLOT_WHY, "gnuplot failed on %.120s: %s",
			 argv[3], words);
	return -1;
fail:
	snprintf(why, GNUPLOT_WHY, "cannot run gnuplot: %s", strerror(errno));
	return -1;
}

int gnuplot_draw(const char *scripts_dir, const char *script,
		 const char *output, const char *const args[],
		 char why[GNUPLOT_WHY])
{
	static const char *const kinds[] = { "svg", "png" };
	char path[PATH_MAX], made[2][PATH_MAX] = { "", "" }, final[PATH_MAX];
	int rc = 0;

	put_path(path, "%s/%s", scripts_dir, script);
	for (int i = 0; i < 2 && rc == 0; i++) {
		char *argv[6 + ARGS + 1] = {
			"gnuplot", "-d", "-c", path, (char *)kinds[i], made[i]
		};

		put_path(made[i], "%s.%s.%d.tmp", output, kinds[i],
			 (int)getpid());
		for (int k = 0; k < ARGS && args[k]; k++)
			argv[6 + k] = (char *)args[k];
		rc = run(scripts_dir, argv, why);
	}
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

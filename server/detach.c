#include "server/detach.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/sock.h"

enum { READY_S = 120 }; /* enough to touch a large --ballast */

static int launcher_fd = -1; /* takes the status that the launcher exits with */

void detach_open_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd < 3);
	if (fd >= 3)
		close(fd);
}

static void close_from_to(unsigned first, unsigned last)
{
	struct rlimit limit = { .rlim_cur = 1024 };

	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	getrlimit(RLIMIT_NOFILE, &limit);
	for (unsigned fd = first; fd <= last && fd < limit.rlim_cur; fd++)
		close((int)fd);
}

/* The least of them that is not below `from`, or -1. */
static int next_kept(const int keep[], int count, int from)
{
	int next = -1;

	for (int i = 0; i < count; i++)
		if (keep[i] >= from && (next < 0 || keep[i] < next))
			next = keep[i];
	return next;
}

void detach_close_others(const int keep[], int count)
{
	int from = 3, kept;

	while ((kept = next_kept(keep, count, from)) >= 0) {
		close_from_to((unsigned)from, (unsigned)kept - 1);
		from = kept + 1;
	}
	close_from_to((unsigned)from, UINT_MAX);
}

static int tell_launcher(int status)
{
	unsigned char byte = (unsigned char)status;

	return sock_write_all(launcher_fd, &byte, 1);
}

/* Before the daemon listens it exits for one reason: it cannot start. */
static void tell_failure(void)
{
	if (launcher_fd >= 0)
		tell_launcher(3);
}

/* The launcher: waits for the daemon's status and exits with it. */
static _Noreturn void await_daemon(int fd)
{
	struct pollfd word = { .fd = fd, .events = POLLIN };
	unsigned char status;

	if (poll(&word, 1, READY_S * 1000) == 0)
		errx(3,
		     "the daemon does not listen after %d s and is given up; "
		     "try --foreground to see where it waits",
		     READY_S);
	if (sock_read_all(fd, &status, 1) == 1)
		_exit(status);
	errx(3, "the daemon died before it could listen");
}

int detach_begin(void)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid > 0) {
		close(ends[1]);
		await_daemon(ends[0]);
	}
	close(ends[0]);
	launcher_fd = ends[1];
	atexit(tell_failure);
	if (setsid() < 0)
		err(3, "cannot leave the terminal's session");
	pid = fork();
	if (pid < 0)
		err(3, "cannot fork");
	if (pid > 0)
		_exit(0);
	umask(022);
	return 0;
}

int detach_let_go(void)
{
	int null;

	if (chdir("/") < 0)
		return -1;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return -1;
	if (dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0) {
		close(null);
		return -1;
	}
	close(null);
	return 0;
}

int detach_ready(bool keep_stderr)
{
	if (!keep_stderr && dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		return -1;
	if (tell_launcher(0) < 0)
		return -1;
	close(launcher_fd);
	launcher_fd = -1;
	return 0;
}

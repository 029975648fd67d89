#include "client/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t came;
static int held_fd = -1; /* a pipe's other end, until a signal comes */

static void note(int signo)
{
	int saved = errno;

	if (!came)
		close(held_fd);
	came = signo;
	errno = saved;
}

static int watch(int signo)
{
	const struct sigaction noted = {
		.sa_handler = note,
		.sa_flags = SA_RESTART | (int)SA_RESETHAND,
	};
	struct sigaction inherited;

	if (sigaction(signo, NULL, &inherited) < 0)
		return -1;
	if (inherited.sa_handler == SIG_IGN)
		return 0;
	return sigaction(signo, &noted, NULL);
}

int interrupt_watch(void)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	held_fd = ends[1];
	return watch(SIGINT) < 0 || watch(SIGTERM) < 0 ? -1 : ends[0];
}

int interrupt_signal(void)
{
	return came;
}

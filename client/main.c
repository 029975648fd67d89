/* echoc: types lines to an echo server and shows what comes back. */

#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "client/dial.h"
#include "client/options.h"
#include "client/talk.h"

/*
 * Should 0 to 2 be closed, the socket must not get their place: reading finds
 * the end of input then, and writing fails and is told.
 */
static void keep_standard_places(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static int tell(enum talk_end end, const char *peer)
{
	switch (end) {
	case TALK_DONE:
		return 0;
	case TALK_CLOSED:
		warnx("lost %s: the server closed the connection; start echoc "
		      "again",
		      peer);
		break;
	case TALK_LOST:
		warn("lost %s", peer);
		break;
	case TALK_DIFFERS:
		warnx("%s returned a record that differs from the one sent; "
		      "it is no echo server, or a faulty one",
		      peer);
		break;
	case TALK_UNASKED:
		warnx("%s sent what was not asked for; it is no echo server, "
		      "or a faulty one",
		      peer);
		break;
	case TALK_NO_INPUT:
		warn("cannot read standard input");
		break;
	case TALK_NO_OUTPUT:
		warn("cannot write standard output");
		break;
	}
	return 1;
}

int main(int argc, char *argv[])
{
	char peer[SOCK_NAME], why[DIAL_WHY];
	struct options o;
	int fd, status;

	keep_standard_places();
	signal(SIGPIPE, SIG_IGN);
	options_read(argc, argv, &o);
	if (o.help || o.version) {
		if (o.help)
			options_help();
		else
			puts("echoc " VERSION);
		if (fflush(stdout) != 0)
			err(1, "cannot write standard output");
		return 0;
	}
	fd = dial(o.host, o.port, peer, why);
	if (fd < 0)
		errx(3, "%s", why);
	status = tell(talk(fd, isatty(STDIN_FILENO)), peer);
	close(fd);
	return status;
}

/* echoc: sends lines, bytes or pings to an echo server, shows what returns. */

#include <err.h>
#include <signal.h>
#include <unistd.h>

#include "client/dial.h"
#include "client/end.h"
#include "client/options.h"
#include "client/ping.h"
#include "client/raw.h"
#include "client/talk.h"
#include "lib/file.h"

static enum end use(struct peer *p, const struct options *o)
{
	if (o->pings)
		return ping(p, &o->ping);
	if (o->raw)
		return raw(p);
	return talk(p, isatty(STDIN_FILENO));
}

int main(int argc, char *argv[])
{
	char cannot[DIAL_WHY], why[END_WHY];
	struct options o;
	struct peer p;
	int status;

	file_keep_standard();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* then writing fails with EFBIG */
	o = options_read(argc, argv);
	p = (struct peer){ .family = o.family, .timeout_ns = o.timeout_ns };
	if (dial(o.host, o.port, &p, cannot) < 0)
		errx(3, "%s", cannot);
	status = end_tell(use(&p, &o), &p, why);
	if (*why)
		warnx("%s", why);
	close(p.fd);
	return status;
}

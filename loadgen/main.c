/*
 * loadgen: opens thousands of echo sessions, checks every byte, and says what
 * a user of the server would have felt.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "lib/file.h"
#include "loadgen/crew.h"
#include "loadgen/judge.h"
#include "loadgen/knee.h"
#include "loadgen/merge.h"
#include "loadgen/options.h"
#include "loadgen/preflight.h"
#include "loadgen/report.h"
#include "loadgen/run.h"

static struct preflight look_ahead(struct options *o)
{
	struct preflight p;
	char why[PREFLIGHT_WHY];

	if (preflight(o, &p, why) < 0)
		errx(3, "%s", why);
	for (size_t i = 0; !o->quiet && i < p.warnings; i++)
		warnx("warning: %s", p.warning[i]);
	o->opening = p.opening;
	o->sources = p.sources;
	return p;
}

/* Sleeps until the wall clock says so. */
static void await_start(uint64_t unix_s)
{
	struct timespec at = { .tv_sec = (time_t)unix_s }, now;

	if (!unix_s)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	if (now.tv_sec >= at.tv_sec)
		errx(3,
		     "--start-at %llu: %lld s ago by this machine's clock; "
		     "give a later time",
		     (unsigned long long)unix_s,
		     (long long)(now.tv_sec - at.tv_sec));
	while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &at, NULL) ==
	       EINTR)
		;
}

int main(int argc, char *argv[])
{
	struct options o;
	struct preflight p;
	struct run r;
	int rc;

	file_keep_standard();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is an error to tell */
	if (argc > 1 && strcmp(argv[1], "merge") == 0)
		return merge_main(argc - 1, argv + 1);
	o = options_parse(argc, argv);
	p = look_ahead(&o);
	report_check(&o);
	await_start(o.start_unix_s);
	crew_block_signals();
	if (o.searching)
		return knee_find(&o, &p);
	if (run_load(&r, &o, &p) < 0)
		err(3, "cannot start %u workers", p.workers);
	judge(&r, &r.result.verdict);
	rc = report(&r);
	run_release(&r);
	return rc;
}

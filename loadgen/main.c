/*
 * loadgen: opens thousands of echo sessions, checks every byte, and says what
 * a user of the server would have felt.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "loadgen/crew.h"
#include "loadgen/options.h"
#include "loadgen/preflight.h"
#include "loadgen/result.h"
#include "loadgen/tally.h"
#include "loadgen/tell_hist.h"
#include "loadgen/tell_json.h"
#include "loadgen/tell_text.h"

/* What can't be written is told before the run, not after it. */
static void check_outputs(const struct options *o)
{
	struct file f;

	if (o->json && file_open(&f, o->json) < 0)
		errx(3, "--json %s: cannot be written: %s; give another",
		     o->json, strerror(errno));
	if (o->json)
		file_abort(&f);
	if (o->hist && mkdir(o->hist, 0777) < 0 && errno != EEXIST)
		errx(3, "--hist %s: cannot be made: %s; give another", o->hist,
		     strerror(errno));
	if (o->hist && access(o->hist, W_OK | X_OK) < 0)
		errx(3, "--hist %s: cannot be written: %s; give another",
		     o->hist, strerror(errno));
}

/* Writes the results. Returns 0, or 3 if they could not be written. */
static int report(const struct result *r)
{
	const struct options *o = r->o;
	int rc = 0;

	if (!o->quiet)
		tell_text(r, stdout);
	if (fflush(stdout) != 0) {
		warn("cannot write to stdout");
		rc = 3;
	}
	if (o->hist && tell_hist(r, o->hist) < 0) {
		warn("cannot write histograms into %s", o->hist);
		rc = 3;
	}
	if (o->json && tell_json(r, o->json) < 0) {
		warn("cannot write %s", o->json);
		rc = 3;
	}
	return rc;
}

int main(int argc, char *argv[])
{
	struct options o = options_parse(argc, argv);
	struct crew_outcome outcome;
	struct result result;
	struct board *board;
	char why[PREFLIGHT_WHY];
	unsigned workers;
	int rc;

	signal(SIGPIPE, SIG_IGN);
	workers = preflight(&o, why);
	if (!workers)
		errx(3, "%s", why);
	check_outputs(&o);
	board = tally_board(workers);
	if (!board)
		err(3, "cannot get memory for %u workers", workers);
	if (crew_run(&o, board, workers, &outcome) < 0)
		err(3, "cannot start %u workers", workers);
	if (result_compute(&result, &o, board, workers, &outcome) < 0)
		err(3, "cannot sum up");
	rc = report(&result);
	if (outcome.interrupted_by)
		rc = 128 + outcome.interrupted_by;
	else if (!rc && !result_good(&result))
		rc = 1;
	result_release(&result);
	shm_unmap(board);
	return rc;
}

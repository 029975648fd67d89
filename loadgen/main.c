/*
 * loadgen: opens thousands of echo sessions, checks every byte, and says what
 * a user of the server would have felt.
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>

#include "loadgen/crew.h"
#include "loadgen/options.h"
#include "loadgen/preflight.h"
#include "loadgen/result.h"
#include "loadgen/tally.h"
#include "loadgen/tell_hist.h"
#include "loadgen/tell_json.h"
#include "loadgen/tell_text.h"

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

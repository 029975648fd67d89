/* fixture_run_main KIND FOLDER: writes a made-up run of that kind. */

#include <err.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/fixture_run.h"

static const char *const all[] = { "churn", "hold", "wall", NULL };
static const char *const four[] = { "sig-ign", "waitpid-loop", "waitpid-once",
				    "none", NULL };
static const char *const same[] = { "sig-ign", "sig-ign", NULL };
static const char *const many[] = { "sig-ign",	    "waitpid-loop",
				    "waitpid-once", "none",
				    "nocldwait",    "signalfd",
				    "self-pipe",    "pidfd",
				    "double-fork",  "reaper-thread",
				    "accept-sweep", "sigchld-blocked",
				    "waitpid-loop", NULL };

/* As long as a reason gets, with a word that no line has room for. */
#define LONG                                                                   \
	"the load generator calls its run suspect for 3 reasons, the first: "  \
	"/home/somebody/measurements/with/a/path/that/has/no/blank/and/never/" \
	"ends/forkbench/results/20260102T030405Z-1a2b3c4-quick/cells/churn/"   \
	"<b>01-sigchld-blocked</b>/loadgen.json & what it says of workers, "   \
	"lag and rates; see the verdict in loadgen.json"

/* The page is looked at, not the figures: few sessions will do. */
static const struct fixture plain = {
	.seed = 2,
	.rounds = 6,
	.run = 6,
	.modes = four,
	.experiments = all,
	.aa = true,
	.verdicts = true,
	.finished = true,
	.noise = 0.008,
	.drift = 1,
	.sessions = 2400,
};

/* Makes *f, which is plain, one of that kind. */
static bool become(const char *kind, struct fixture *f)
{
	if (strcmp(kind, "valid") == 0) {
		f->outlier = 1.5;
	} else if (strcmp(kind, "noisy") == 0) {
		f->drift = 1.12;
		f->noise = 0.03;
	} else if (strcmp(kind, "incomplete") == 0) {
		f->run = 2;
		f->finished = false;
	} else if (strcmp(kind, "invalid") == 0) {
		f->invalid = f->suspect = true;
	} else if (strcmp(kind, "smoke") == 0) {
		f->rounds = f->run = 1;
		f->verdicts = f->aa = false;
	} else if (strcmp(kind, "crowded") == 0) {
		f->modes = many;
		f->invalid = f->suspect = true;
		f->why = LONG;
	} else if (strcmp(kind, "null") == 0) {
		f->modes = same;
	} else {
		return false;
	}
	return true;
}

int main(int argc, char *argv[])
{
	struct fixture f = plain;

	if (argc != 3)
		errx(2, "usage: fixture_run_main KIND FOLDER");
	if (!become(argv[1], &f))
		errx(2, "KIND %s: unknown", argv[1]);
	if (fixture_write(&f, argv[2]) < 0)
		err(3, "%s", argv[2]);
	return 0;
}

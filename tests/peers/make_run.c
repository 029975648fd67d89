/*
 * Stores a run that never was, of invented figures, for tests of what reads
 * such folders: make_run [options] FOLDER. See tests/unit/fixture_run.h.
 */
#include <err.h>
#include <stddef.h>

#include "lib/opt.h"
#include "tests/unit/fixture_run.h"

struct raw {
	uint64_t seed, rounds, run;
	double slower, slower_mode;
	bool all, no_aa, no_verdicts, no_leak, invalid, noisy;
};

#define AT(field) offsetof(struct raw, field)

static const struct opt table[] = {
	{ "seed", OPT_COUNT, AT(seed), "N", 1, 1000000,
	  .help = "of the figures (default 1)" },
	{ "rounds", OPT_COUNT, AT(rounds), "N", 1, 100,
	  .help = "that count (default 6)" },
	{ "run", OPT_COUNT, AT(run), "N", 1, 100,
	  .help = "of them, how many were run before it was broken off" },
	{ "slower", OPT_RATE, AT(slower), "FACTOR", 0, 1000,
	  .help = "on what every mode takes" },
	{ "slower-mode", OPT_RATE, AT(slower_mode), "FACTOR", 0, 1000,
	  .help = "on what every mode but the baseline takes" },
	{ "all", OPT_FLAG, AT(all), .help = "experiments, and not only churn" },
	{ "no-aa", OPT_FLAG, AT(no_aa), .help = "no second baseline" },
	{ "no-verdicts", OPT_FLAG, AT(no_verdicts),
	  .help = "as of a profile that judges nothing" },
	{ "no-leak", OPT_FLAG, AT(no_leak), .help = "in churn" },
	{ "invalid", OPT_FLAG, AT(invalid),
	  .help = "one cell breaks a rule twice over" },
	{ "noisy", OPT_FLAG, AT(noisy),
	  .help = "the baseline differs from itself" },
	{ NULL },
};

int main(int argc, char *argv[])
{
	static const char *const modes[] = { "sig-ign", "waitpid-loop",
					     "waitpid-once", NULL };
	static const char *const churn[] = { "churn", NULL };
	static const char *const all[] = { "churn", "hold", "wall", NULL };
	struct raw raw = { .seed = 1, .rounds = 6 };
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, &raw, why);
	struct fixture f;

	if (first < 0)
		errx(2, "%s", why);
	if (argc - first != 1)
		errx(2, "give one FOLDER");
	f = (struct fixture){
		.seed = raw.seed,
		.rounds = (unsigned)raw.rounds,
		.run = (unsigned)(raw.run ? raw.run : raw.rounds),
		.modes = modes,
		.experiments = raw.all ? all : churn,
		.aa = !raw.no_aa,
		.verdicts = !raw.no_verdicts,
		.finished = !raw.run,
		.noise = 0.005,
		.drift = raw.noisy ? 1.2 : 1,
		.slower = raw.slower,
		.slower_mode = raw.slower_mode,
		.invalid = raw.invalid,
		.sessions = 2000,
		.no_leak = raw.no_leak ? "churn" : NULL,
	};
	if (fixture_write(&f, argv[first]) < 0)
		err(3, "%s", argv[first]);
	return 0;
}

#include "bench/judge/compare.h"

#include <err.h>
#include <stdio.h>

#include "bench/command/command.h"
#include "bench/spawn.h"
#include "bench/tell/report.h"

enum fail { FAIL_WORSE, FAIL_DIFFERS, FAIL_NEVER };

/* Whether B fails by what was asked for. */
static bool fails(const struct comparison *c, size_t on)
{
	if (on == FAIL_NEVER)
		return false;
	return !c->sound || compare_count(c, VERDICT_WORSE) ||
	       (on == FAIL_DIFFERS && compare_count(c, VERDICT_BETTER));
}

static int compare(const char *a, const char *b, bool json, size_t fail_on)
{
	const char *const folder[2] = { a, b };
	struct judged *j[2] = { NULL };
	struct run run[2];
	struct comparison c;
	char why[CELLS_WHY];
	int status = 3;
	size_t n = 0;

	for (; n < 2; n++) {
		if (run_read(&run[n], folder[n], why) < 0) {
			warnx("%s", why);
			goto out;
		}
		j[n] = judge_run(&run[n]);
		if (!j[n])
			err(3, "cannot judge");
	}
	if (compare_runs(&c, j[0], j[1]) < 0)
		err(3, "cannot compare");
	spawn_heed_signals();
	report_compare(&c, json, stdout);
	status = fails(&c, fail_on);
	compare_release(&c);
out:
	for (size_t i = 0; i < n; i++) {
		judge_free(j[i]);
		run_close(&run[i]);
	}
	return command_end(status);
}

int command_compare(int argc, char *argv[], const struct programs *p)
{
	static const char *const fail_names[] = { "worse", "differs", "never",
						  NULL };
	struct raw {
		size_t fail_on, format;
		bool help;
	} raw = { .fail_on = FAIL_NEVER };
	const struct opt table[] = {
		{ "fail-on", OPT_CHOICE, offsetof(struct raw, fail_on), "WHAT",
		  .choices = fail_names,
		  .help = "exit 1 if B is worse (or better, too), leaks what\n"
			  "did not, or if a run is INVALID or INCOMPLETE or\n"
			  "lacks what the other has (default never):" },
		{ "format", OPT_CHOICE, offsetof(struct raw, format), "NAME",
		  .choices = command_formats,
		  .help = "of what is printed (default text):" },
		{ "help", OPT_HELP, offsetof(struct raw, help),
		  .help = "print this and exit" },
		{ 0 },
	};
	int first = command_options(table, argc, argv, &raw, &raw.help,
				    "usage: forkbench compare [options] A B\n"
				    "\n"
				    "Judges the stored run B against A: how "
				    "each level's ratio to "
				    "its baseline changed.\n\n",
				    2, "results/A results/B");

	(void)p;
	return compare(argv[first], argv[first + 1], raw.format == COMMAND_JSON,
		       raw.fail_on);
}

#include <err.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/judge/compare.h"
#include "bench/judge/listing.h"
#include "bench/options.h"
#include "bench/tell/report.h"
#include "bench/tell/tell_compare.h"
#include "bench/tell/tell_list.h"

/* What was told must have arrived. Returns the exit status. */
static int told(int rc, int status)
{
	if (rc == 0 && fflush(stdout) == 0)
		return status;
	warn("cannot write to stdout");
	return command_status(3);
}

int command_report(int argc, char *argv[], const struct run_programs *programs)
{
	struct options_report o = options_report(argc, argv);
	struct run_status status;
	char why[REPORT_WHY];
	int rc;

	(void)programs;
	rc = o.format == REPORT_TEXT ?
		     report_render(o.dir, o.dir, SCRIPTS_DIR, stdout, &status,
				   why) :
		     report_print(o.dir, o.format, stdout, &status, why);
	if (rc < 0) {
		warnx("%s", why);
		return command_status(3);
	}
	return told(0, status.state == RUN_INVALID);
}

/* Whether B fails by what was asked for. */
static bool fails(const struct comparison *c, enum compare_fail on)
{
	if (on == COMPARE_NEVER)
		return false;
	return !compare_is_sound(c) || compare_count(c, VERDICT_WORSE) ||
	       (on == COMPARE_DIFFERS && compare_count(c, VERDICT_BETTER));
}

static int compare(const struct options_compare *o, struct judged pair[2])
{
	struct comparison c = { 0 };
	char why[LOAD_WHY];
	int status = 3;

	if (judged_load(o->a, &pair[0], why) < 0 ||
	    judged_load(o->b, &pair[1], why) < 0)
		warnx("%s", why);
	else if (compare_runs(&pair[0], &pair[1], &c) < 0)
		warn("cannot compare");
	else
		status = told(o->json ? tell_compare_json(&c, stdout) :
					tell_compare(&c, stdout),
			      fails(&c, o->fail_on));
	compare_release(&c);
	return status;
}

int command_compare(int argc, char *argv[], const struct run_programs *programs)
{
	struct options_compare o = options_compare(argc, argv);
	struct judged *pair = calloc(2, sizeof(*pair));
	int status;

	(void)programs;
	if (!pair)
		err(3, "cannot compare");
	status = compare(&o, pair);
	judged_release(&pair[0]);
	judged_release(&pair[1]);
	free(pair);
	return status;
}

int command_list(int argc, char *argv[], const struct run_programs *programs)
{
	struct options_list o = options_list(argc, argv);
	struct listing listing;
	char why[LOAD_WHY];
	int status = 3;

	(void)programs;
	if (listing_read(o.dir, &listing, why) < 0)
		warnx("%s", why);
	else
		status = told(o.json ? tell_list_json(&listing, stdout) :
				       tell_list(&listing, stdout),
			      0);
	listing_release(&listing);
	return status;
}

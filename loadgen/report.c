#include "loadgen/report.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "loadgen/hgrm.h"
#include "loadgen/tell_json.h"
#include "loadgen/tell_text.h"

static void check_file(const char *option, const char *path)
{
	struct stat st;
	struct file f;

	if (!path)
		return;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		errx(3, "--%s %s: is a folder; give a file", option, path);
	if (file_open(&f, path) < 0)
		errx(3, "--%s %s: cannot be written: %s; give another", option,
		     path, strerror(errno));
	file_abort(&f);
}

static void check_folder(const char *option, const char *path)
{
	if (path && mkdir(path, 0777) < 0 && errno != EEXIST)
		errx(3, "--%s %s: cannot be made: %s; give another", option,
		     path, strerror(errno));
	if (path && access(path, W_OK | X_OK) < 0)
		errx(3, "--%s %s: cannot be written: %s; give another", option,
		     path, strerror(errno));
}

void report_check(const struct options *o)
{
	check_file("json", o->json);
	check_file("hlog", o->hlog);
	check_folder("hgrm", o->hgrm);
}

/* Whether it could be written; 3 is its exit status if not. */
static int checked(int rc, const char *path)
{
	if (rc < 0)
		warn("cannot write %s", path);
	return rc < 0 ? 3 : 0;
}

static int write_files(struct run *r, bool in_place)
{
	const struct options *o = r->o;
	int rc = 0;

	if (o->hgrm && !in_place)
		rc |= checked(hgrm_write_all(&r->result, o->hgrm), o->hgrm);
	if (o->hlog && file_is_in_place(o->hlog) == in_place)
		rc |= checked(interval_write_log(&r->interval, o->hlog),
			      o->hlog);
	if (o->json && file_is_in_place(o->json) == in_place)
		rc |= checked(tell_json_run(r, o->json), o->json);
	return rc;
}

FILE *report_summary(bool stdout_is_taken, const char *json, const char *hlog)
{
	return stdout_is_taken || (json && file_is_stdout(json)) ||
			       (hlog && file_is_stdout(hlog)) ?
		       stderr :
		       stdout;
}

/* What may wait for a reader comes last: a signal then ends the program. */
static int write_all(struct run *r)
{
	const struct options *o = r->o;
	int rc = write_files(r, false);

	crew_heed_signals();
	if (r->interval.lost) {
		warnx("cannot write %ju interval lines to stdout: %s",
		      (uintmax_t)r->interval.lost,
		      r->interval.lost_errno == EAGAIN ?
			      "nobody reads it" :
			      strerror(r->interval.lost_errno));
		rc = 3;
	}
	if (!o->quiet)
		tell_text(r, report_summary(o->interval_ns, o->json, o->hlog));
	if (fflush(stdout) != 0)
		rc = checked(-1, "to stdout");
	return rc | write_files(r, true);
}

/* Whether the figures are those of the load asked for, and good enough. */
static bool is_good(const struct run *r)
{
	const struct thresholds *t = &r->o->thresholds;

	for (size_t i = 0; i < t->count; i++)
		if (condition_look(&t->condition[i], &r->result).what !=
		    CONDITION_MET)
			return false;
	return r->result.verdict.status != VERDICT_INVALID &&
	       r->result.sum->served;
}

int report(struct run *r)
{
	int rc = write_all(r);

	if (r->outcome.interrupted_by)
		return 128 + r->outcome.interrupted_by;
	if (rc)
		return rc;
	return is_good(r) ? 0 : 1;
}

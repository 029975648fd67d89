#include "bench/tell/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/judge/judged.h"
#include "bench/plain.h"
#include "bench/tell/tell_html.h"
#include "bench/tell/tell_json.h"
#include "bench/tell/tell_markdown.h"
#include "bench/tell/tell_openmetrics.h"
#include "bench/tell/tell_terminal.h"
#include "bench/tell/tell_tsv.h"
#include "bench/tell/words.h"
#include "lib/file.h"

_Static_assert((int)REPORT_WHY >= (int)LOAD_WHY &&
		       (int)REPORT_WHY >= (int)PLOTS_WHY,
	       "a reason fits");

const char *const report_formats[] = {
	[REPORT_TEXT] = "text",
	[REPORT_JSON] = "json",
	[REPORT_OPENMETRICS] = "openmetrics",
	NULL,
};

typedef int (*teller)(const struct tell *t, FILE *out);

static int write_file(const struct tell *t, const char *name, teller tell,
		      char why[REPORT_WHY])
{
	char path[PATH_MAX] = "";
	struct file f;

	words_add(path, sizeof(path), "%s/%s", t->run->path, name);
	if (file_open(&f, path) < 0)
		goto fail;
	if (tell(t, f.out) < 0) {
		file_abort(&f);
		goto fail;
	}
	if (file_commit(&f) == 0)
		return 0;
fail:
	snprintf(why, REPORT_WHY, "cannot write %.300s: %s", path,
		 strerror(errno));
	return -1;
}

static int write_files(const struct tell *t, char why[REPORT_WHY])
{
	static const struct {
		const char *name;
		teller tell;
	} files[] = {
		{ "summary.tsv", tell_tsv },
		{ "summary.json", tell_json },
		{ "report.md", tell_markdown },
		{ "report.html", tell_html },
	};
	int rc = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (write_file(t, files[i].name, files[i].tell, why) < 0)
			rc = -1;
	return rc;
}

/* Everything that follows from a judged run; one failure stops no other. */
static int tell_all(struct tell *t, const char *scripts_dir,
		    const char *shown_path, FILE *out, char why[REPORT_WHY])
{
	struct findings *findings = calloc(1, sizeof(*findings));
	struct plots *plots = calloc(1, sizeof(*plots));
	int rc = -1;

	if (!findings || !plots) {
		snprintf(why, REPORT_WHY, "out of memory");
		goto out;
	}
	findings_make(t->run, t->j, findings);
	t->findings = findings;
	t->plots = plots;
	rc = plots_draw(t->run, t->j, scripts_dir, plots, why);
	if (write_files(t, why) < 0)
		rc = -1;
	if (tell_terminal(t, shown_path, out) < 0) {
		snprintf(why, REPORT_WHY, "cannot print the report: %s",
			 strerror(errno));
		rc = -1;
	}
out:
	free(findings);
	free(plots);
	return rc;
}

/* Loads and judges. To be freed with forget(); NULL with why. */
static struct judged *judge(const char *dir, char why[REPORT_WHY])
{
	struct judged *judged = calloc(1, sizeof(*judged));

	if (!judged) {
		snprintf(why, REPORT_WHY, "out of memory");
		return NULL;
	}
	if (judged_load(dir, judged, why) == 0)
		return judged;
	judged_release(judged);
	free(judged);
	return NULL;
}

static void forget(struct judged *judged)
{
	judged_release(judged);
	free(judged);
}

int report_render(const char *dir, const char *shown_path,
		  const char *scripts_dir, FILE *out, struct run_status *status,
		  char why[REPORT_WHY])
{
	struct judged *judged = judge(dir, why);
	struct tell t;
	int rc;

	if (!judged)
		return -1;
	t = (struct tell){ .run = &judged->run, .j = &judged->j };
	*status = judged->j.status;
	rc = tell_all(&t, scripts_dir, shown_path, out, why);
	if (rc < 0)
		plain_text(why);
	forget(judged);
	return rc;
}

int report_print(const char *dir, enum report_format format, FILE *out,
		 struct run_status *status, char why[REPORT_WHY])
{
	struct judged *judged = judge(dir, why);
	struct findings *findings = calloc(1, sizeof(*findings));
	struct tell t = { .findings = findings };
	int rc = -1;

	if (!judged)
		goto out;
	if (!findings) {
		snprintf(why, REPORT_WHY, "out of memory");
		goto out;
	}
	t.run = &judged->run;
	t.j = &judged->j;
	*status = t.j->status;
	findings_make(t.run, t.j, findings);
	rc = format == REPORT_JSON ? tell_json(&t, out) :
				     tell_openmetrics(&t, out);
	if (rc < 0)
		snprintf(why, REPORT_WHY, "cannot print the report: %s",
			 strerror(errno));
out:
	if (judged)
		forget(judged);
	free(findings);
	return rc;
}

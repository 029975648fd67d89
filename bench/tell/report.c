#include "bench/tell/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/tell/tell_html.h"
#include "bench/tell/tell_json.h"
#include "bench/tell/tell_markdown.h"
#include "bench/tell/tell_terminal.h"
#include "bench/tell/tell_tsv.h"
#include "bench/tell/words.h"
#include "lib/file.h"

_Static_assert((int)REPORT_WHY >= (int)LOAD_WHY &&
		       (int)REPORT_WHY >= (int)PLOTS_WHY,
	       "a reason fits");

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

int report_render(const char *dir, const char *shown_path,
		  const char *scripts_dir, FILE *out, struct run_status *status,
		  char why[REPORT_WHY])
{
	struct load_run *run = calloc(1, sizeof(*run));
	struct judgement j = { 0 };
	struct tell t = { .run = run, .j = &j };
	int rc = -1;

	if (!run) {
		snprintf(why, REPORT_WHY, "out of memory");
		return -1;
	}
	if (load_run(dir, run, why) < 0)
		goto out;
	if (judge_run(run, &j) < 0) {
		snprintf(why, REPORT_WHY, "out of memory");
		goto out;
	}
	*status = j.status;
	rc = tell_all(&t, scripts_dir, shown_path, out, why);
out:
	judge_release(&j);
	load_release(run);
	free(run);
	return rc;
}

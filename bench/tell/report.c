#include "bench/tell/report.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/json.h"
#include "bench/spawn.h"
#include "bench/tell/answers.h"
#include "bench/tell/compared.h"
#include "bench/tell/document.h"
#include "bench/tell/figures.h"
#include "bench/tell/html.h"
#include "bench/tell/markdown.h"
#include "bench/tell/summary.h"
#include "bench/tell/text.h"
#include "lib/file.h"

/* What a document of a run is built from. */
struct source {
	const struct judged *j;
	const struct figures *figures; /* without any, where none were drawn */
	const struct answers *answers;
	const char *shown; /* in front of the files' names, or NULL */
};

static bool is_ordered(const struct judged_arm *a)
{
	return factors[a->arm->experiment->factor].ordered;
}

static const char *name_of(const struct judged_arm *a, size_t level)
{
	return a->arm->level[level].name;
}

/* --- the first screen ------------------------------------------------------ */

static bool zombies_known(const struct judged *j, const struct judged_arm *a)
{
	char left[ANSWER_BYTES];

	for (size_t l = 0; l < a->arm->levels; l++)
		if (answers_left(j, a, l, left))
			return true;
	return false;
}

/* The baseline's own figure, the others' ratio, else their own figure. */
static void put_first_cell(struct document *d, const struct judged_arm *a,
			   int metric, size_t l)
{
	const struct effect *e = &a->effect[metric][l];
	char ratio[WORDS], value[METRIC_WORDS];

	metric_words((enum metric_id)metric, e->median, value);
	words_ratio(&e->ratio, ratio);
	document_cell(d, compared_tone(e->verdict), "%s",
		      l && *ratio ? ratio : value);
}

static void put_left(struct document *d, const struct judged *j,
		     const struct judged_arm *a, size_t l)
{
	char left[ANSWER_BYTES];

	answers_left(j, a, l, left);
	document_cell(d,
		      strcmp(left, "none") == 0 ? TONE_GOOD :
		      *left			? TONE_BAD :
						  TONE_NONE,
		      "%s", left);
}

static void put_first_table(struct document *d, const struct judged *j,
			    const struct judged_arm *a)
{
	bool zombies = zombies_known(j, a);
	int metric[METRIC_COUNT];
	size_t n = answers_primaries(a, metric);

	if (n > DOCUMENT_COLUMNS - 2)
		n = DOCUMENT_COLUMNS - 2;
	if (is_ordered(a) || (!n && !zombies))
		return; /* a curve has its table in its section */
	document_table(d, "%s: medians of %s; of the others, ratios to it",
		       a->arm->experiment->name, name_of(a, 0));
	document_column(d, false, "%s", "");
	for (size_t i = 0; i < n; i++)
		document_column(d, false, "%s", metrics[metric[i]].title);
	if (zombies)
		document_column(d, false, "children left as zombies");
	for (size_t l = 0; l < a->arm->levels; l++) {
		if (a->arm->level[l].aa)
			continue;
		document_cell(d, TONE_NONE, "%s", name_of(a, l));
		for (size_t i = 0; i < n; i++)
			put_first_cell(d, a, metric[i], l);
		if (zombies)
			put_left(d, j, a, l);
	}
}

static size_t put_pictures(struct document *d, const struct source *s,
			   const char *experiment, bool first)
{
	size_t before = d->parts;

	for (size_t i = 0; i < s->figures->count; i++) {
		const struct figure *f = &s->figures->figure[i];

		if (strcmp(f->experiment, experiment) == 0 &&
		    (*experiment ||
		     first == (strcmp(f->name, "verdicts") == 0))) {
			document_pair(d, PART_PICTURE, TONE_NONE, f->alt,
				      f->name);
			document_only(d, IN_FILES);
		}
	}
	return d->parts - before;
}

static void put_first(struct document *d, const struct source *s)
{
	const struct judged_arm *a = answers_main(s->j);
	const struct judged *j = s->j;

	document_title(d, "%s", j->run->id);
	document_pair(d, PART_STATUS, compared_state_tone(j->state),
		      run_state_names[j->state], s->answers->line);
	for (size_t i = 0; i < j->reasons; i++)
		document_add(d, PART_ITEM, TONE_NONE, "%s", j->reason[i]);
	if (*s->answers->remedy)
		document_add(d, PART_ITEM, TONE_NONE, "%s", s->answers->remedy);
	if (a)
		put_first_table(d, j, a);
	for (size_t i = 0; i < s->answers->count; i++)
		document_add(d, PART_PARAGRAPH, TONE_NONE, "%s",
			     s->answers->answer[i]);
	put_pictures(d, s, "", true);
}

/* --- a section for each experiment ----------------------------------------- */

static void put_load(struct document *d, const struct judged_arm *a)
{
	const struct load *load = &a->arm->load;
	char text[ANSWER_BYTES] = "", count[METRIC_WORDS];

	words_add(text, sizeof(text), "In a cell: %s sessions",
		  words_count((double)load->sessions, count));
	if (load->hold)
		words_add(text, sizeof(text), " held, then all closed at once");
	else
		words_add(text, sizeof(text), ", %s at once",
			  words_count((double)load->concurrency, count));
	if (load->warm)
		words_add(text, sizeof(text), ", after %s to warm up",
			  words_count((double)load->warm, count));
	if (load->rst)
		words_add(text, sizeof(text), ", ended by RST");
	document_add(d, PART_PARAGRAPH, TONE_NONE,
		     "It shows %s. %s. %u round%s.",
		     a->arm->experiment->question, text, a->rounds,
		     a->rounds == 1 ? "" : "s");
}

static void put_effect(struct document *d, const struct judged_arm *a,
		       int metric, size_t l)
{
	const struct effect *e = &a->effect[metric][l];
	char value[METRIC_WORDS], ratio[WORDS];

	metric_words((enum metric_id)metric, e->median, value);
	document_cell(d, TONE_NONE, "%s", name_of(a, l));
	document_cell(d, TONE_NONE, "%s", value);
	document_cell(d, TONE_NONE, "%s", words_ratio(&e->ratio, ratio));
	if (!isnan(e->ratio.mid))
		document_bar(d, &e->ratio);
	document_cell(d, compared_tone(e->verdict), "%s",
		      verdict_names[e->verdict]);
}

static void put_effects(struct document *d, const struct judged_arm *a)
{
	int metric[METRIC_COUNT];
	size_t n = answers_primaries(a, metric);

	if (!n)
		return;
	document_table(d, "%s: medians, and ratios to %s",
		       a->arm->experiment->name, name_of(a, 0));
	document_column(d, false, "%s",
			factors[a->arm->experiment->factor].name);
	document_column(d, true, "median");
	document_column(d, false, "ratio to %s", name_of(a, 0));
	document_column(d, false, "verdict");
	for (size_t i = 0; i < n; i++) {
		document_group(d, "%s", metrics[metric[i]].title);
		document_bars(d, metrics[metric[i]].better == BETTER_LOWER);
		for (size_t l = 0; l < a->arm->levels; l++)
			put_effect(d, a, metric[i], l);
	}
}

/* What the last row of a curve holds. */
static void put_fit_name(struct document *d, const struct judged_arm *a)
{
	enum fit fit = a->arm->experiment->fit;

	if (fit == FIT_POWER || fit == FIT_KNEE)
		document_cell(d, TONE_NONE, "%s",
			      fit == FIT_KNEE ? "the knee" :
						"grows with the power");
	else
		document_cell(d, TONE_NONE, "for every %s more",
			      words_slope_unit(a));
}

/* Medians at each level, and in a curve's last row what is told of it. */
static void put_curve(struct document *d, const struct judged_arm *a)
{
	const struct experiment *e = a->arm->experiment;
	int metric[METRIC_COUNT];
	size_t n = answers_primaries(a, metric);
	char words[WORDS], value[METRIC_WORDS];

	if (n > DOCUMENT_COLUMNS - 1)
		n = DOCUMENT_COLUMNS - 1;
	if (!n)
		return;
	document_table(d, "%s: medians%s", e->name,
		       e->fit == FIT_SLOPE ? ", and the slope" : "");
	document_column(d, false, "%s", factors[e->factor].name);
	for (size_t i = 0; i < n; i++)
		document_column(d, false, "%s", metrics[metric[i]].title);
	for (size_t l = 0; l < a->arm->levels; l++) {
		const struct level *level = &a->arm->level[l];
		bool last = l + 1 == a->arm->levels ||
			    level[1].curve != level->curve;

		if (*level->series && (!l || level[-1].curve != level->curve))
			document_group(d, "%s", level->series);
		document_cell(d, TONE_NONE, "%s", level_word(level));
		for (size_t i = 0; i < n; i++) {
			metric_words((enum metric_id)metric[i],
				     a->effect[metric[i]][l].median, value);
			document_cell(d, TONE_NONE, "%s", value);
		}
		if (!last || e->fit == FIT_NONE)
			continue;
		put_fit_name(d, a);
		for (size_t i = 0; i < n; i++)
			document_cell(d, TONE_NONE, "%s",
				      words_fit(a, metric[i], level->curve,
						words));
	}
}

static void put_per_session(struct document *d, double count)
{
	if (isnan(count))
		document_cell(d, TONE_NONE, "%s", "");
	else
		document_cell(d, TONE_NONE, "%.2f", count);
}

/* What each mode makes the kernel do. */
static void put_counts(struct document *d, const struct judged_arm *a)
{
	static const int counts[] = {
		METRIC_PARENT_CALLS,	METRIC_CHILD_CALLS,
		METRIC_PARENT_SWITCHES, METRIC_CHILD_SWITCHES,
		METRIC_PARENT_FAULTS,	METRIC_CHILD_FAULTS,
	};
	enum { COUNTS = sizeof(counts) / sizeof(counts[0]) };

	document_table(d, "%s per session: medians", a->arm->experiment->name);
	document_column(d, false, "%s", "");
	for (size_t i = 0; i < COUNTS; i++)
		document_column(d, true, "%s", metrics[counts[i]].title);
	document_column(d, true, "%s", metrics[METRIC_HANDLER_CALLS].title);
	for (size_t l = 0; l < a->arm->levels; l++) {
		document_cell(d, TONE_NONE, "%s", name_of(a, l));
		for (size_t i = 0; i < COUNTS; i++)
			put_per_session(d, a->effect[counts[i]][l].median);
		put_per_session(d, answers_handler_calls(a, l));
	}
}

/* Where pictures show the figures, a page has no table of them. */
static void put_experiments(struct document *d, const struct source *s)
{
	const struct judged *j = s->j;
	size_t tables;

	for (size_t i = 0; i < j->arms; i++) {
		const struct judged_arm *a = &j->arm[i];

		document_add(d, PART_HEADING, TONE_NONE, "%s",
			     a->arm->experiment->title);
		put_load(d, a);
		tables = d->parts;
		if (is_ordered(a))
			put_curve(d, a);
		else
			put_effects(d, a);
		if (a->arm->experiment->procedure == PROCEDURE_COUNTED &&
		    a->used)
			put_counts(d, a);
		if (s->figures->count && d->parts > tables)
			document_only(d, IN_TERMINAL);
		if (!put_pictures(d, s, a->arm->experiment->name, false) &&
		    s->figures->count && d->parts > tables) {
			document_add(d, PART_PARAGRAPH, TONE_NONE,
				     "The first picture has its ratios, "
				     "summary.tsv its figures.");
			document_only(d, IN_FILES);
		}
	}
}

/* --- zombies --------------------------------------------------------------- */

/* A count of each cell: "0", "61–204". */
static void put_range(struct document *d, const struct zombie_count *z)
{
	char low[METRIC_WORDS], high[METRIC_WORDS];

	words_count(z->left_min, low);
	words_count(z->left_max, high);
	document_cell(d, z->leaks ? TONE_BAD : TONE_NONE, "%s%s%s", low,
		      z->left_max > z->left_min ? "–" : "",
		      z->left_max > z->left_min ? high : "");
}

static void put_count(struct document *d, double count)
{
	char words[METRIC_WORDS];

	words_count(count, words);
	document_cell(d, TONE_NONE, "%s", *words ? words : "n/a");
}

static void put_zombie_row(struct document *d, const struct judged_arm *a,
			   size_t l)
{
	const struct zombie_count *z = &a->zombies[l];
	bool once = strcmp(a->arm->level[l].subject, "waitpid-once") == 0;
	char peak[METRIC_WORDS];

	document_cell(d, TONE_NONE, "%s", name_of(a, l));
	put_range(d, z);
	document_cell(d, TONE_NONE, "%s", words_count(z->peak_max, peak));
	put_count(d, z->forks);
	put_count(d, rint(z->share * z->forks));
	put_count(d, z->handler_calls);
	put_count(d, once ? z->forks - z->handler_calls : NAN);
}

static bool has_count(const struct judged_arm *a, size_t l)
{
	return a->zombies[l].cells && !isnan(a->zombies[l].left_max) &&
	       !a->arm->level[l].aa;
}

static void put_zombie_rows(struct document *d, const struct judged_arm *a)
{
	bool begun = false;

	for (size_t l = 0; l < a->arm->levels; l++) {
		if (!has_count(a, l))
			continue;
		if (!begun)
			document_group(d, "%s", a->arm->experiment->name);
		begun = true;
		put_zombie_row(d, a, l);
	}
}

/* Both sides of waitpid-once stand in a row: left in all, forks − calls. */
static void put_zombies(struct document *d, const struct judged *j)
{
	bool any = false;

	for (size_t i = 0; i < j->arms; i++)
		for (size_t l = 0; l < j->arm[i].arm->levels; l++)
			any |= has_count(&j->arm[i], l);
	if (!any)
		return;
	document_add(d, PART_HEADING, TONE_NONE, "Zombies");
	document_table(d, "zombies: the kernel's count of what a cell left, "
			  "and the server's counters over all cells");
	document_column(d, false, "%s", "");
	document_column(d, true, "left in a cell");
	document_column(d, true, "most at once");
	document_column(d, true, "forks");
	document_column(d, true, "left in all");
	document_column(d, true, "handler calls");
	document_column(d, true, "forks − handler calls");
	for (size_t i = 0; i < j->arms; i++)
		put_zombie_rows(d, &j->arm[i]);
}

/* --- trust, machine, files ------------------------------------------------- */

static void put_doubts(struct document *d, const struct source *s)
{
	document_add(d, PART_HEADING, TONE_NONE, "Doubts");
	for (size_t i = 0; i < s->answers->doubts; i++)
		document_add(d, PART_ITEM, TONE_NONE, "%s",
			     s->answers->doubt[i]);
	if (!s->answers->doubts)
		document_add(d, PART_PARAGRAPH, TONE_NONE,
			     "No cell broke a rule of validity.");
	put_pictures(d, s, "", false);
}

static const char *fact(const struct run *r, const char *group, const char *key)
{
	const char *text = json_string_value(
		json_object_get(json_object_get(r->env, group), key));

	return text ? text : "";
}

/* What doctor did not like. */
static void put_doctor(struct document *d, const struct run *r)
{
	json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(r->env, "doctor"), i, finding)
	{
		const char *check = "", *level = "", *value = "", *fix = "";

		if (json_unpack(finding, "{s?s s?s s?s s?s}", "check", &check,
				"level", &level, "value", &value, "fix",
				&fix) == 0 &&
		    strcmp(level, "ok") != 0)
			document_add(d, PART_ITEM, TONE_DOUBT,
				     "doctor: %s %s%s%s", check, value,
				     *fix ? "; " : "", fix);
	}
}

static void put_machine(struct document *d, const struct run *r)
{
	json_int_t cpus = json_integer_value(
		json_object_get(json_object_get(r->env, "host"), "cpus"));
	const char *under = fact(r, "host", "hypervisor");
	char text[ANSWER_BYTES] = "";

	document_add(d, PART_HEADING, TONE_NONE, "Machine");
	words_add(text, sizeof(text), "Linux %s, %s", fact(r, "host", "kernel"),
		  fact(r, "host", "machine"));
	if (*fact(r, "host", "cpu"))
		words_add(text, sizeof(text), ", %s", fact(r, "host", "cpu"));
	if (cpus > 0)
		words_add(text, sizeof(text),
			  ", %" JSON_INTEGER_FORMAT " CPU%s", cpus,
			  cpus == 1 ? "" : "s");
	if (*under)
		words_add(text, sizeof(text), ", hypervisor: %s", under);
	if (*fact(r, "build", "commit"))
		words_add(text, sizeof(text), "; forkbench of commit %s",
			  fact(r, "build", "commit"));
	document_add(d, PART_PARAGRAPH, TONE_NONE, "%s. Started %s.",
		     *fact(r, "host", "kernel") ? text :
						  "The machine is not known",
		     r->started_utc);
	put_doctor(d, r);
}

static void put_files(struct document *d, const struct source *s)
{
	static const struct {
		const char *name, *what;
	} files[] = {
		{ "report.html", "this report, with pictures" },
		{ "plots/", "the pictures, as SVG and PNG" },
		{ "summary.tsv", "all figures and verdicts" },
		{ "summary.json", "the same, and the answers" },
		{ "cells.tsv", "every cell, with all that was measured" },
		{ "latency.hlog", "the histograms" },
		{ "zombies.tsv", "zombies over time" },
		{ "run.json", "what was run, and how to run it again" },
		{ "env.json", "all that is known of the machine" },
	};

	document_add(d, PART_HEADING, TONE_NONE, "Run it again");
	document_add(d, PART_CODE, TONE_NONE, "%s", s->j->run->config.rerun);
	document_add(d, PART_HEADING, TONE_NONE, "Files");
	if (s->shown)
		document_add(d, PART_PARAGRAPH, TONE_NONE, "In %s:", s->shown);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		document_pair(d, PART_FILE, TONE_NONE, files[i].what,
			      files[i].name);
}

static void build(struct document *d, const struct source *s)
{
	put_first(d, s);
	put_experiments(d, s);
	put_zombies(d, s->j);
	put_doubts(d, s);
	put_machine(d, s->j->run);
	put_files(d, s);
}

/* --- files ----------------------------------------------------------------- */

/* One file of a run: what it holds, told of a run or of its document. */
struct target {
	const char *name;
	int (*of_run)(const struct judged *j, FILE *out);
	int (*of_document)(const struct document *d, FILE *out);
};

static int write_file(const struct target *t, const struct judged *j,
		      const struct document *d, const char *folder)
{
	char path[PATH_MAX];
	struct file f;
	int rc, length = snprintf(path, sizeof(path), "%s/%s", folder, t->name);

	if (length < 0 || (size_t)length >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (file_open(&f, path) < 0)
		return -1;
	rc = t->of_run	    ? t->of_run(j, f.out) :
	     t->of_document ? t->of_document(d, f.out) :
			      html_write(d, folder, f.out);
	if (rc == 0)
		return file_commit(&f);
	file_abort(&f);
	return -1;
}

/* Keeps the first reason. */
static void fail(char why[REPORT_WHY], const char *what, const char *reason)
{
	if (!*why)
		snprintf(why, REPORT_WHY, "cannot %s: %.500s", what, reason);
}

static void write_files(const struct judged *j, const struct document *d,
			const char *folder, char why[REPORT_WHY])
{
	static const struct target targets[] = {
		{ "summary.json", summary_json, NULL },
		{ "summary.tsv", summary_tsv, NULL },
		{ "report.md", NULL, markdown_write },
		{ "report.html", NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		char what[320];

		snprintf(what, sizeof(what), "write %.256s/%s", folder,
			 targets[i].name);
		if (write_file(&targets[i], j, d, folder) < 0)
			fail(why, what, strerror(errno));
	}
}

static int print_text(struct source s, FILE *out)
{
	struct document d = { 0 };
	int rc;

	build(&d, &s);
	rc = text_write(&d, out);
	document_release(&d);
	return rc;
}

int report_write(const struct judged *j, const char *folder, const char *shown,
		 FILE *out, char why[REPORT_WHY])
{
	struct figures *figures = calloc(1, sizeof(*figures));
	struct answers *answers = calloc(1, sizeof(*answers));
	struct source s = { j, figures, answers, NULL };
	struct document d = { 0 };
	char reason[FIGURES_WHY] = "";

	*why = '\0';
	if (!figures || !answers) {
		fail(why, "make the report", strerror(ENOMEM));
		goto out;
	}
	answers_make(j, answers);
	figures_choose(j, answers, figures);
	if (figures_draw(j, figures, folder, reason) < 0) {
		fail(why, "draw the pictures", reason);
		figures->count = 0;
	}
	build(&d, &s);
	write_files(j, &d, folder, why);
	s.shown = shown;
	spawn_heed_signals();
	/* That the stream failed, whoever ends the command says. */
	if (print_text(s, out) < 0 && !ferror(out))
		fail(why, "print the report", strerror(errno));
	plain_text(why);
out:
	document_release(&d);
	free(figures);
	free(answers);
	return *why ? -1 : 0;
}

int report_print(const struct judged *j, enum report_format format, FILE *out)
{
	struct figures *none = calloc(1, sizeof(*none));
	struct answers *answers = calloc(1, sizeof(*answers));
	struct document d = { 0 };
	int rc = -1;

	if (format == REPORT_JSON)
		rc = summary_json(j, out);
	else if (format == REPORT_TSV)
		rc = summary_tsv(j, out);
	else if (none && answers) {
		answers_make(j, answers);
		build(&d, &(struct source){ j, none, answers, NULL });
		rc = format == REPORT_TEXT ? text_write(&d, out) :
					     markdown_write(&d, out);
	}
	document_release(&d);
	free(none);
	free(answers);
	return rc;
}

int report_compare(const struct comparison *c, bool json, FILE *out)
{
	struct document d = { 0 };
	int rc;

	if (json)
		return compared_json(c, out);
	compared_document(c, &d);
	rc = text_write(&d, out);
	document_release(&d);
	return rc;
}

int report_list(const struct listing *l, bool json, FILE *out)
{
	struct document d = { 0 };
	int rc;

	if (json)
		return listing_json(l, out);
	listing_document(l, &d);
	rc = text_write(&d, out);
	document_release(&d);
	return rc;
}

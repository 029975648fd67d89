#include "bench/tell/tell_html.h"

#include <errno.h>
#include <stdlib.h>

#include "bench/tell/tables.h"
#include "bench/tell/tables_trust.h"
#include "bench/tell/tell_html_parts.h"
#include "bench/tell/tell_html_style.h"
#include "bench/tell/tell_html_top.h"

static void put_findings(const struct tell *t, struct html *h)
{
	html_section(h, "Findings");
	fputs("<ul>\n", h->out);
	for (size_t i = 0; i < t->findings->n; i++)
		html_said(h, "li", t->findings->list[i]);
	fputs("</ul>\n", h->out);
}

/* All but the one that stands on the first screen. */
static int put_pictures(const struct tell *t, struct html *h)
{
	bool begun = false;

	for (size_t i = 0; i < t->plots->n; i++) {
		const struct plot *p = &t->plots->list[i];

		if (p->page)
			continue;
		if (!begun)
			html_section(h, "Pictures");
		begun = true;
		if (html_picture(h, t, p) < 0)
			return -1;
	}
	return 0;
}

static void put_manual(struct html *h)
{
	html_section(h, "How to read it");
	fputs("<dl>\n"
	      "<dt>VALID, NOISY, INCOMPLETE, INVALID</dt><dd>Noisy: the "
	      "baseline, measured twice a round, differs from itself; by "
	      "chance so does about one quiet run of six; or most cells used "
	      "are suspect. Incomplete: "
	      "stopped before the last round. Invalid: a cell broke a validity "
	      "rule, and again when it was repeated.</dd>\n"
	      "<dt>ratio [95 % CI]</dt><dd>The mode over the baseline of the "
	      "same round: the Hodges–Lehmann estimate over all rounds and its "
	      "exact signed-rank interval. It needs 6 rounds.</dd>\n"
	      "<dt>margin</dt><dd>What a difference must exceed: 3 %, or as "
	      "far as the baseline’s interval against itself (A/A) "
	      "reaches.</dd>\n"
	      "<dt>better, worse, same, too close to call</dt><dd>The interval "
	      "lies wholly outside the margin, on one side or the other; "
	      "within 3 %, whatever the margin; or neither. No CI: fewer than "
	      "6 rounds; no A/A CI: too few to know the margin.</dd>\n"
	      "<dt>zombies left</dt><dd>Dead children that nobody has waited "
	      "for, after the load has ended and the daemon is quiet. Any "
	      "above 0 is a leak.</dd>\n"
	      "<dt>peak, lifetime</dt><dd>From samples: not given where too "
	      "few were taken while children exited.</dd>\n"
	      "<dt>percentiles</dt><dd>In tables: the median of the rounds’ "
	      "percentiles. Lines in pictures: all rounds merged. Only where "
	      "at least 10 samples lie beyond.</dd>\n"
	      "<dt>outlier</dt><dd>A cell whose figure lies more than 8 "
	      "standard deviations, and 10 %, from the median of its rounds; "
	      "the deviation is 1.4826 times the median distance from that "
	      "median. It is named and used.</dd>\n"
	      "<dt>-</dt><dd>Not measured.</dd>\n</dl>\n",
	      h->out);
}

/* What follows the first screen, in this order. */
static int put_sections(const struct tell *t, struct html *h)
{
	put_findings(t, h);
	if (html_table(h, "Zombies",
		       "Most at once; left at the end; forks and handler calls "
		       "of the round that left most",
		       tables_zombies(t->run, t->j)) < 0 ||
	    put_pictures(t, h) < 0 ||
	    html_table(h, "Cells in doubt",
		       "Cells that broke a validity rule, and why",
		       tables_doubts(t->run)) < 0 ||
	    html_table(h, "Outliers: flagged, not dropped",
		       "Cells that stray from the other rounds of their place; "
		       "their figures count like any other",
		       tables_outliers(t->j)) < 0 ||
	    html_table(h, "Rules of validity",
		       "Declared before anything is measured. An invalid cell "
		       "is run once more; a suspect one is used and named. "
		       "Cells: how many of this run broke the rule, warm-ups "
		       "and first tries among them",
		       tables_rules(t->run)) < 0 ||
	    html_table(h, "Load", "What each experiment ran",
		       tables_loads(t->run)) < 0 ||
	    html_table(h, "Environment", "What can change a figure (env.json)",
		       tables_environment(t->run)) < 0)
		return -1;
	put_manual(h);
	return html_table(h, "All figures",
			  "Every figure as plain numbers, as in summary.tsv",
			  tables_figures(t->run, t->j));
}

/* Nothing may be loaded or run; an empty icon saves the browser the question. */
static void put_head(const struct tell *t, const struct html *h)
{
	fputs("<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
	      "<meta http-equiv=Content-Security-Policy content=\"default-src "
	      "'none'; img-src data:; style-src 'unsafe-inline'\">\n"
	      "<meta name=viewport content=\"width=device-width, "
	      "initial-scale=1\">\n<meta name=color-scheme "
	      "content=\"light dark\">\n<link rel=icon href=\"data:,\">\n"
	      "<title>",
	      h->out);
	html_text(h, t->run->name);
	fprintf(h->out, ": %s</title>\n<style>\n%s</style></head>\n<body>",
		status_name(t->j->status.state), tell_html_style);
}

/* The sections are written first: the list of them stands above. */
int tell_html(const struct tell *t, FILE *out)
{
	char *text = NULL;
	size_t bytes = 0;
	struct html page = { .out = out };
	struct html sections = { .out = open_memstream(&text, &bytes) };
	int rc = -1;

	if (!sections.out)
		return -1;
	rc = put_sections(t, &sections);
	if (fclose(sections.out) == EOF)
		rc = -1;
	if (rc == 0) {
		put_head(t, &page);
		fputs("<main>\n", out);
		rc = html_top(&page, t);
		html_contents(&page, &sections);
		fwrite(text, 1, bytes, out);
		fputs("</main></body></html>\n", out);
	}
	free(text);
	return rc < 0 || ferror(out) ? -1 : 0;
}

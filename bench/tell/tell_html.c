#include "bench/tell/tell_html.h"

#include <errno.h>

#include "bench/tell/tables.h"
#include "bench/tell/tell_html_style.h"
#include "bench/tell/words.h"
#include "lib/base64.h"

static const char *const tones[] = {
	[TONE_PLAIN] = "",  [TONE_DIM] = "dim",	    [TONE_GOOD] = "good",
	[TONE_BAD] = "bad", [TONE_DOUBT] = "doubt",
};

static void put_text(const char *text, FILE *out)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(*text, out);
		}
}

static void put_element(const char *tag, const char *text, FILE *out)
{
	fprintf(out, "<%s>", tag);
	put_text(text, out);
	fprintf(out, "</%s>\n", tag);
}

static void put_cell(const struct table_cell *cell, bool right, FILE *out)
{
	fprintf(out, "<td class=\"%s %s\">", right ? "r" : "",
		tones[cell->tone]);
	if (cell->rgb)
		fprintf(out, "<i class=mode style=\"background:%s\"></i>",
			cell->rgb);
	put_text(cell->text, out);
	fputs("</td>", out);
}

static void put_row(const struct table *t, size_t i, FILE *out)
{
	if (t->cells[i].group) {
		fprintf(out, "<tr class=group><th scope=rowgroup colspan=%zu>",
			t->columns);
		put_text(t->cells[i].text, out);
		fputs("</th></tr>\n", out);
		return;
	}
	fputs("<tr>", out);
	for (size_t c = 0; c < t->columns; c++)
		put_cell(&t->cells[i + c], t->right[c], out);
	fputs("</tr>\n", out);
}

static void put_head(const struct table *t, size_t column, FILE *out)
{
	fprintf(out, "<th scope=col class=\"%s\">",
		t->right[column] ? "r" : "");
	put_text(t->heads[column], out);
	fputs("</th>", out);
}

/* The table under a heading, unless it is empty; releases it. */
static int put_table(const char *title, struct table t, FILE *out)
{
	bool failed = t.failed;

	if (!failed && t.n) {
		put_element("h2", title, out);
		fprintf(out, "<div class=wide><table%s>\n",
			t.prose ? " class=prose" : "");
		if (t.heads[0]) {
			fputs("<thead><tr>", out);
			for (size_t c = 0; c < t.columns; c++)
				put_head(&t, c, out);
			fputs("</tr></thead>\n", out);
		}
		fputs("<tbody>\n", out);
		for (size_t i = 0; i < t.n; i += table_row(&t, i))
			put_row(&t, i, out);
		fputs("</tbody></table></div>\n", out);
	}
	table_release(&t);
	if (failed)
		errno = ENOMEM;
	return failed ? -1 : 0;
}

static int put_picture(const struct tell *t, const struct plot *p, FILE *out)
{
	char path[PATH_MAX] = "";
	FILE *in;
	int rc;

	words_add(path, sizeof(path), "%s/plots/%s.svg", t->run->path, p->name);
	in = fopen(path, "re");
	if (!in)
		return -1;
	fputs("<figure><img alt=\"", out);
	put_text(p->title, out);
	fputs("\" src=\"data:image/svg+xml;base64,", out);
	rc = base64_copy(in, out);
	fclose(in);
	fputs("\"></figure>\n", out);
	return rc;
}

static void put_list(const char *text[], size_t n, FILE *out)
{
	fputs("<ul>\n", out);
	for (size_t i = 0; i < n; i++)
		put_element("li", text[i], out);
	fputs("</ul>\n", out);
}

static void put_status(const struct tell *t, FILE *out)
{
	static const char *const classes[] = {
		[RUN_VALID] = "good",
		[RUN_NOISY] = "doubt",
		[RUN_INCOMPLETE] = "doubt",
		[RUN_INVALID] = "bad",
	};
	const struct run_status *s = &t->j->status;
	const char *reasons[STATUS_REASONS];

	fprintf(out, "<h1><span class=\"status %s\">%s</span> ",
		classes[s->state], status_name(s->state));
	put_text(t->run->name, out);
	fputs("</h1>\n", out);
	for (size_t i = 0; i < s->n_reasons; i++)
		reasons[i] = s->reasons[i];
	if (s->n_reasons)
		put_list(reasons, s->n_reasons, out);
}

static int put_first_screen(const struct tell *t, FILE *out)
{
	const char *findings[FINDINGS];
	char machine[TITLE];

	put_status(t, out);
	for (size_t i = 0; i < t->findings->n; i++)
		findings[i] = t->findings->list[i];
	fputs("<div class=first><div>\n", out);
	put_list(findings, t->findings->n, out);
	fputs("</div><div>\n", out);
	if (t->plots->n && put_picture(t, &t->plots->list[0], out) < 0)
		return -1;
	fputs("</div></div>\n", out);
	if (put_table("Verdicts", tables_matrix(t->run, t->j), out) < 0)
		return -1;
	plots_machine(t->run, machine);
	put_element("p", machine, out);
	fputs("<p class=dim>Run it again:</p>\n", out);
	put_element("pre", t->run->rerun, out);
	return 0;
}

static void put_manual(FILE *out)
{
	fputs("<h2>How to read it</h2>\n<dl>\n"
	      "<dt>VALID, NOISY, INCOMPLETE, INVALID</dt><dd>Noisy: the "
	      "baseline, measured twice a round, differs from itself; by "
	      "chance so does about one quiet run of seven. Incomplete: "
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
	      "above "
	      "0 is a leak.</dd>\n"
	      "<dt>peak, lifetime</dt><dd>From samples: not given where too "
	      "few were taken while children exited.</dd>\n"
	      "<dt>percentiles</dt><dd>In tables: the median of the rounds’ "
	      "percentiles. Lines in pictures: all rounds merged. Only where "
	      "at least 10 samples lie beyond.</dd>\n"
	      "<dt>-</dt><dd>Not measured.</dd>\n</dl>\n",
	      out);
}

int tell_html(const struct tell *t, FILE *out)
{
	fputs("<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
	      "<meta name=viewport content=\"width=device-width, "
	      "initial-scale=1\">\n<meta name=color-scheme "
	      "content=\"light dark\">\n<title>",
	      out);
	put_text(t->run->name, out);
	fprintf(out, ": %s</title>\n<style>\n%s</style></head><body>\n",
		status_name(t->j->status.state), tell_html_style);
	if (put_first_screen(t, out) < 0 ||
	    put_table("Zombies", tables_zombies(t->run, t->j), out) < 0)
		return -1;
	if (t->plots->n > 1)
		fputs("<h2>Pictures</h2>\n", out);
	for (size_t i = 1; i < t->plots->n; i++)
		if (put_picture(t, &t->plots->list[i], out) < 0)
			return -1;
	if (put_table("Cells in doubt, and why", tables_doubts(t->run), out))
		return -1;
	put_manual(out);
	fputs("<details><summary>All figures</summary>\n", out);
	if (put_table("Primary", tables_verdicts(t->run, t->j, true), out) ||
	    put_table("Others", tables_verdicts(t->run, t->j, false), out))
		return -1;
	fputs("</details>\n", out);
	if (put_table("Load", tables_loads(t->run), out) ||
	    put_table("Environment", tables_environment(t->run), out))
		return -1;
	fputs("</body></html>\n", out);
	return ferror(out) ? -1 : 0;
}

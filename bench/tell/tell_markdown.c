#include "bench/tell/tell_markdown.h"

#include <errno.h>

#include "bench/tell/tables.h"
#include "bench/tell/tables_trust.h"

/* Text from files must not become mark-up or end a table's cell. */
static void put_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '\n' || *text == '\r')
			fputc(' ', out);
		else {
			if (*text == '|' || *text == '*' || *text == '_' ||
			    *text == '`' || *text == '[' || *text == '\\')
				fputc('\\', out);
			fputc(*text, out);
		}
	}
}

static void put_rule(const struct table *t, FILE *out)
{
	for (size_t c = 0; c < t->columns; c++)
		fprintf(out, "| %s ", t->heads[c] ? t->heads[c] : "");
	fputs("|\n", out);
	for (size_t c = 0; c < t->columns; c++)
		fputs(t->right[c] ? "| ---: " : "| --- ", out);
	fputs("|\n", out);
}

void markdown_table(const struct table *t, FILE *out)
{
	put_rule(t, out);
	for (size_t i = 0; i < t->n; i += table_row(t, i)) {
		for (size_t c = 0; c < table_row(t, i); c++) {
			const char *bold = t->cells[i].group ? "**" : "";

			fprintf(out, "| %s", bold);
			put_text(t->cells[i + c].text, out);
			fprintf(out, "%s ", bold);
		}
		for (size_t c = table_row(t, i); c < t->columns; c++)
			fputs("| ", out);
		fputs("|\n", out);
	}
}

static int put_table(const char *title, struct table t, FILE *out)
{
	bool failed = t.failed;

	if (!failed && t.n) {
		fprintf(out, "\n## %s\n\n", title);
		markdown_table(&t, out);
	}
	table_release(&t);
	if (failed)
		errno = ENOMEM;
	return failed ? -1 : 0;
}

static void put_list(const struct tell *t, FILE *out)
{
	const struct run_status *s = &t->j->status;

	for (size_t i = 0; i < s->n_reasons; i++) {
		fputs("- ", out);
		put_text(s->reasons[i], out);
		fputc('\n', out);
	}
	fputs("\n## Findings\n\n", out);
	for (size_t i = 0; i < t->findings->n; i++) {
		fputs("- ", out);
		put_text(t->findings->list[i], out);
		fputc('\n', out);
	}
}

int tell_markdown(const struct tell *t, FILE *out)
{
	char machine[TITLE];

	plots_machine(t->run, machine);
	fprintf(out, "# %s: ", status_name(t->j->status.state));
	put_text(t->run->name, out);
	fputs("\n\n", out);
	put_text(machine, out);
	fprintf(out, "\n\nRun it again:\n\n    %s\n\n", t->run->rerun);
	put_list(t, out);
	if (put_table("Verdicts", tables_verdicts(t->run, t->j, true), out))
		return -1;
	if (put_table("Zombies", tables_zombies(t->run, t->j), out))
		return -1;
	for (size_t i = 0; i < t->plots->n; i++) {
		const struct plot *p = &t->plots->list[i];

		if (p->page)
			continue;
		fputs(i ? "\n![" : "\n## Pictures\n\n![", out);
		put_text(p->title, out);
		fprintf(out, "](plots/%s.svg)\n", p->name);
	}
	if (put_table("Cells in doubt", tables_doubts(t->run), out) ||
	    put_table("Outliers: flagged, not dropped", tables_outliers(t->j),
		      out) ||
	    put_table("Rules of validity", tables_rules(t->run), out) ||
	    put_table("Other figures", tables_verdicts(t->run, t->j, false),
		      out) ||
	    put_table("Load", tables_loads(t->run), out) ||
	    put_table("Environment", tables_environment(t->run), out))
		return -1;
	return ferror(out) ? -1 : 0;
}

#include "bench/tell/markdown.h"

#include <errno.h>
#include <string.h>

/*
 * Any ASCII punctuation may stand behind a backslash. A colon or an at sign
 * would turn what is around it into a link; the last ones only mean something
 * at a line's beginning.
 */
static void put_text(const char *text, FILE *out)
{
	for (const char *at = text; *at; at++) {
		if (strchr("\\`*_{}[]<>|~&$@!", *at) ||
		    (*at == ':' && at[1] == '/') ||
		    (at == text && strchr("#+-=", *at)))
			fputc('\\', out);
		fputc(*at, out);
	}
}

/* An attribute's value, within double quotes. */
static void put_attribute(const char *text, FILE *out)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
}

/* A fence is longer than every row of backticks in what it holds. */
static void put_code(const char *text, FILE *out)
{
	size_t fence = 3;

	for (const char *at = text; *at; at++) {
		size_t row = strspn(at, "`");

		fence = row >= fence ? row + 1 : fence;
	}
	for (int end = 0; end < 2; end++) {
		for (size_t i = 0; i < fence; i++)
			fputc('`', out);
		if (end == 0)
			fprintf(out, "\n%s\n", text);
	}
	fputc('\n', out);
}

static void put_cell(const char *text, const char *mark, FILE *out)
{
	fprintf(out, " %s", mark);
	put_text(text, out);
	fprintf(out, "%s%s|", mark, *text ? " " : "");
}

static void put_table(const struct part *t, FILE *out)
{
	fputc('|', out);
	for (size_t c = 0; c < t->columns; c++)
		put_cell(t->column[c].head, "", out);
	fputs("\n|", out);
	for (size_t c = 0; c < t->columns; c++)
		fputs(t->column[c].right ? " ---: |" : " --- |", out);
	fputc('\n', out);
	for (size_t i = 0; i < t->cells; i += document_row(t, i)) {
		fputc('|', out);
		for (size_t c = 0; c < t->columns; c++)
			if (!t->cell[i].group)
				put_cell(t->cell[i + c].text, "", out);
			else
				put_cell(c ? "" : t->cell[i].text,
					 c ? "" : "**", out);
		fputc('\n', out);
	}
}

static void put_picture(const struct part *p, FILE *out)
{
	fprintf(out, "<img src=\"plots/%s.svg\" alt=\"", p->more);
	put_attribute(p->text, out);
	fputs("\">\n", out);
}

static void put_part(const struct part *p, FILE *out)
{
	switch (p->kind) {
	case PART_STATUS:
		fprintf(out, "**%s** ", p->text);
		put_text(p->more, out);
		break;
	case PART_HEADING:
		fputs("## ", out);
		put_text(p->text, out);
		break;
	case PART_PARAGRAPH:
		put_text(p->text, out);
		break;
	case PART_ITEM:
		fputs("- ", out);
		put_text(p->text, out);
		break;
	case PART_FILE:
		fprintf(out, "- [%s](%s): ", p->more, p->more);
		put_text(p->text, out);
		break;
	case PART_CODE:
		put_code(p->text, out);
		return;
	case PART_TABLE:
		put_table(p, out);
		return;
	case PART_PICTURE:
		put_picture(p, out);
		return;
	}
	fputc('\n', out);
}

int markdown_write(const struct document *d, FILE *out)
{
	if (d->failed) {
		errno = ENOMEM;
		return -1;
	}
	fputs("# ", out);
	put_text(d->title, out);
	fputc('\n', out);
	for (size_t i = 0; i < d->parts; i++) {
		if (d->part[i].where == IN_TERMINAL)
			continue;
		if (!i || !document_is_item(&d->part[i]) ||
		    !document_is_item(&d->part[i - 1]))
			fputc('\n', out);
		put_part(&d->part[i], out);
	}
	return ferror(out) ? -1 : 0;
}

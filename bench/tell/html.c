#include "bench/tell/html.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "bench/tell/page.h"
#include "bench/tell/words.h"
#include "lib/base64.h"

enum { PROSE = 60 }; /* a table with a longer text breaks its lines */

static void put_text(const char *text, FILE *out)
{
	static const struct {
		char c;
		const char *name;
	} names[] = { { '<', "&lt;" },
		      { '>', "&gt;" },
		      { '&', "&amp;" },
		      { '"', "&quot;" },
		      { '\'', "&#39;" } };

	for (const char *start = text; *text; text++) {
		size_t i = 0;

		while (i < sizeof(names) / sizeof(names[0]) &&
		       names[i].c != *text)
			i++;
		if (i < sizeof(names) / sizeof(names[0]))
			fputs(names[i].name, out);
		else if (*text == ' ' &&
			 words_are_bound(start, (size_t)(text - start)))
			fputs("&nbsp;", out);
		else
			fputc(*text, out);
	}
}

static const char *class_of(enum tone tone)
{
	static const char *const classes[] = { [TONE_NONE] = "plain",
					       [TONE_GOOD] = "good",
					       [TONE_BAD] = "bad",
					       [TONE_DOUBT] = "doubt" };

	return classes[tone];
}

static void put_element(const char *tag, enum tone tone, const char *text,
			FILE *out)
{
	fprintf(out, tone ? "<%s class=%s>" : "<%s>", tag, class_of(tone));
	put_text(text, out);
	fprintf(out, "</%s>\n", tag);
}

/* A heading's id: its letters and digits. Headings are ours, and differ. */
static void put_id(const struct part *heading, FILE *out)
{
	for (const char *at = heading->text; *at; at++)
		if (isascii((unsigned char)*at))
			fputc(isalnum((unsigned char)*at) ?
				      tolower((unsigned char)*at) :
				      '-',
			      out);
}

static void put_heading(const struct part *heading, FILE *out)
{
	fputs("<h2 id=\"", out);
	put_id(heading, out);
	fputs("\">", out);
	put_text(heading->text, out);
	fputs("</h2>\n", out);
}

static void put_contents(const struct document *d, FILE *out)
{
	for (size_t i = 0; i < d->parts; i++) {
		if (d->part[i].kind != PART_HEADING)
			continue;
		fputs("<li><a href=\"#", out);
		put_id(&d->part[i], out);
		fputs("\">", out);
		put_text(d->part[i].text, out);
		fputs("</a></li>\n", out);
	}
}

static bool is_prose(const struct part *t)
{
	for (size_t i = 0; i < t->cells; i++)
		if (!t->cell[i].group && strlen(t->cell[i].text) > PROSE)
			return true;
	return false;
}

/* The first cell of a row names the row. */
static void put_row(const struct part *t, size_t row, FILE *out)
{
	fputs(t->cell[row].group ? "<tr class=group>" : "<tr>", out);
	for (size_t c = 0; c < document_row(t, row); c++) {
		const struct table_cell *cell = &t->cell[row + c];

		if (cell->group)
			fprintf(out, "<th scope=rowgroup colspan=%zu>",
				t->columns);
		else
			fprintf(out, "<%s class=\"%s%s\">",
				c ? "td" : "th scope=row", class_of(cell->tone),
				t->column[c].right ? " r" : "");
		put_text(cell->text, out);
		fputs(c ? "</td>" : "</th>", out);
	}
	fputs("</tr>\n", out);
}

/* It scrolls within its box, by the keyboard too. */
static void put_table(const struct part *t, bool first, FILE *out)
{
	bool open = false;

	fprintf(out,
		"<div class=\"wide%s\" tabindex=0 role=region aria-label=\"",
		first ? " matrix" : "");
	put_text(t->text, out);
	fprintf(out, "\"><table%s>\n", is_prose(t) ? " class=prose" : "");
	put_element("caption", TONE_NONE, t->text, out);
	fputs("<thead><tr>", out);
	for (size_t c = 0; c < t->columns; c++) {
		fprintf(out, "<th scope=col%s>",
			t->column[c].right ? " class=r" : "");
		put_text(t->column[c].head, out);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n", out);
	for (size_t i = 0; i < t->cells; i += document_row(t, i)) {
		if (!open || t->cell[i].group)
			fprintf(out, "%s<tbody>\n", open ? "</tbody>" : "");
		open = true;
		put_row(t, i, out);
	}
	fprintf(out, "%s</table></div>\n", open ? "</tbody>" : "");
}

static int put_svg(const char *folder, const char *name, FILE *out)
{
	char path[PATH_MAX];
	FILE *in;
	int rc, length = snprintf(path, sizeof(path), "%s/plots/%s.svg", folder,
				  name);

	if (length < 0 || (size_t)length >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	in = fopen(path, "re");
	if (!in)
		return -1;
	fputs("data:image/svg+xml;base64,", out);
	rc = base64_copy(in, out);
	fclose(in);
	return rc;
}

static int put_picture(const struct part *p, const char *folder, FILE *out)
{
	fputs("<figure tabindex=0><img alt=\"", out);
	put_text(p->text, out);
	fputs("\" src=\"", out);
	if (put_svg(folder, p->more, out) < 0)
		return -1;
	fputs("\"></figure>\n", out);
	return 0;
}

static void put_status(const struct document *d, const struct part *p,
		       FILE *out)
{
	fprintf(out, "<header><h1><span class=\"status %s\">%s</span> ",
		class_of(p->tone), p->text);
	put_text(d->title, out);
	fputs("</h1>\n", out);
	put_element("p", TONE_NONE, p->more, out);
	fputs("</header>\n", out);
}

/* What parts that follow each other are gathered in, or NULL. */
static const char *box_of(const struct part *p, bool first)
{
	if (document_is_item(p))
		return "ul";
	return p->kind == PART_PARAGRAPH && first ? "div" : NULL;
}

static int put_part(const struct document *d, size_t i, bool first,
		    const char *folder, FILE *out)
{
	const struct part *p = &d->part[i];

	switch (p->kind) {
	case PART_STATUS:
		put_status(d, p, out);
		break;
	case PART_HEADING:
		put_heading(p, out);
		break;
	case PART_PARAGRAPH:
		put_element("p", p->tone, p->text, out);
		break;
	case PART_ITEM:
		put_element("li", p->tone, p->text, out);
		break;
	case PART_FILE:
		fprintf(out, "<li><a href=\"%s\">%s</a>: ", p->more, p->more);
		put_text(p->text, out);
		fputs("</li>\n", out);
		break;
	case PART_CODE:
		fputs("<pre tabindex=0><code>", out);
		put_text(p->text, out);
		fputs("</code></pre>\n", out);
		break;
	case PART_TABLE:
		put_table(p, first, out);
		break;
	case PART_PICTURE:
		return put_picture(p, folder, out);
	}
	return 0;
}

/* Parts from one to before another. */
static int put_parts(const struct document *d, size_t from, size_t to,
		     const char *folder, FILE *out)
{
	bool first = from == 0;
	const char *box = NULL;

	for (size_t i = from; i < to; i++) {
		const char *wanted = box_of(&d->part[i], first);

		if (d->part[i].where == IN_TERMINAL)
			continue;
		if (box && wanted != box)
			fprintf(out, "</%s>\n", box);
		if (wanted && wanted != box)
			fprintf(out, "<%s%s>\n", wanted,
				*wanted == 'd' ? " class=answers" : "");
		box = wanted;
		if (put_part(d, i, first, folder, out) < 0)
			return -1;
	}
	if (box)
		fprintf(out, "</%s>\n", box);
	return 0;
}

static size_t first_heading(const struct document *d)
{
	size_t i = 0;

	while (i < d->parts && d->part[i].kind != PART_HEADING)
		i++;
	return i;
}

static int put_place(const struct document *d, const char *name, size_t length,
		     const char *folder, FILE *out)
{
	static const char *const places[] = { "title", "style", "first",
					      "contents", "sections" };
	size_t place = 0;

	while (place < 5 && (strlen(places[place]) != length ||
			     strncmp(places[place], name, length) != 0))
		place++;
	switch (place) {
	case 0:
		put_text(d->title, out);
		return 0;
	case 1:
		fputs(page_style, out);
		return 0;
	case 2:
		return put_parts(d, 0, first_heading(d), folder, out);
	case 3:
		put_contents(d, out);
		return 0;
	case 4:
		return put_parts(d, first_heading(d), d->parts, folder, out);
	}
	errno = EINVAL;
	return -1;
}

int html_write(const struct document *d, const char *folder, FILE *out)
{
	const char *at = page_template;

	if (d->failed) {
		errno = ENOMEM;
		return -1;
	}
	while (*at) {
		const char *open = strstr(at, "{{");
		const char *close = open ? strstr(open, "}}") : NULL;

		if (!close) {
			fputs(at, out);
			break;
		}
		fwrite(at, 1, (size_t)(open - at), out);
		if (put_place(d, open + 2, (size_t)(close - open - 2), folder,
			      out) < 0)
			return -1;
		at = close + 2;
	}
	return ferror(out) ? -1 : 0;
}

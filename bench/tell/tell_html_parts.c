#include "bench/tell/tell_html_parts.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "bench/tell/words.h"
#include "lib/base64.h"

enum { WHOLE = 32 }; /* bytes of a word that is kept on one line */

static void put_char(const struct html *h, char c)
{
	switch (c) {
	case '<':
		fputs("&lt;", h->out);
		break;
	case '>':
		fputs("&gt;", h->out);
		break;
	case '&':
		fputs("&amp;", h->out);
		break;
	case '"':
		fputs("&quot;", h->out);
		break;
	case '\'':
		fputs("&#39;", h->out);
		break;
	default:
		fputc(c, h->out);
	}
}

void html_text(const struct html *h, const char *text)
{
	while (*text)
		put_char(h, *text++);
}

/* Whether a browser might break it, and should not. */
static bool is_whole(const char *word, size_t length)
{
	const char *dash = strstr(word, "–");

	if (length > WHOLE)
		return false;
	return memchr(word, '-', length) || (dash && dash < word + length);
}

void html_sentence(const struct html *h, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, " ");
		bool whole = is_whole(text, length);

		fputs(whole ? "<span class=whole>" : "", h->out);
		while (length--)
			put_char(h, *text++);
		fputs(whole ? "</span>" : "", h->out);
		while (*text == ' ')
			fputc(*text++, h->out);
	}
}

void html_element(const struct html *h, const char *tag, const char *text)
{
	fprintf(h->out, "<%s>", tag);
	html_text(h, text);
	fprintf(h->out, "</%s>\n", tag);
}

void html_said(const struct html *h, const char *tag, const char *text)
{
	fprintf(h->out, "<%s>", tag);
	html_sentence(h, text);
	fprintf(h->out, "</%s>\n", tag);
}

const char *html_tone(enum table_tone tone)
{
	static const char *const classes[] = {
		[TONE_PLAIN] = "",	[TONE_DIM] = "dim",
		[TONE_GOOD] = "good",	[TONE_BAD] = "bad",
		[TONE_DOUBT] = "doubt",
	};

	return classes[tone];
}

void html_swatch(const struct html *h, const char *rgb)
{
	fprintf(h->out, "<i class=mode style=\"background:%s\"></i>", rgb);
}

/* A section's id: its title's letters and digits, in words. */
static void put_id(const struct html *h, const char *title)
{
	bool gap = false, begun = false;

	for (; *title; title++) {
		if (!isalnum((unsigned char)*title)) {
			gap = begun;
			continue;
		}
		if (gap)
			fputc('-', h->out);
		gap = false;
		begun = true;
		fputc(tolower((unsigned char)*title), h->out);
	}
}

static void put_link(const struct html *h, const char *title)
{
	fputs("<a href=\"#", h->out);
	put_id(h, title);
	fputs("\">", h->out);
	html_text(h, title);
	fputs("</a>", h->out);
}

void html_section(struct html *h, const char *title)
{
	if (h->n < HTML_SECTIONS)
		h->sections[h->n++] = title;
	fputs("<h2 id=\"", h->out);
	put_id(h, title);
	fputs("\">", h->out);
	put_link(h, title);
	fputs("</h2>\n", h->out);
}

void html_contents(const struct html *h, const struct html *of)
{
	fputs("<nav aria-label=Contents><ul>\n", h->out);
	for (size_t i = 0; i < of->n; i++) {
		fputs("<li>", h->out);
		put_link(h, of->sections[i]);
		fputs("</li>\n", h->out);
	}
	fputs("</ul></nav>\n", h->out);
}

/* The first cell of a row names the row. */
static void put_cell(const struct html *h, const struct table *t, size_t row,
		     size_t column)
{
	const struct table_cell *cell = &t->cells[row + column];

	fprintf(h->out, "<%s class=\"%s %s\">", column ? "td" : "th scope=row",
		t->right[column] ? "r" : "", html_tone(cell->tone));
	if (cell->rgb)
		html_swatch(h, cell->rgb);
	html_text(h, cell->text);
	fputs(column ? "</td>" : "</th>", h->out);
}

static void put_row(const struct html *h, const struct table *t, size_t row)
{
	if (t->cells[row].group) {
		fprintf(h->out,
			"<tr class=group><th scope=rowgroup colspan=%zu>",
			t->columns);
		html_text(h, t->cells[row].text);
		fputs("</th></tr>\n", h->out);
		return;
	}
	fputs("<tr>", h->out);
	for (size_t c = 0; c < t->columns; c++)
		put_cell(h, t, row, c);
	fputs("</tr>\n", h->out);
}

static void put_heads(const struct html *h, const struct table *t)
{
	fputs("<thead><tr>", h->out);
	for (size_t c = 0; c < t->columns; c++) {
		fprintf(h->out, "<th scope=col class=\"%s\">",
			t->right[c] ? "r" : "");
		html_text(h, t->heads[c]);
		fputs("</th>", h->out);
	}
	fputs("</tr></thead>\n", h->out);
}

int html_table(struct html *h, const char *title, const char *caption,
	       struct table t)
{
	bool failed = t.failed;

	if (!failed && t.n) {
		html_section(h, title);
		fprintf(h->out, "<div class=wide><table%s>\n",
			t.prose ? " class=prose" : "");
		html_element(h, "caption", caption);
		if (t.heads[0])
			put_heads(h, &t);
		fputs("<tbody>\n", h->out);
		for (size_t i = 0; i < t.n; i += table_row(&t, i))
			put_row(h, &t, i);
		fputs("</tbody></table></div>\n", h->out);
	}
	table_release(&t);
	if (failed)
		errno = ENOMEM;
	return failed ? -1 : 0;
}

int html_picture(const struct html *h, const struct tell *t,
		 const struct plot *p)
{
	char path[PATH_MAX] = "";
	FILE *in;
	int rc;

	words_add(path, sizeof(path), "%s/plots/%s.svg", t->run->path, p->name);
	in = fopen(path, "re");
	if (!in)
		return -1;
	fputs(p->page ? "<figure class=page>" : "<figure>", h->out);
	if (p->page) {
		fputs("<figcaption>", h->out);
		html_said(h, "b", p->title);
		html_sentence(h, p->subtitle);
		fputs("</figcaption>", h->out);
	}
	fputs("<img alt=\"", h->out);
	html_text(h, p->kind);
	fputs(": ", h->out);
	html_text(h, p->title);
	fputs("\" src=\"data:image/svg+xml;base64,", h->out);
	rc = base64_copy(in, h->out);
	fclose(in);
	fputs("\"></figure>\n", h->out);
	return rc;
}

#include "bench/tell/text.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/tell/words.h"
#include "lib/parse.h"

enum { WIDTH = 100, NARROWEST = 40, WIDEST = 240, PROSE_MOST = 100, GAP = 2 };

struct page {
	FILE *out;
	size_t width;
	bool colour, ascii;
};

/* First and last of characters that take two columns, or none. */
static const struct {
	uint32_t first, last;
	size_t width;
} odd_widths[] = {
	{ 0x0300, 0x036f, 0 }, { 0x1100, 0x115f, 2 },	{ 0x200b, 0x200d, 0 },
	{ 0x2e80, 0xa4cf, 2 }, { 0xac00, 0xd7a3, 2 },	{ 0xf900, 0xfaff, 2 },
	{ 0xfe00, 0xfe0f, 0 }, { 0xfe30, 0xfe6f, 2 },	{ 0xff00, 0xff60, 2 },
	{ 0xffe0, 0xffe6, 2 }, { 0x1f300, 0x1faff, 2 }, { 0x20000, 0x3fffd, 2 },
};

static size_t width_of(const char *text, size_t bytes)
{
	size_t width = 0;

	for (size_t i = 0; i < bytes;) {
		unsigned char lead = (unsigned char)text[i];
		size_t more = lead < 0xc0 ? 0 :
			      lead < 0xe0 ? 1 :
			      lead < 0xf0 ? 2 :
					    3;
		uint32_t code = more ? lead & (0x3fU >> more) : lead;
		size_t own = 1;

		for (i++; more && i < bytes; more--, i++)
			code = code << 6 | (text[i] & 0x3f);
		for (size_t k = 0;
		     k < sizeof(odd_widths) / sizeof(odd_widths[0]); k++)
			if (code >= odd_widths[k].first &&
			    code <= odd_widths[k].last)
				own = odd_widths[k].width;
		width += own;
	}
	return width;
}

size_t text_width(const char *text)
{
	return width_of(text, strlen(text));
}

/* Bytes that go on a line so wide: whole words, one at least. */
static size_t take(const char *text, size_t width)
{
	size_t best = 0;

	for (size_t i = 0;; i++) {
		if (text[i] && (text[i] != ' ' || words_are_bound(text, i)))
			continue;
		if (best && width_of(text, i) > width)
			return best;
		best = i;
		if (!text[i])
			return best;
	}
}

/* What is left of the text behind such a line. */
static const char *skip(const char *text, size_t bytes)
{
	text += bytes;
	return text + strspn(text, " ");
}

static const char *code_of(const struct page *p, enum tone tone)
{
	static const char *const codes[] = {
		[TONE_NONE] = "",
		[TONE_GOOD] = "\033[32m",
		[TONE_BAD] = "\033[31m",
		[TONE_DOUBT] = "\033[33m",
	};

	return p->colour ? codes[tone] : "";
}

static void put_toned(const struct page *p, const char *code, const char *text,
		      size_t bytes)
{
	fprintf(p->out, "%s%.*s%s", code, (int)bytes, text,
		*code ? "\033[0m" : "");
}

static void put_blanks(const struct page *p, size_t count)
{
	fprintf(p->out, "%*s", (int)count, "");
}

/* A text broken between words; later lines are indented. */
static void put_prose(const struct page *p, const char *code, const char *text,
		      size_t indent)
{
	size_t width = p->width < PROSE_MOST ? p->width : PROSE_MOST;

	while (*text) {
		size_t bytes = take(text, width - indent);

		put_toned(p, code, text, bytes);
		fputc('\n', p->out);
		text = skip(text, bytes);
		if (*text)
			put_blanks(p, indent);
	}
}

/* The widest of the lines that a text is broken into. */
static size_t widest_line(const char *text, size_t width)
{
	size_t widest = 0;

	while (*text) {
		size_t bytes = take(text, width), own = width_of(text, bytes);

		widest = own > widest ? own : widest;
		text = skip(text, bytes);
	}
	return widest;
}

/* Widths of columns whose texts are broken at `limit`. */
static void measure(const struct part *t, const size_t limit[], size_t width[])
{
	for (size_t c = 0; c < t->columns; c++)
		width[c] = widest_line(t->column[c].head, limit[c]);
	for (size_t i = 0; i < t->cells; i += document_row(t, i))
		for (size_t c = 0; c < t->columns && !t->cell[i].group; c++) {
			size_t own = widest_line(t->cell[i + c].text, limit[c]);

			width[c] = own > width[c] ? own : width[c];
		}
}

/* Takes from the widest columns what does not fit, but breaks no word. */
static void fit(const struct page *p, const struct part *t, size_t width[])
{
	size_t limit[DOCUMENT_COLUMNS], least[DOCUMENT_COLUMNS], total = 0;

	for (size_t c = 0; c < t->columns; c++)
		limit[c] = 1;
	measure(t, limit, least);
	for (size_t c = 0; c < t->columns; c++)
		limit[c] = SIZE_MAX;
	measure(t, limit, width);
	for (size_t c = 0; c < t->columns; c++)
		total += GAP + width[c];
	while (total > p->width) {
		size_t widest = t->columns;

		for (size_t c = 0; c < t->columns; c++)
			if (width[c] > least[c] &&
			    (widest == t->columns || width[c] >= width[widest]))
				widest = c;
		if (widest == t->columns)
			break;
		width[widest]--;
		total--;
	}
	memcpy(limit, width, sizeof(limit));
	measure(t, limit, width);
}

static void put_row(const struct page *p, const struct part *t,
		    const size_t width[], const char *text[],
		    const char *codes[], const char *bar)
{
	bool more = true;

	while (more) {
		size_t owed = 0;

		more = false;
		for (size_t c = 0; c < t->columns; c++) {
			size_t bytes = take(text[c], width[c]);
			size_t own = width_of(text[c], bytes);
			size_t pad = width[c] > own ? width[c] - own : 0;

			owed += GAP + (t->column[c].right ? pad : 0);
			if (bytes) {
				put_blanks(p, owed);
				put_toned(p, codes[c], text[c], bytes);
				owed = 0;
			}
			owed += t->column[c].right ? 0 : pad;
			owed += bytes ? 0 : own;
			text[c] = skip(text[c], bytes);
			more |= *text[c] != '\0';
		}
		if (*bar) {
			put_blanks(p, owed + GAP);
			fputs(bar, p->out);
			bar = "";
		}
		fputc('\n', p->out);
	}
}

/* --- bars behind the rows of a table --------------------------------------- */

/* How a group's bars are drawn; width 0: the table has none, or no room. */
struct bars {
	size_t at, width; /* columns */
	struct bar_scale scale;
};

/* Its most is one for each level. */
enum { GROUP_MOST = 64 };

static struct interval row_bar(const struct part *t, size_t i)
{
	struct interval bar = { 0 };

	for (size_t c = 0; c < document_row(t, i); c++)
		if (t->cell[i + c].bar.mid > 0)
			bar = t->cell[i + c].bar;
	return bar;
}

static void find_room(const struct page *p, const struct part *t,
		      const size_t width[], struct bars *b)
{
	bool any = false;

	*b = (struct bars){ .at = GAP };
	for (size_t i = 0; i < t->cells; i++)
		any |= t->cell[i].bar.mid > 0;
	for (size_t c = 0; c < t->columns; c++)
		b->at += GAP + width[c];
	if (any && b->at + BAR_LEAST <= p->width)
		b->width = p->width - b->at < BAR_MOST ? p->width - b->at :
							 BAR_MOST;
}

/* A group's heading, and the ends of its scale above the bars. */
static void put_group(const struct page *p, const struct part *t, size_t group,
		      struct bars *b)
{
	struct interval bar[GROUP_MOST];
	size_t count = 0, used = text_width(t->cell[group].text);
	char left[16], right[16];

	for (size_t i = group + 1;
	     i < t->cells && !t->cell[i].group && count < GROUP_MOST;
	     i += document_row(t, i))
		bar[count++] = row_bar(t, i);
	b->scale = bars_scale(bar, count, t->cell[group].lower_is_better);
	fputs(t->cell[group].text, p->out);
	if (b->width && used < b->at) {
		snprintf(left, sizeof(left), "%.2f", b->scale.left);
		snprintf(right, sizeof(right), "%.2f", b->scale.right);
		put_blanks(p, b->at - used);
		fprintf(p->out, "%s%*s", left, (int)(b->width - strlen(left)),
			right);
	}
	fputc('\n', p->out);
}

static void put_table(const struct page *p, const struct part *t)
{
	size_t width[DOCUMENT_COLUMNS];
	const char *text[DOCUMENT_COLUMNS], *codes[DOCUMENT_COLUMNS];
	char drawn[BAR_BYTES];
	struct bars bars;

	fit(p, t, width);
	find_room(p, t, width, &bars);
	for (size_t c = 0; c < t->columns; c++) {
		text[c] = t->column[c].head;
		codes[c] = p->colour ? "\033[2m" : "";
	}
	put_row(p, t, width, text, codes, bars.width ? "worse <-> better" : "");
	for (size_t i = 0; i < t->cells; i += document_row(t, i)) {
		struct interval bar = row_bar(t, i);

		if (t->cell[i].group) {
			put_group(p, t, i, &bars);
			continue;
		}
		for (size_t c = 0; c < t->columns; c++) {
			text[c] = t->cell[i + c].text;
			codes[c] = code_of(p, t->cell[i + c].tone);
		}
		*drawn = '\0';
		if (bars.width && bar.mid > 0)
			bars_draw(&bar, &bars.scale, bars.width, p->ascii,
				  drawn);
		put_row(p, t, width, text, codes, drawn);
	}
}

static void put_part(const struct page *p, const struct part *part)
{
	switch (part->kind) {
	case PART_STATUS:
		put_toned(p, code_of(p, part->tone), part->text,
			  strlen(part->text));
		fprintf(p->out, "  %s\n", part->more);
		break;
	case PART_HEADING:
		put_prose(p, p->colour ? "\033[1m" : "", part->text, 0);
		break;
	case PART_PARAGRAPH:
		put_prose(p, code_of(p, part->tone), part->text, 0);
		break;
	case PART_ITEM:
		fputs("- ", p->out);
		put_prose(p, code_of(p, part->tone), part->text, 2);
		break;
	case PART_FILE:
		fprintf(p->out, "- %s: %s\n", part->more, part->text);
		break;
	case PART_CODE:
		fprintf(p->out, "  %s\n", part->text);
		break;
	case PART_TABLE:
		put_table(p, part);
		break;
	case PART_PICTURE: /* in files alone */
		break;
	}
}

static bool has_gap(enum part_kind before, enum part_kind after)
{
	if (before == PART_HEADING)
		return false;
	return after == PART_HEADING || after == PART_TABLE ||
	       before == PART_TABLE ||
	       (before == PART_STATUS && after == PART_PARAGRAPH);
}

static size_t width_for(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize window = { 0 };
	char why[PARSE_WHY];
	uint64_t width;

	if (columns && parse_u64(columns, NARROWEST, WIDEST, &width, why) == 0)
		return width;
	if (ioctl(fileno(out), TIOCGWINSZ, &window) < 0 || !window.ws_col)
		return WIDTH;
	return window.ws_col < NARROWEST ? NARROWEST :
	       window.ws_col > WIDEST	 ? WIDEST :
					   window.ws_col;
}

static bool in_colour(FILE *out)
{
	const char *never = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(out)) && !(never && *never) &&
	       !(term && strcmp(term, "dumb") == 0);
}

/* Whether the locale's characters are not UTF-8. */
static bool in_ascii(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8;

	if (!locale)
		return true;
	utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return !utf8;
}

int text_write(const struct document *d, FILE *out)
{
	struct page page = { out, width_for(out), in_colour(out), in_ascii() };
	const struct part *before = NULL;

	if (d->failed) {
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < d->parts; i++) {
		const struct part *part = &d->part[i];

		if (part->where == IN_FILES)
			continue;
		if (before && has_gap(before->kind, part->kind))
			fputc('\n', out);
		put_part(&page, part);
		before = part;
	}
	return ferror(out) ? -1 : 0;
}

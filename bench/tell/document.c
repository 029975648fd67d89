#include "bench/tell/document.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/json.h"

static char *words(struct document *d, const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0) {
		d->failed = true;
		return NULL;
	}
	plain_text(text);
	return text;
}

/* Room for one more item of an array; NULL without memory. */
static void *grow(void *items, size_t count, size_t *room, size_t bytes)
{
	size_t more = *room ? *room * 2 : 16;
	void *grown;

	if (count < *room)
		return items;
	grown = realloc(items, more * bytes);
	if (grown)
		*room = more;
	return grown;
}

/* Owns text and more from here on. */
static void append(struct document *d, enum part_kind kind, enum tone tone,
		   char *text, char *more)
{
	struct part *grown =
		grow(d->part, d->parts, &d->room, sizeof(*d->part));

	if (grown)
		d->part = grown;
	if (!grown || !text || !more) {
		d->failed = true;
		free(text);
		free(more);
		return;
	}
	d->part[d->parts++] = (struct part){
		.kind = kind, .tone = tone, .text = text, .more = more
	};
}

void document_title(struct document *d, const char *format, ...)
{
	va_list args;

	free(d->title);
	va_start(args, format);
	d->title = words(d, format, args);
	va_end(args);
}

void document_add(struct document *d, enum part_kind kind, enum tone tone,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	append(d, kind, tone, words(d, format, args), strdup(""));
	va_end(args);
}

void document_pair(struct document *d, enum part_kind kind, enum tone tone,
		   const char *text, const char *more)
{
	char *first = strdup(text), *second = strdup(more);

	if (first)
		plain_text(first);
	if (second)
		plain_text(second);
	append(d, kind, tone, first, second);
}

void document_table(struct document *d, const char *caption, ...)
{
	va_list args;

	va_start(args, caption);
	append(d, PART_TABLE, TONE_NONE, words(d, caption, args), strdup(""));
	va_end(args);
}

/* The table under construction, or NULL where memory ran out before it. */
static struct part *table_of(struct document *d)
{
	struct part *last = d->parts ? &d->part[d->parts - 1] : NULL;

	return !d->failed && last && last->kind == PART_TABLE ? last : NULL;
}

void document_column(struct document *d, bool right, const char *format, ...)
{
	struct part *t = table_of(d);
	va_list args;

	if (!t || t->columns == DOCUMENT_COLUMNS)
		return;
	va_start(args, format);
	t->column[t->columns].head = words(d, format, args);
	t->column[t->columns++].right = right;
	va_end(args);
}

static void put(struct document *d, struct table_cell cell, const char *format,
		va_list args)
{
	struct part *t = table_of(d);
	struct table_cell *grown;

	if (!t)
		return;
	cell.text = words(d, format, args);
	grown = grow(t->cell, t->cells, &t->room, sizeof(*t->cell));
	if (grown)
		t->cell = grown;
	if (!grown || !cell.text) {
		d->failed = true;
		free(cell.text);
		return;
	}
	t->cell[t->cells++] = cell;
}

void document_cell(struct document *d, enum tone tone, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(d, (struct table_cell){ .tone = tone }, format, args);
	va_end(args);
}

void document_group(struct document *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(d, (struct table_cell){ .group = true }, format, args);
	va_end(args);
}

void document_only(struct document *d, int where)
{
	if (d->parts)
		d->part[d->parts - 1].where = where;
}

/* The cell just added, or NULL. */
static struct table_cell *last_cell(struct document *d)
{
	struct part *t = table_of(d);

	return t && t->cells ? &t->cell[t->cells - 1] : NULL;
}

void document_bars(struct document *d, bool lower_is_better)
{
	struct table_cell *group = last_cell(d);

	if (group)
		group->lower_is_better = lower_is_better;
}

void document_bar(struct document *d, const struct interval *bar)
{
	struct table_cell *cell = last_cell(d);

	if (cell)
		cell->bar = *bar;
}

static void part_release(struct part *p)
{
	for (size_t i = 0; i < p->columns; i++)
		free(p->column[i].head);
	for (size_t i = 0; i < p->cells; i++)
		free(p->cell[i].text);
	free(p->cell);
	free(p->text);
	free(p->more);
}

size_t document_row(const struct part *table, size_t i)
{
	return table->cell[i].group ? 1 : table->columns;
}

bool document_is_item(const struct part *p)
{
	return p->kind == PART_ITEM || p->kind == PART_FILE;
}

void document_release(struct document *d)
{
	for (size_t i = 0; i < d->parts; i++)
		part_release(&d->part[i]);
	free(d->part);
	free(d->title);
	*d = (struct document){ 0 };
}

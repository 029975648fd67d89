#include "bench/tell/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct table_cell *add(struct table *t, const char *format, va_list args)
{
	static struct table_cell scratch;
	char *text = NULL;

	if (t->n == t->room) {
		size_t room = t->room ? t->room * 2 : 64;
		struct table_cell *cells =
			realloc(t->cells, room * sizeof(*cells));

		if (!cells)
			goto fail;
		t->cells = cells;
		t->room = room;
	}
	if (vasprintf(&text, format, args) < 0)
		goto fail;
	t->cells[t->n] = (struct table_cell){ .text = text };
	return &t->cells[t->n++];
fail:
	t->failed = true;
	return &scratch;
}

struct table_cell *table_put(struct table *t, const char *format, ...)
{
	struct table_cell *cell;
	va_list args;

	va_start(args, format);
	cell = add(t, format, args);
	va_end(args);
	return cell;
}

void table_group(struct table *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(t, format, args)->group = true;
	va_end(args);
}

size_t table_row(const struct table *t, size_t i)
{
	return t->cells[i].group ? 1 : t->columns;
}

size_t table_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

void table_release(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->cells[i].text);
	free(t->cells);
	*t = (struct table){ 0 };
}

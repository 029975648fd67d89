#ifndef BENCH_TELL_TABLE_H
#define BENCH_TELL_TABLE_H

/*
 * A table as text cells, filled once and then told in several forms: for a
 * terminal, as Markdown, as HTML. Cells go in from left to right, row by row;
 * a group is a row of one text that spans all columns.
 */

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_COLUMNS = 24 };

/* How a cell is meant, for colours. */
enum table_tone { TONE_PLAIN, TONE_DIM, TONE_GOOD, TONE_BAD, TONE_DOUBT };

struct table_cell {
	char *text;
	enum table_tone tone;
	const char *rgb; /* of a swatch before the text, or NULL */
	bool group;	 /* the row has this cell alone */
};

struct table {
	size_t columns;
	const char *heads[TABLE_COLUMNS]; /* NULL for no header */
	bool right[TABLE_COLUMNS];	  /* aligned to the right */
	bool prose; /* cells may be long, and break where they must */
	size_t n, room;
	struct table_cell *cells;
	bool failed; /* out of memory: the table lacks a cell */
};

/*
 * Adds the next cell. In the row of a group, only table_group() is called.
 * Returns the cell, to set its tone or swatch; a scratch one when out of
 * memory.
 */
__attribute__((format(printf, 2, 3))) struct table_cell *
table_put(struct table *t, const char *format, ...);
__attribute__((format(printf, 2, 3))) void table_group(struct table *t,
						       const char *format, ...);

/* Cells of the row that starts at i: 1 for a group. */
size_t table_row(const struct table *t, size_t i);

/* Places on the screen that a UTF-8 text takes. */
size_t table_width(const char *text);

void table_release(struct table *t);

#endif

#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

/*
 * Tables of tab-separated values: cells.tsv and zombies.tsv. The first line
 * names the columns. A line is complete when it ends in a newline; an
 * incomplete last line is the trace of a killed writer, and is ignored by the
 * reader and removed by the next writer.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
	TABLE_WHY = 256,
	TABLE_BYTES = 256 << 20, /* the largest file that is read */
	TABLE_COLUMNS = 256,
};

struct table {
	size_t rows, columns; /* without the header */
	/* Private. */
	char *text;
	uint32_t *field; /* offsets into text, the header's first */
};

/*
 * Reads a file. Its fields are made plain text (bench/json.h). One without a
 * complete line is a table without rows and columns. A carriage return before
 * a newline is dropped.
 * Returns 0, or -1 with errno (ENOENT: there is none), and what is wrong in
 * why, without the path: too large, too many columns, a NUL byte, a line with
 * more or fewer fields than the header, a column named twice. Release in the
 * first case; releasing a zeroed one is harmless.
 */
int table_read(struct table *t, const char *path, char why[TABLE_WHY]);
void table_release(struct table *t);

/* The column of that name, or -1. */
int table_column(const struct table *t, const char *name);

/* A field; "" if column is -1. Valid until the release. */
const char *table_text(const struct table *t, size_t row, int column);

/* The same as a finite number; NAN if it is empty or is none. */
double table_number(const struct table *t, size_t row, int column);

/*
 * Opens a table for more rows. A new or empty one gets the header line; of
 * any other an incomplete last line is removed, and its header must be the
 * same. Returns a stream for table_row() and fclose(), or NULL with errno, and
 * what is wrong in why, without the path.
 *   columns: `count` names.
 */
FILE *table_open(const char *path, const char *const columns[], size_t count,
		 char why[TABLE_WHY]);

/*
 * Writes a line and flushes it. What is no plain text in a field, such as a
 * tab, becomes a question mark; a NULL is an empty field.
 * Returns 0, or -1 with errno.
 */
int table_row(FILE *out, const char *const field[], size_t count);

#endif

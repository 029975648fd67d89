#ifndef BENCH_TELL_DOCUMENT_H
#define BENCH_TELL_DOCUMENT_H

/*
 * A text for people as a list of parts, built once and then rendered for a
 * terminal, as Markdown and as a page. Every text that goes in is made plain
 * (bench/json.h), so that a renderer only has to escape its own marks.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bench/tell/bars.h"

enum { DOCUMENT_COLUMNS = 12 };

/* How a text is meant, for colours. */
enum tone { TONE_NONE, TONE_GOOD, TONE_BAD, TONE_DOUBT };

enum part_kind {
	PART_STATUS,	/* text: "VALID"; more: what stands behind it */
	PART_HEADING,	/* begins a section */
	PART_PARAGRAPH, /* follows another without a gap */
	PART_ITEM,	/* of a list: all that follow each other */
	PART_FILE,	/* an item. text: what is in it; more: its name */
	PART_CODE,	/* a command line, never broken */
	PART_TABLE,	/* text: the caption */
	PART_PICTURE,	/* text: words in its place; more: "verdicts" */
};

struct table_cell {
	char *text;
	enum tone tone;
	bool group;	      /* the row has this cell alone */
	bool lower_is_better; /* of the bars of the group that begins here */
	struct interval bar;  /* behind the row, by a terminal; mid 0: none */
};

struct part {
	enum part_kind kind;
	enum tone tone;
	char *text, *more; /* "" if there is none */
	enum { EVERYWHERE, IN_TERMINAL, IN_FILES } where;
	size_t columns, cells, room;
	struct {
		char *head;
		bool right; /* aligned to the right */
	} column[DOCUMENT_COLUMNS];
	struct table_cell *cell;
};

/* Zeroed at first. Without memory, `failed`, and parts are missing. */
struct document {
	char *title;
	size_t parts, room;
	struct part *part;
	bool failed;
};

__attribute__((format(printf, 2, 3))) void
document_title(struct document *d, const char *format, ...);

/* Any part that has only a text. */
__attribute__((format(printf, 4, 5))) void
document_add(struct document *d, enum part_kind kind, enum tone tone,
	     const char *format, ...);

/* A status, a picture or a file. */
void document_pair(struct document *d, enum part_kind kind, enum tone tone,
		   const char *text, const char *more);

/*
 * A table: its caption, then its columns, then its cells from left to right,
 * row by row. A group is a row of one text.
 */
__attribute__((format(printf, 2, 3))) void
document_table(struct document *d, const char *caption, ...);

/* Shows the last part in one kind of output alone: pictures are in files. */
void document_only(struct document *d, int where);

__attribute__((format(printf, 3, 4))) void
document_column(struct document *d, bool right, const char *format, ...);
__attribute__((format(printf, 3, 4))) void
document_cell(struct document *d, enum tone tone, const char *format, ...);
__attribute__((format(printf, 2, 3))) void
document_group(struct document *d, const char *format, ...);

/* Bars: which way is better in the group, and one to the cell just added. */
void document_bars(struct document *d, bool lower_is_better);
void document_bar(struct document *d, const struct interval *bar);

/* How many cells the row that begins at cell i has: 1 for a group. */
size_t document_row(const struct part *table, size_t i);

/* Whether it is an item of a list. */
bool document_is_item(const struct part *p);

void document_release(struct document *d);

#endif

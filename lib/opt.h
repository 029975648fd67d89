#ifndef LIB_OPT_H
#define LIB_OPT_H

/*
 * Options as a table: one list says what a program takes, how it is checked,
 * where the value goes, and what --help prints. getopt_long(3) does the
 * scanning.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum opt_kind {
	OPT_FLAG,     /* bool, no argument */
	OPT_TEXT,     /* const char * into argv */
	OPT_LIST,     /* struct opt_list of such; may be given again */
	OPT_COUNT,    /* uint64_t in [min, max] */
	OPT_FD,	      /* int in [min, max], an open descriptor */
	OPT_SIZE,     /* uint64_t bytes in [min, max] */
	OPT_DURATION, /* uint64_t nanoseconds in [min, max] */
	OPT_RATE,     /* double in [min, max], from 0.001 for min 0 */
	OPT_CHOICE,   /* size_t, an index into choices */
	OPT_HELP,     /* bool, no argument; ends the scan */
};

struct opt {
	const char *name; /* without the dashes */
	enum opt_kind kind;
	size_t offset;	      /* of the value in the configuration */
	const char *argument; /* its name in the help, or NULL */
	uint64_t min, max;
	const char *const *choices; /* NULL-terminated, for OPT_CHOICE */
	const char *help; /* one or more lines, separated by newlines */
	char letter;	  /* of the short form, for flags; or 0 */
};

enum { OPT_WHY = 256, OPT_LIST_MOST = 16 };

struct opt_list {
	const char *item[OPT_LIST_MOST];
	size_t count;
};

/*
 * Reads argv into config according to a table that ends with a NULL name.
 * Options and operands may be mixed; "--" ends the options.
 * Returns the index of the first operand, all of which then stand at the end
 * of argv; or -1 with one sentence in why: what, the value, what to do.
 */
int opt_parse(const struct opt table[], int argc, char *argv[], void *config,
	      char why[OPT_WHY]);

/* Prints the table, one option a paragraph, for --help. */
void opt_help(const struct opt table[], FILE *out);

#endif

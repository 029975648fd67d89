#ifndef BENCH_OPTIONS_TABLE_H
#define BENCH_OPTIONS_TABLE_H

/* What every command does with its table of options; for options*.c alone. */

#include "lib/opt.h"

/*
 * Reads a command's options into *raw. Prints the usage and exits if *help is
 * set by them, or one line with status 2 on misuse.
 *   usage: all that stands above the options.
 * Returns the index of the first operand.
 */
int options_table(const struct opt table[], int argc, char *argv[], void *raw,
		  const bool *help, const char *usage);

/*
 * How many operands there are from `first` on; 0 if one of them is empty, as
 * when a variable of make is.
 */
int options_operands(int argc, char *argv[], int first);

/* The same as options_table(), of a command that takes no operands. */
void options_alone(const struct opt table[], int argc, char *argv[], void *raw,
		   const bool *help, const char *usage);

#endif

#ifndef LOADGEN_MERGE_H
#define LOADGEN_MERGE_H

/*
 * `loadgen merge`: prints the result of several runs, read from the files that
 * --json wrote, as one (see combine.h), and writes what was asked for.
 *   argv[0]: the word merge.
 * Returns the exit status: 1 if the verdict is invalid, 3 if a file could not
 * be written. Prints one line and exits before anything is written, with 2 on
 * misuse and 3 if a file can't be used.
 */
int merge_main(int argc, char *argv[]);

#endif

#ifndef BENCH_PLAIN_H
#define BENCH_PLAIN_H

#include <stdbool.h>

/*
 * Makes text from a file or a folder's name fit for one line of a terminal, a
 * page or a picture: valid UTF-8 without control characters, ends of line, or
 * marks that turn the direction of what follows. Every byte of anything else
 * becomes a question mark.
 */
void plain_text(char *text);

/* Whether it is so already. */
bool plain_is(const char *text);

#endif

#ifndef CLIENT_VISIBLE_H
#define CLIENT_VISIBLE_H

#include <stddef.h>

/*
 * Puts a "?" in place of each byte that a terminal could take for a command:
 * control characters but newline and tab, those of 8 bits included, in UTF-8
 * and alone. Other UTF-8 stays.
 */
void visible(char *bytes, size_t count);

#endif

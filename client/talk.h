#ifndef CLIENT_TALK_H
#define CLIENT_TALK_H

/*
 * The conversation: a text goes out in a 64-byte record padded with NUL, the
 * server's record comes back whole and is printed up to its first NUL.
 */

#include <stdbool.h>

#include "client/peer.h"

/*
 * Talks until "quit" or the end of input, from standard input to standard
 * output; with prompts if a person is typing, whose terminal edits the line.
 */
enum end talk(struct peer *p, bool prompts);

#endif

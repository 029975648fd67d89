#ifndef CLIENT_TALK_H
#define CLIENT_TALK_H

/*
 * The conversation: a text goes out in a 64-byte record padded with NUL, the
 * server's record comes back whole and is printed up to its first NUL.
 */

#include <stdbool.h>

enum talk_end {
	TALK_DONE,     /* "quit" or the end of input */
	TALK_CLOSED,   /* the server closed the connection */
	TALK_LOST,     /* the connection failed, errno */
	TALK_DIFFERS,  /* a record came back that is not the one sent */
	TALK_UNASKED,  /* the server sent what nobody asked for */
	TALK_NO_INPUT, /* standard input cannot be read, errno */
	TALK_NO_OUTPUT /* standard output cannot be written, errno */
};

/*
 * Talks on the connection until it ends, from standard input to standard
 * output; with prompts if a person is typing. Does not close the descriptor.
 */
enum talk_end talk(int fd, bool prompts);

#endif

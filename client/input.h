#ifndef CLIENT_INPUT_H
#define CLIENT_INPUT_H

/*
 * Lines of input, cut into texts that fit a record: at most INPUT_TEXT bytes,
 * the newline included; a longer line makes several. Owns no descriptor.
 */

#include <stdbool.h>
#include <stddef.h>

enum { INPUT_TEXT = 63 };

struct input {
	int fd;
	bool ended;	 /* at end of input; what is buffered is the rest */
	bool within;	 /* the next byte goes on a line already begun */
	size_t from, to; /* what buffer[] still holds */
	char buffer[4096];
};

/*
 * Reads once, after input_take() had nothing more to give.
 * Returns 0, or -1 with errno (EAGAIN: nothing there yet).
 */
int input_fill(struct input *in);

/*
 * Takes the next text: a whole line, INPUT_TEXT bytes of a longer one, or
 * what stands before the end of input. *quit: it is a line "quit".
 * Returns its length, or 0 if there is none yet.
 */
size_t input_take(struct input *in, char text[INPUT_TEXT], bool *quit);

#endif

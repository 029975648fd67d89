#include "client/input.h"

#include <string.h>
#include <unistd.h>

int input_fill(struct input *in)
{
	ssize_t n;

	memmove(in->buffer, in->buffer + in->from, in->to - in->from);
	in->to -= in->from;
	in->from = 0;
	n = read(in->fd, in->buffer + in->to, sizeof(in->buffer) - in->to);
	if (n < 0)
		return -1;
	in->to += (size_t)n;
	in->ended = n == 0;
	return 0;
}

size_t input_take(struct input *in, char text[INPUT_TEXT], bool *quit)
{
	const char *begin = in->buffer + in->from;
	size_t held = in->to - in->from;
	size_t most = held < INPUT_TEXT ? held : INPUT_TEXT;
	const char *newline = most ? memchr(begin, '\n', most) : NULL;
	size_t bytes = newline ? (size_t)(newline - begin) + 1 : most;
	size_t letters = newline ? bytes - 1 : bytes;

	if (!newline && bytes < INPUT_TEXT && !in->ended)
		return 0;
	memcpy(text, begin, bytes);
	*quit = !in->within && letters == 4 && memcmp(text, "quit", 4) == 0;
	in->within = !newline;
	in->from += bytes;
	return bytes;
}

#include "client/talk.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/input.h"
#include "lib/sock.h"

enum { RECORD_BYTES = INPUT_TEXT + 1 }; /* a NUL ends it at the latest */

/* What the server has to say while nothing was asked of it. */
static enum talk_end hear_unasked(int fd)
{
	char byte;
	ssize_t n = read(fd, &byte, 1);

	if (n < 0)
		return TALK_LOST;
	return n == 0 ? TALK_CLOSED : TALK_UNASKED;
}

/* Waits for input, and for the end of the connection meanwhile. */
static enum talk_end await(int fd, struct input *in)
{
	struct pollfd wait[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = in->fd, .events = POLLIN },
	};

	while (poll(wait, 2, -1) < 0) {
		if (errno != EINTR)
			return TALK_NO_INPUT;
	}
	if (wait[0].revents)
		return hear_unasked(fd);
	if (input_fill(in) < 0 && errno != EAGAIN && errno != EINTR)
		return TALK_NO_INPUT;
	return TALK_DONE;
}

static enum talk_end exchange(int fd, const char *text, size_t bytes,
			      bool prompts)
{
	char sent[RECORD_BYTES] = { 0 };
	char came[RECORD_BYTES];
	ssize_t n;

	memcpy(sent, text, bytes);
	if (sock_write_all(fd, sent, sizeof(sent)) < 0)
		return TALK_LOST;
	n = sock_read_all(fd, came, sizeof(came));
	if (n < 0)
		return TALK_LOST;
	if (n < RECORD_BYTES)
		return TALK_CLOSED;
	if (prompts)
		fputs("recv from server : ", stdout);
	fwrite(came, 1, strnlen(came, sizeof(came)), stdout);
	if (fflush(stdout) != 0)
		return TALK_NO_OUTPUT;
	return memcmp(sent, came, sizeof(sent)) ? TALK_DIFFERS : TALK_DONE;
}

static int show(const char *words)
{
	return fputs(words, stdout) == EOF || fflush(stdout) != 0 ? -1 : 0;
}

enum talk_end talk(int fd, bool prompts)
{
	struct input in = { .fd = STDIN_FILENO };
	enum talk_end end = TALK_DONE;
	char text[INPUT_TEXT];
	bool quit = false;
	bool typing = false; /* the cursor stands after a prompt */
	size_t bytes;

	while (end == TALK_DONE) {
		if (prompts && !typing && show("client > ") < 0)
			return TALK_NO_OUTPUT;
		typing = prompts;
		bytes = input_take(&in, text, &quit);
		if (quit || (!bytes && in.ended))
			break;
		if (!bytes) {
			end = await(fd, &in);
			continue;
		}
		typing = false;
		end = exchange(fd, text, bytes, prompts);
	}
	if (typing && !quit) {
		int saved = errno;

		show("\n");
		errno = saved;
	}
	return end;
}

#include "client/talk.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/input.h"
#include "client/visible.h"
#include "client/wait.h"

enum { RECORD_BYTES = INPUT_TEXT + 1 }; /* a NUL ends it at the latest */

/* What the server has to say while nothing was asked of it. */
static enum end hear_unasked(struct peer *p)
{
	char byte;
	ssize_t n = peer_receive(p, &byte, 1);

	if (n < 0)
		return END_LOST;
	if (n > 0)
		return END_UNASKED;
	return p->ended ? END_CLOSED : END_DONE;
}

/* Waits for input, and for the end of the connection meanwhile. */
static enum end await(struct peer *p, struct input *in)
{
	struct pollfd wait[] = {
		{ .fd = p->fd, .events = POLLIN },
		{ .fd = in->fd, .events = POLLIN },
	};

	if (wait_ready(wait, 2, WAIT_FOREVER) < 0)
		return END_NO_INPUT;
	if (wait[0].revents)
		return hear_unasked(p);
	if (input_fill(in) < 0 && errno != EAGAIN && errno != EINTR)
		return END_NO_INPUT;
	return END_DONE;
}

static enum end exchange(struct peer *p, const char *text, size_t bytes,
			 bool prompts)
{
	char sent[RECORD_BYTES] = { 0 };
	char came[RECORD_BYTES];
	size_t length;
	bool differs;
	enum end end;

	memcpy(sent, text, bytes);
	end = peer_exchange(p, sent, came, sizeof(sent));
	if (end != END_DONE)
		return end;
	differs = memcmp(sent, came, sizeof(sent)) != 0;
	length = strnlen(came, sizeof(came));
	if (isatty(STDOUT_FILENO))
		visible(came, length);
	if (prompts)
		fputs("recv from server : ", stdout);
	fwrite(came, 1, length, stdout);
	if (fflush(stdout) != 0)
		return END_NO_OUTPUT;
	return differs ? END_DIFFERS : END_DONE;
}

static int show(const char *words)
{
	return fputs(words, stdout) == EOF || fflush(stdout) != 0 ? -1 : 0;
}

enum end talk(struct peer *p, bool prompts)
{
	struct input in = { .fd = STDIN_FILENO };
	enum end end = END_DONE;
	char text[INPUT_TEXT];
	bool quit = false;
	bool typing = false; /* the cursor stands after a prompt */
	size_t bytes;

	while (end == END_DONE) {
		if (prompts && !typing && show("client > ") < 0)
			return END_NO_OUTPUT;
		typing = prompts;
		bytes = input_take(&in, text, &quit);
		if (quit || (!bytes && in.ended))
			break;
		if (!bytes) {
			end = await(p, &in);
			continue;
		}
		typing = false;
		end = exchange(p, text, bytes, prompts);
	}
	if (typing && !quit) {
		int saved = errno;

		show("\n");
		errno = saved;
	}
	return end;
}

#include "client/raw.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "client/visible.h"
#include "client/wait.h"
#include "lib/clock.h"

enum {
	BUFFER_BYTES = 64 * 1024,
	/* A pipe that poll(2) calls writable takes as much without blocking. */
	PRINT_BYTES = PIPE_BUF,
};

struct buffer {
	size_t from, to; /* what bytes[] still holds */
	char bytes[BUFFER_BYTES];
};

struct pump {
	struct peer *peer;
	struct buffer up, down; /* to the server, from the server */
	bool input_ended;
	bool on_terminal;  /* standard output is */
	int send_error;	   /* why the server takes no more, or 0 */
	uint64_t moved_ns; /* when it last did its part, or owed nothing */
};

static bool is_empty(const struct buffer *b)
{
	return b->from == b->to;
}

/*
 * Whether it is for the server to do something: read, return what it has read,
 * or end its half. What waits for standard output is not its fault.
 */
static bool server_owes(const struct pump *p)
{
	return is_empty(&p->down) &&
	       (!is_empty(&p->up) || p->peer->sent > p->peer->came ||
		p->input_ended || p->send_error);
}

/* One read; 0 bytes are the end of input. */
static enum end take_input(struct pump *p)
{
	ssize_t n = read(STDIN_FILENO, p->up.bytes, BUFFER_BYTES);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? END_DONE :
							   END_NO_INPUT;
	p->up.from = 0;
	p->up.to = (size_t)n;
	if (n == 0) {
		p->input_ended = true;
		peer_end_sending(p->peer);
	}
	return END_DONE;
}

/* What the server returned before it broke off is still to be read. */
static void send_some(struct pump *p)
{
	ssize_t n = peer_send(p->peer, p->up.bytes + p->up.from,
			      p->up.to - p->up.from);

	if (n < 0) {
		p->send_error = errno;
		p->up.from = p->up.to;
	} else {
		p->up.from += (size_t)n;
	}
}

static enum end receive_some(struct pump *p)
{
	ssize_t n = peer_receive(p->peer, p->down.bytes, BUFFER_BYTES);

	if (n < 0) {
		if (p->send_error)
			errno = p->send_error;
		return END_LOST;
	}
	p->down.from = 0;
	p->down.to = (size_t)n;
	if (p->on_terminal)
		visible(p->down.bytes, p->down.to);
	return END_DONE;
}

static enum end print_some(struct pump *p)
{
	size_t held = p->down.to - p->down.from;
	ssize_t n = write(STDOUT_FILENO, p->down.bytes + p->down.from,
			  held < PRINT_BYTES ? held : PRINT_BYTES);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? END_DONE :
							   END_NO_OUTPUT;
	p->down.from += (size_t)n;
	return END_DONE;
}

/* Waits until something can be moved, and moves it. */
static enum end turn(struct pump *p)
{
	enum { SERVER, INPUT, OUTPUT, ALL };
	bool sends = !is_empty(&p->up), prints = !is_empty(&p->down);
	bool reads = !sends && !p->input_ended && !p->send_error;
	bool owes = server_owes(p);
	uint64_t moved = p->peer->sent + p->peer->came;
	struct pollfd wait[ALL] = {
		[SERVER] = { .fd = sends || !prints ? p->peer->fd : -1,
			     .events = (short)((sends ? POLLOUT : 0) |
					       (prints ? 0 : POLLIN)) },
		[INPUT] = { .fd = reads ? STDIN_FILENO : -1, .events = POLLIN },
		[OUTPUT] = { .fd = prints ? STDOUT_FILENO : -1,
			     .events = POLLOUT },
	};
	int ready = wait_ready(wait, ALL,
			       owes ? wait_deadline(p->moved_ns,
						    p->peer->timeout_ns) :
				      WAIT_FOREVER);
	enum end end = END_DONE;

	if (ready <= 0)
		return ready == 0 ? END_SILENT : END_LOST;
	if (sends && wait[SERVER].revents & ~POLLIN)
		send_some(p);
	if (!prints && wait[SERVER].revents & ~POLLOUT)
		end = receive_some(p);
	if (end == END_DONE && wait[OUTPUT].revents)
		end = print_some(p);
	if (end == END_DONE && wait[INPUT].revents)
		end = take_input(p);
	if (!owes || moved != p->peer->sent + p->peer->came)
		p->moved_ns = clock_now_ns();
	return end;
}

enum end raw(struct peer *peer)
{
	struct pump p = { .peer = peer,
			  .moved_ns = clock_now_ns(),
			  .on_terminal = isatty(STDOUT_FILENO) };

	while (!peer->ended) {
		enum end end = turn(&p);

		if (end != END_DONE)
			return end;
	}
	if (p.send_error) {
		errno = p.send_error;
		return END_LOST;
	}
	if (!p.input_ended)
		return END_CLOSED;
	return peer->sent == peer->came ? END_DONE : END_UNEVEN;
}

#include "loadgen/beside.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/payload.h"

enum state {
	CONNECTING,
	TALKING, /* its part is not yet done */
	UP,	 /* there until the end, or until the server ends it */
	LOST,
};

/* Numbers that no session of the load has. */
#define FIRST_ID (UINT64_C(1) << 62)

struct one {
	struct beside *all;
	enum beside_kind kind;
	enum state state;
	uint64_t id;
	int fd;
	size_t sent, received; /* bytes */
	struct event event;
};

static void lose(struct one *b)
{
	if (b->state == UP)
		tally_add(&b->all->load->tally->beside_up, -(uint64_t)1);
	tally_add(&b->all->load->tally->beside_lost, 1);
	b->state = LOST;
}

static void come_up(struct one *b)
{
	tally_add(&b->all->load->tally->beside_up, 1);
	b->state = UP;
}

static uint64_t key_of(const struct one *b)
{
	return payload_key(b->all->load->o->seed, b->id, 0);
}

/* What it sends in all, as one long message. */
static size_t wanted(const struct one *b)
{
	size_t size = b->all->load->o->size_bytes;

	return b->kind == BESIDE_HELD ? size :
	       b->kind == BESIDE_HALF ? size / 2 :
					SIZE_MAX;
}

/* Returns false once nothing more can be sent for now. */
static bool send_some(struct one *b)
{
	size_t left = wanted(b) - b->sent;
	size_t bytes = left < BUFFER_BYTES ? left : BUFFER_BYTES;
	ssize_t n;

	if (!left)
		return false;
	payload_fill(key_of(b), b->sent, b->all->load->tx_buffer, bytes);
	n = write(b->fd, b->all->load->tx_buffer, bytes);
	if (n < 0 && errno != EAGAIN)
		lose(b);
	if (n > 0)
		b->sent += (size_t)n;
	return n > 0;
}

/* Whether what came is the echo of what was sent. */
static void receive(struct one *b)
{
	ssize_t n = read(b->fd, b->all->load->rx_buffer, BUFFER_BYTES);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0 || b->received + (size_t)n > b->sent ||
	    !payload_matches(key_of(b), b->received, b->all->load->rx_buffer,
			     (size_t)n)) {
		lose(b);
		return;
	}
	b->received += (size_t)n;
	if (b->state == TALKING && b->received == wanted(b))
		come_up(b);
}

static void connected(struct one *b)
{
	socklen_t bytes = sizeof(errno);
	int error = 0;

	if (getsockopt(b->fd, SOL_SOCKET, SO_ERROR, &error, &bytes) < 0 ||
	    error) {
		lose(b);
		return;
	}
	b->state = TALKING;
	while (b->kind != BESIDE_SILENT && send_some(b))
		;
	/* The others have done all that they ever do. */
	if (b->state == TALKING && b->kind != BESIDE_HELD)
		come_up(b);
}

/* So that it is soon full. */
static int make_small(int fd)
{
	int few = 4096;

	return setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &few, sizeof(few)) < 0 ||
			       setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &few,
					  sizeof(few)) < 0 ?
		       -1 :
		       0;
}

static void begin(struct one *b)
{
	const struct load *l = b->all->load;

	b->fd = load_socket(l, b->id);
	if (b->fd < 0 || (b->kind == BESIDE_UNREAD && make_small(b->fd) < 0) ||
	    load_connect(l, b->fd) < 0)
		lose(b);
}

static void on_ready(evutil_socket_t fd, short what, void *arg);

/* Waits for what it needs. One that is lost, or cannot wait, is closed. */
static void tend(struct one *b)
{
	bool room = b->state == CONNECTING ||
		    (b->state == UP && b->kind == BESIDE_UNREAD);

	if (event_initialized(&b->event))
		event_del(&b->event);
	if (b->state != LOST) {
		event_assign(&b->event, b->all->base, b->fd,
			     (room ? EV_WRITE : EV_READ) | EV_PERSIST, on_ready,
			     b);
		if (event_add(&b->event, NULL) == 0)
			return;
		lose(b);
	}
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
}

void beside_begin(struct beside *all)
{
	const struct tally *t = all->load->tally;

	while (all->begun < all->count &&
	       all->begun < t->beside_up + t->beside_lost + all->opening) {
		struct one *b = &all->one[all->begun++];

		begin(b);
		tend(b);
	}
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct one *b = arg;

	(void)fd;
	(void)what;
	if (b->state == CONNECTING)
		connected(b);
	else if (b->kind == BESIDE_UNREAD)
		send_some(b);
	else
		receive(b);
	tend(b);
	beside_begin(b->all);
}

int beside_set_up(struct beside *all, const struct launch *l,
		  struct event_base *base)
{
	uint64_t upto = 0, i = 0;

	*all = (struct beside){ .load = l->load,
				.base = base,
				.opening = l->opening_limit };
	for (int kind = 0; kind < BESIDE_KINDS; kind++)
		all->count += launch_share(l, l->load->o->beside[kind]);
	all->one = calloc(all->count + 1, sizeof(all->one[0]));
	for (int kind = 0; all->one && kind < BESIDE_KINDS; kind++) {
		upto += launch_share(l, l->load->o->beside[kind]);
		for (; i < upto; i++)
			all->one[i] = (struct one){
				.all = all,
				.kind = (enum beside_kind)kind,
				.id = FIRST_ID + l->index + i * l->count,
				.fd = -1,
			};
	}
	return all->one ? 0 : -1;
}

void beside_tear_down(struct beside *all)
{
	for (uint64_t i = 0; i < all->begun; i++) {
		struct one *b = &all->one[i];

		if (b->fd < 0)
			continue;
		event_del(&b->event);
		close(b->fd);
	}
	free(all->one);
}

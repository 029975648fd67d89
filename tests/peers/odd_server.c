/*
 * odd_server WAY: a server on 127.0.0.1 that misbehaves in one way. Prints its
 * port, serves each connection in a child, and ends by itself after a minute.
 * Clients send records of 64 bytes. What it does with them:
 *
 *	deaf		reads nothing
 *	mute		reads them, and never answers
 *	drops		answers every other one, from the second on
 *	doubles		answers these, and twice
 *	narrow		echoes them, over a connection of tiny segments
 *	closes		closes when it has read one
 *	resets		resets the connection then
 *	sometimes	resets every fourth connection, at its 1st to 4th record
 *			in turn; is honest otherwise
 *	halves		answers with half a record, and closes
 *	once		answers one record, and closes
 *	dribbles	answers one byte at a time
 *	alters		answers with one bit wrong
 *	pads		answers with an x for the last byte
 *	repeats		answers every record with the first one
 *	adds		answers with a byte too many
 *	babbles		speaks before it is spoken to; is honest otherwise
 *	freezes		begins each connection with half a second of nothing
 *	naps		answers together all that came in a tenth of a second
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/sock.h"

enum { RECORD_BYTES = 64, LIFE_S = 60 };

struct session {
	int fd;
	unsigned number; /* of the connection, from 0 */
	unsigned record; /* of this connection, from 0 */
	char text[RECORD_BYTES];
	char first[RECORD_BYTES];
};

enum next { END, GO_ON };

static enum next echo(struct session *s)
{
	sock_write_all(s->fd, s->text, RECORD_BYTES);
	return GO_ON;
}

static enum next mute(struct session *s)
{
	(void)s;
	return GO_ON;
}

static enum next drops(struct session *s)
{
	return s->record % 2 ? echo(s) : GO_ON;
}

/* In one write: the client reads both at once. */
static enum next doubles(struct session *s)
{
	char both[2 * RECORD_BYTES];

	if (s->record % 2 == 0)
		return GO_ON;
	memcpy(both, s->text, RECORD_BYTES);
	memcpy(both + RECORD_BYTES, s->text, RECORD_BYTES);
	sock_write_all(s->fd, both, sizeof(both));
	return GO_ON;
}

static enum next closes(struct session *s)
{
	(void)s;
	return END;
}

static enum next resets(struct session *s)
{
	static const struct linger reset = { .l_onoff = 1 };

	setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	return END;
}

static enum next sometimes(struct session *s)
{
	bool now = s->number % 4 == 3 && s->record == s->number / 4 % 4;

	return now ? resets(s) : echo(s);
}

static enum next halves(struct session *s)
{
	sock_write_all(s->fd, s->text, RECORD_BYTES / 2);
	return END;
}

static enum next once(struct session *s)
{
	echo(s);
	return END;
}

/* A segment each (see sock_listen()), so that the client's reads are partial. */
static enum next dribbles(struct session *s)
{
	for (int i = 0; i < RECORD_BYTES; i++)
		sock_write_all(s->fd, s->text + i, 1);
	return GO_ON;
}

static enum next alters(struct session *s)
{
	s->text[0] ^= 1;
	return echo(s);
}

static enum next pads(struct session *s)
{
	s->text[RECORD_BYTES - 1] = 'x';
	return echo(s);
}

static enum next repeats(struct session *s)
{
	if (s->record == 0)
		memcpy(s->first, s->text, RECORD_BYTES);
	sock_write_all(s->fd, s->first, RECORD_BYTES);
	return GO_ON;
}

/* In one write: the client reads the odd byte with the echo. */
static enum next adds(struct session *s)
{
	char more[RECORD_BYTES + 1] = { 0 };

	memcpy(more, s->text, RECORD_BYTES);
	sock_write_all(s->fd, more, sizeof(more));
	return GO_ON;
}

/* Whole records: the room is a multiple, and so is what clients write. */
static enum next naps(struct session *s)
{
	char all[256 * RECORD_BYTES];
	ssize_t n;

	memcpy(all, s->text, RECORD_BYTES);
	clock_sleep_until(clock_now_ns() + NS_PER_S / 10);
	n = recv(s->fd, all + RECORD_BYTES, sizeof(all) - RECORD_BYTES,
		 MSG_DONTWAIT);
	sock_write_all(s->fd, all, RECORD_BYTES + (n > 0 ? (size_t)n : 0));
	return GO_ON;
}

static void say_hello(int fd)
{
	sock_write_all(fd, "hello", 5);
}

static void stop_up(int fd)
{
	(void)fd;
	clock_sleep_until(clock_now_ns() + LIFE_S * NS_PER_S);
}

static void freeze(int fd)
{
	(void)fd;
	clock_sleep_until(clock_now_ns() + NS_PER_S / 2);
}

static const struct way {
	const char *name;
	void (*begin)(int fd); /* or NULL */
	enum next (*answer)(struct session *s);
} ways[] = {
	{ "narrow", NULL, echo },	{ "deaf", stop_up, echo },
	{ "drops", NULL, drops },	{ "doubles", NULL, doubles },
	{ "mute", NULL, mute },		{ "closes", NULL, closes },
	{ "resets", NULL, resets },	{ "sometimes", NULL, sometimes },
	{ "halves", NULL, halves },	{ "once", NULL, once },
	{ "dribbles", NULL, dribbles }, { "alters", NULL, alters },
	{ "pads", NULL, pads },		{ "repeats", NULL, repeats },
	{ "adds", NULL, adds },		{ "babbles", say_hello, echo },
	{ "freezes", freeze, echo },	{ "naps", NULL, naps },
};

static const struct way *find_way(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(ways[i].name, name))
			return &ways[i];
	errx(2, "%s: no such way; see the top of odd_server.c", name);
}

/*
 * The client's kernel buffers few of them, and so takes less at once than the
 * client has to give.
 */
static int narrow(int listener)
{
	int bytes = 512;

	return setsockopt(listener, IPPROTO_TCP, TCP_MAXSEG, &bytes,
			  sizeof(bytes));
}

static _Noreturn void serve(const struct way *way, struct session s,
			    pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (way->begin)
		way->begin(s.fd);
	for (; sock_read_all(s.fd, s.text, RECORD_BYTES) == RECORD_BYTES;
	     s.record++)
		if (way->answer(&s) == END)
			break;
	close(s.fd);
	_exit(0);
}

int main(int argc, char *argv[])
{
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	struct address a = { .bytes = sizeof(any) };
	struct session s = { 0 };
	const struct way *way;
	pid_t self = getpid();
	int listener;

	if (argc != 2)
		errx(2, "usage: odd_server WAY");
	way = find_way(argv[1]);
	alarm(LIFE_S);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	memcpy(&a.storage, &any, sizeof(any));
	listener = sock_listen(&a, 128, &a);
	if (listener < 0)
		err(1, "listen");
	if (!strcmp(way->name, "narrow") && narrow(listener) < 0)
		err(1, "TCP_MAXSEG");
	printf("%u\n", (unsigned)sock_port(&a));
	fflush(stdout);
	for (; (s.fd = accept(listener, NULL, NULL)) >= 0; s.number++) {
		pid_t pid = fork();

		if (pid < 0)
			err(1, "fork");
		if (pid == 0) {
			close(listener);
			serve(way, s, self);
		}
		close(s.fd);
	}
	err(1, "accept");
}

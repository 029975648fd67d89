/* Names of addresses, listening, and whole reads and writes in pieces. */

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/sock.h"

static struct address address_of(const char *host, const char *port)
{
	struct address a;
	char why[PARSE_WHY];

	assert_int_equal(parse_address(host, &a, why), 0);
	assert_int_equal(parse_port(port, 0, &a, why), 0);
	return a;
}

static void names_of_addresses(void **state)
{
	static const struct {
		const char *host, *port, *name;
		uint16_t number;
	} known[] = {
		{ "127.0.0.1", "7000", "127.0.0.1:7000", 7000 },
		{ "255.255.255.255", "65535", "255.255.255.255:65535", 65535 },
		{ "0.0.0.0", "0", "0.0.0.0:0", 0 },
		{ "::1", "7000", "[::1]:7000", 7000 },
		{ "2001:db8:1:2:3:4:5:6", "65535",
		  "[2001:db8:1:2:3:4:5:6]:65535", 65535 },
		{ "::ffff:255.255.255.255", "1", "[::ffff:255.255.255.255]:1",
		  1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct address a = address_of(known[i].host, known[i].port);
		char name[SOCK_NAME];

		sock_name(&a, name);
		assert_string_equal(name, known[i].name);
		assert_int_equal(sock_port(&a), known[i].number);
	}
}

static void loopback_is_told_from_the_rest(void **state)
{
	static const char *const near[] = { "127.0.0.1", "127.255.3.4", "::1",
					    "::ffff:127.0.0.1" };
	static const char *const far[] = { "0.0.0.0",	 "128.0.0.1",
					   "10.0.0.127", "::",
					   "::2",	 "::127.0.0.1",
					   "fe80::1",	 "::ffff:10.0.0.127" };

	(void)state;
	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++) {
		struct address a = address_of(near[i], "7000");

		assert_true(sock_is_loopback(&a));
	}
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		struct address a = address_of(far[i], "7000");

		assert_false(sock_is_loopback(&a));
	}
}

static void listens_at(const char *host)
{
	struct address any = address_of(host, "0"), bound, peer;
	int fd = sock_listen(&any, 5, &bound);
	int client, accepted, on = 0;
	socklen_t bytes = sizeof(on);
	char name[SOCK_NAME], wanted[SOCK_NAME];

	if (fd < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
		skip();
	assert_true(fd >= 0);
	assert_true(sock_port(&bound) > 0);
	assert_int_equal(bound.bytes, any.bytes);
	peer = any;
	/* sin_port and sin6_port are in the same place. */
	((struct sockaddr_in *)&peer.storage)->sin_port =
		((struct sockaddr_in *)&bound.storage)->sin_port;
	sock_name(&peer, wanted);
	sock_name(&bound, name);
	assert_string_equal(name, wanted);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, &bytes),
			 0);
	assert_true(on);

	client = socket(any.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(client, (struct sockaddr *)&bound.storage,
				 bound.bytes),
			 0);
	accepted = accept(fd, NULL, NULL);
	on = 0;
	assert_int_equal(
		getsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, &bytes), 0);
	assert_true(on);
	close(accepted);
	close(client);
	close(fd);
}

static void listens_at_a_port_of_the_kernels_choice(void **state)
{
	(void)state;
	listens_at("127.0.0.1");
}

static void listens_at_an_ipv6_address(void **state)
{
	(void)state;
	listens_at("::1");
}

static int lowest_free_fd(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

static void what_can_t_be_bound_is_told(void **state)
{
	struct address any = address_of("127.0.0.1", "0"), bound, other;
	int fd = sock_listen(&any, 5, &bound), again, lowest;

	(void)state;
	assert_true(fd >= 0);
	lowest = lowest_free_fd();
	assert_int_equal(sock_listen(&bound, 5, NULL), -1);
	assert_int_equal(errno, EADDRINUSE);
	other = address_of("192.0.2.1", "0"); /* nobody's, RFC 5737 */
	assert_int_equal(sock_listen(&other, 5, NULL), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_int_equal(lowest_free_fd(), lowest);
	close(fd);
	again = sock_listen(&bound, 5, NULL);
	assert_true(again >= 0);
	close(again);
}

enum { LONG = 1 << 20, PART = 100000 };

/* The other end of a socket pair, served by the alarms. */
static struct {
	int fd;
	unsigned alarms, quiet; /* nothing is done in the first few */
	unsigned char got[LONG];
	size_t done;
	bool writes;
} other;

static unsigned char byte_at(size_t i)
{
	return (unsigned char)(i * 2654435761u >> 13);
}

/* Interrupts whatever blocks; moves a part at a time. */
static void on_alarm(int number)
{
	size_t left = LONG - other.done;
	size_t part = left < PART ? left : PART;
	int saved = errno;
	ssize_t n;

	(void)number;
	if (++other.alarms <= other.quiet)
		return;
	n = other.writes ?
		    send(other.fd, other.got + other.done, part, MSG_DONTWAIT) :
		    recv(other.fd, other.got + other.done, part, MSG_DONTWAIT);
	if (n > 0)
		other.done += (size_t)n;
	errno = saved;
}

static void set_alarms(long us)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, us }, { 0, us } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

static int socket_pair(bool other_writes)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	other.fd = pair[1];
	other.alarms = 0;
	other.quiet = 5;
	other.done = 0;
	other.writes = other_writes;
	return pair[0];
}

static void a_write_goes_on_when_interrupted(void **state)
{
	unsigned char *sent = malloc(LONG);
	int fd = socket_pair(false);

	(void)state;
	assert_non_null(sent);
	for (size_t i = 0; i < LONG; i++)
		sent[i] = byte_at(i);
	set_alarms(300);
	assert_int_equal(sock_write_all(fd, sent, LONG), 0);
	set_alarms(0);
	close(fd);
	assert_int_equal(sock_read_all(other.fd, other.got + other.done,
				       LONG - other.done),
			 LONG - other.done);
	assert_memory_equal(other.got, sent, LONG);
	assert_true(other.alarms > other.quiet);
	close(other.fd);
	free(sent);
}

static void a_read_goes_on_when_interrupted(void **state)
{
	unsigned char *got = malloc(LONG);
	int fd = socket_pair(true);

	(void)state;
	assert_non_null(got);
	for (size_t i = 0; i < LONG; i++)
		other.got[i] = byte_at(i);
	set_alarms(300);
	assert_int_equal(sock_read_all(fd, got, LONG), LONG);
	set_alarms(0);
	assert_memory_equal(got, other.got, LONG);
	assert_true(other.alarms > other.quiet);
	close(other.fd);
	assert_int_equal(sock_read_all(fd, got, 1), 0);
	close(fd);
	free(got);
}

static void small_pieces_make_a_whole(void **state)
{
	char got[32] = "";
	int pair[2], status;
	pid_t writer;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	writer = fork();
	if (writer == 0) {
		close(pair[1]);
		for (const char *at = "in pieces"; *at; at++)
			if (sock_write_all(pair[0], at, 1) < 0)
				_exit(1);
		_exit(0);
	}
	assert_true(writer > 0);
	close(pair[0]);
	assert_int_equal(sock_read_all(pair[1], got, 0), 0);
	assert_int_equal(sock_read_all(pair[1], got, 7), 7);
	assert_string_equal(got, "in piec");
	/* Fewer than asked at the end of the stream, then none. */
	assert_int_equal(sock_read_all(pair[1], got + 7, 20), 2);
	assert_string_equal(got, "in pieces");
	assert_int_equal(sock_read_all(pair[1], got, 20), 0);
	close(pair[1]);
	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_int_equal(status, 0);
}

static void the_same_address_and_port(void **state)
{
	static const char *const others[][2] = {
		{ "127.0.0.1", "7001" },
		{ "127.0.0.2", "7000" },
		{ "::1", "7000" },
	};
	struct address a = address_of("127.0.0.1", "7000"), b = a;
	struct address six = address_of("::1", "7000");

	(void)state;
	assert_true(sock_same(&a, &b));
	assert_true(sock_same(&six, &six));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		b = address_of(others[i][0], others[i][1]);
		assert_false(sock_same(&a, &b));
	}
	b = address_of("::2", "7000");
	assert_false(sock_same(&six, &b));
}

static void failures_keep_their_errno(void **state)
{
	int pair[2];
	char byte = 'x';

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	close(pair[1]);
	assert_int_equal(sock_write_all(pair[0], &byte, 1), -1);
	assert_int_equal(errno, EPIPE);
	close(pair[0]);
	assert_int_equal(sock_read_all(-1, &byte, 1), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(sock_write_all(-1, &byte, 1), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(sock_write_all(-1, &byte, 0), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_addresses),
		cmocka_unit_test(loopback_is_told_from_the_rest),
		cmocka_unit_test(listens_at_a_port_of_the_kernels_choice),
		cmocka_unit_test(listens_at_an_ipv6_address),
		cmocka_unit_test(what_can_t_be_bound_is_told),
		cmocka_unit_test(a_write_goes_on_when_interrupted),
		cmocka_unit_test(a_read_goes_on_when_interrupted),
		cmocka_unit_test(small_pieces_make_a_whole),
		cmocka_unit_test(the_same_address_and_port),
		cmocka_unit_test(failures_keep_their_errno),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

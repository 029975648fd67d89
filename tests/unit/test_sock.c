/* Names of addresses, listening, and whole reads and writes in pieces. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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
	} known[] = {
		{ "127.0.0.1", "7000", "127.0.0.1:7000" },
		{ "255.255.255.255", "65535", "255.255.255.255:65535" },
		{ "0.0.0.0", "0", "0.0.0.0:0" },
		{ "::1", "7000", "[::1]:7000" },
		{ "2001:db8:1:2:3:4:5:6", "65535",
		  "[2001:db8:1:2:3:4:5:6]:65535" },
		{ "::ffff:255.255.255.255", "1", "[::ffff:255.255.255.255]:1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct address a = address_of(known[i].host, known[i].port);
		char name[SOCK_NAME];

		sock_name(&a, name);
		assert_string_equal(name, known[i].name);
		assert_int_equal(sock_port(&a), atoi(known[i].port));
	}
}

static void listens_at(const char *host)
{
	struct address any = address_of(host, "0"), bound, peer;
	int fd = sock_listen(&any, 5, &bound);
	int client, on = 0;
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

enum { LONG = 4 << 20 };

static unsigned char byte_at(size_t i)
{
	return (unsigned char)(i * 2654435761u >> 13);
}

static void on_alarm(int number)
{
	(void)number;
}

/* Interrupts every system call that takes long, again and again. */
static void set_interruptions(long us)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, us }, { 0, us } };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

/* Reads all, then asks for more than is left. */
static _Noreturn void be_reader(int fd)
{
	unsigned char *got = malloc(LONG + 100);

	set_interruptions(700);
	if (!got || sock_read_all(fd, got, LONG / 2) != LONG / 2 ||
	    sock_read_all(fd, got + LONG / 2, LONG) != LONG / 2)
		_exit(1);
	for (size_t i = 0; i < LONG; i++)
		if (got[i] != byte_at(i))
			_exit(2);
	_exit(sock_read_all(fd, got, 1) != 0);
}

static void all_is_written_and_read_in_whatever_pieces(void **state)
{
	unsigned char *sent = malloc(LONG);
	int pair[2], status;
	pid_t reader;

	(void)state;
	assert_non_null(sent);
	for (size_t i = 0; i < LONG; i++)
		sent[i] = byte_at(i);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	reader = fork();
	if (reader == 0) {
		close(pair[0]);
		be_reader(pair[1]);
	}
	assert_true(reader > 0);
	close(pair[1]);
	set_interruptions(500);
	assert_int_equal(sock_write_all(pair[0], sent, LONG - 5), 0);
	assert_int_equal(sock_write_all(pair[0], sent + LONG - 5, 5), 0);
	set_interruptions(0);
	close(pair[0]);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
	free(sent);
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
		cmocka_unit_test(listens_at_a_port_of_the_kernels_choice),
		cmocka_unit_test(listens_at_an_ipv6_address),
		cmocka_unit_test(what_can_t_be_bound_is_told),
		cmocka_unit_test(all_is_written_and_read_in_whatever_pieces),
		cmocka_unit_test(small_pieces_make_a_whole),
		cmocka_unit_test(failures_keep_their_errno),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

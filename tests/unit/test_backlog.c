/* The accept queue's limit, of listeners at hand. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/sock.h"
#include "loadgen/backlog.h"
#include "loadgen/sources.h"

/* sin_port and sin6_port are in the same place. */
static in_port_t *port_of(struct address *a)
{
	return &((struct sockaddr_in *)&a->storage)->sin_port;
}

/* The address that a client names, with the port of a listener. */
static struct address named(const char *host, struct address *bound)
{
	struct address a;
	char why[PARSE_WHY];

	assert_int_equal(parse_address(host, &a, why), 0);
	*port_of(&a) = bound ? *port_of(bound) : 0;
	return a;
}

static int asked(const char *host, struct address *bound)
{
	struct address to = named(host, bound);

	return backlog_of(&to);
}

static int listener_at(const char *host, int backlog, struct address *bound)
{
	struct address a = named(host, NULL);
	int fd = sock_listen(&a, backlog, bound);

	if (fd < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
		skip();
	assert_true(fd >= 0);
	return fd;
}

static void listens_at(const char *host)
{
	static const int backlog[] = { 0, 5, 128 };

	for (size_t i = 0; i < sizeof(backlog) / sizeof(backlog[0]); i++) {
		struct address bound;
		int fd = listener_at(host, backlog[i], &bound);

		assert_int_equal(asked(host, &bound), backlog[i]);
		close(fd);
	}
}

static void a_listener_at_an_ipv4_address(void **state)
{
	(void)state;
	listens_at("127.0.0.1");
}

static void a_listener_at_an_ipv6_address(void **state)
{
	(void)state;
	listens_at("::1");
}

static void a_listener_at_another_address(void **state)
{
	struct address bound;
	int fd = listener_at("127.0.0.1", 5, &bound);

	(void)state;
	assert_int_equal(asked("127.0.0.2", &bound), -1);
	assert_int_equal(asked("::1", &bound), -1);
	close(fd);
}

static void a_listener_at_every_address(void **state)
{
	struct address bound;
	int fd = listener_at("0.0.0.0", 5, &bound);

	(void)state;
	assert_int_equal(asked("127.0.0.1", &bound), 5);
	assert_int_equal(asked("127.9.8.7", &bound), 5);
	assert_int_equal(asked("::1", &bound), -1);
	/* Somebody else's machine (RFC 5737): ours says nothing of it. */
	assert_int_equal(asked("198.51.100.1", &bound), -1);
	close(fd);
}

static void a_listener_for_both_families(void **state)
{
	struct address bound;
	int fd = listener_at("::", 128, &bound), only = 0;
	socklen_t bytes = sizeof(only);

	(void)state;
	assert_int_equal(
		getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &bytes), 0);
	assert_int_equal(asked("::1", &bound), 128);
	assert_int_equal(asked("127.0.0.1", &bound), only ? -1 : 128);
	assert_int_equal(asked("::ffff:127.0.0.1", &bound), only ? -1 : 128);
	assert_int_equal(asked("2001:db8::1", &bound), -1);
	close(fd);
}

static void a_listener_for_ipv6_alone(void **state)
{
	struct address any = named("::", NULL);
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&any.storage, any.bytes),
			 0);
	assert_int_equal(listen(fd, 5), 0);
	getsockname(fd, (struct sockaddr *)&any.storage, &any.bytes);
	assert_int_equal(asked("::1", &any), 5);
	assert_int_equal(asked("127.0.0.1", &any), -1);
	close(fd);
}

/* As a client may name it that knows IPv6 alone. */
static void an_ipv4_listener_in_ipv6_words(void **state)
{
	struct address bound, mapped = named("::ffff:127.0.0.1", NULL);
	int fd = listener_at("127.0.0.1", 5, &bound);

	(void)state;
	if (!sources_is_local(&mapped))
		skip();
	assert_int_equal(asked("::ffff:127.0.0.1", &bound), 5);
	assert_int_equal(asked("::ffff:127.0.0.2", &bound), -1);
	close(fd);
}

/* Nor is a connection or a socket that doesn't listen taken for a listener. */
static void no_listener(void **state)
{
	struct address bound;
	int fd = listener_at("127.0.0.1", 5, &bound);
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), accepted;

	(void)state;
	assert_int_equal(connect(client, (struct sockaddr *)&bound.storage,
				 bound.bytes),
			 0);
	accepted = accept(fd, NULL, NULL);
	assert_true(accepted >= 0);
	assert_int_equal(asked("127.0.0.1", &bound), 5);
	close(fd);
	assert_int_equal(asked("127.0.0.1", &bound), -1);
	close(client);
	close(accepted);

	client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bound = named("127.0.0.1", NULL);
	assert_int_equal(bind(client, (struct sockaddr *)&bound.storage,
			      bound.bytes),
			 0);
	getsockname(client, (struct sockaddr *)&bound.storage, &bound.bytes);
	assert_int_equal(asked("127.0.0.1", &bound), -1);
	close(client);
}

/* A queue with somebody in it holds no fewer. */
static void the_limit_is_not_what_is_left(void **state)
{
	struct address bound;
	int fd = listener_at("127.0.0.1", 5, &bound), client[3];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		client[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(connect(client[i],
					 (struct sockaddr *)&bound.storage,
					 bound.bytes),
				 0);
		assert_int_equal(asked("127.0.0.1", &bound), 5);
	}
	for (size_t i = 0; i < 3; i++)
		close(client[i]);
	close(fd);
}

static int lowest_free_fd(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

static void nothing_stays_open(void **state)
{
	struct address bound;
	int fd = listener_at("127.0.0.1", 5, &bound);
	int lowest = lowest_free_fd();

	(void)state;
	assert_int_equal(asked("127.0.0.1", &bound), 5);
	assert_int_equal(asked("127.0.0.2", &bound), -1);
	assert_int_equal(asked("198.51.100.1", &bound), -1);
	assert_int_equal(lowest_free_fd(), lowest);
	close(fd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listener_at_an_ipv4_address),
		cmocka_unit_test(a_listener_at_an_ipv6_address),
		cmocka_unit_test(a_listener_at_another_address),
		cmocka_unit_test(a_listener_at_every_address),
		cmocka_unit_test(a_listener_for_both_families),
		cmocka_unit_test(a_listener_for_ipv6_alone),
		cmocka_unit_test(an_ipv4_listener_in_ipv6_words),
		cmocka_unit_test(no_listener),
		cmocka_unit_test(the_limit_is_not_what_is_left),
		cmocka_unit_test(nothing_stays_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

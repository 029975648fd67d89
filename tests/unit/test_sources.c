/* Pools of source addresses: how they are written, counted and bound. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/sock.h"
#include "loadgen/sources.h"

static void at_is(const struct sources *s, uint64_t i, const char *name)
{
	char got[SOCK_NAME];
	struct address a;

	sources_at(s, i, &a);
	sock_name(&a, got);
	assert_string_equal(got, name);
}

static void ranges_and_single_addresses(void **state)
{
	static const struct {
		const char *text;
		uint64_t count;
		const char *first, *last;
	} known[] = {
		{ "192.0.2.7", 1, "192.0.2.7:0", "192.0.2.7:0" },
		{ "192.0.2.7-192.0.2.7", 1, "192.0.2.7:0", "192.0.2.7:0" },
		{ "192.0.2.7-192.0.3.6", 256, "192.0.2.7:0", "192.0.3.6:0" },
		{ "10.0.0.0-10.0.255.255", 65536, "10.0.0.0:0",
		  "10.0.255.255:0" },
		{ "255.255.255.254-255.255.255.255", 2, "255.255.255.254:0",
		  "255.255.255.255:0" },
		{ "::1", 1, "[::1]:0", "[::1]:0" },
		{ "2001:db8::fffe-2001:db8::1:1", 4, "[2001:db8::fffe]:0",
		  "[2001:db8::1:1]:0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		char why[PARSE_WHY];
		struct sources s;

		assert_int_equal(sources_parse(known[i].text, &s, why), 0);
		assert_int_equal(s.count, known[i].count);
		at_is(&s, 0, known[i].first);
		at_is(&s, s.count - 1, known[i].last);
		at_is(&s, s.count, known[i].first);
		at_is(&s, UINT64_MAX / s.count * s.count - 1, known[i].last);
	}
}

static void what_is_no_range_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"-",
		"192.0.2.7-",
		"-192.0.2.7",
		"192.0.2.7-8",
		"192.0.2.7 - 192.0.2.8",
		"192.0.2.7-192.0.2.8-192.0.2.9",
		"192.0.2.8-192.0.2.7",
		"255.255.255.255-0.0.0.1",
		"10.0.0.0-10.1.0.0",
		"0.0.0.0-255.255.255.255",
		"192.0.2.7-::1",
		"::1-192.0.2.7",
		"2001:db8::2-2001:db8::1",
		"2001:db8::-2001:db8::1:0",
		"2001:db8::1-2001:db8:0:0:0:1::2",
		"2001:db8::1-2001:db9::1",
		"localhost",
		/* Right up to where an address can't be longer. */
		"0000:0000:0000:0000:0000:ffff:255.255.255.2550",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char why[PARSE_WHY] = "";
		struct sources s = { .count = 77 };

		assert_int_equal(sources_parse(wrong[i], &s, why), -1);
		assert_true(strlen(why) > 0);
		assert_int_equal(s.count, 77);
	}
}

static struct address address_of(const char *host)
{
	struct address a;
	char why[PARSE_WHY];

	assert_int_equal(parse_address(host, &a, why), 0);
	return a;
}

/* Connects from each address of the pool, as the server sees it. */
static void connects_from(const char *server, const struct sources *s)
{
	struct address any = address_of(server), bound, from, wanted;
	int listener = sock_listen(&any, 5, &bound);

	if (listener < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))
		skip();
	assert_true(listener >= 0);
	for (uint64_t i = 0; i < s->count; i++) {
		int fd = socket(any.storage.ss_family, SOCK_STREAM, 0), peer;
		char name[SOCK_NAME], wanted_name[SOCK_NAME];

		assert_int_equal(sources_bind(fd, s, i), 0);
		from = (struct address){ .bytes = sizeof(from.storage) };
		getsockname(fd, (struct sockaddr *)&from.storage, &from.bytes);
		/* Else a port would be taken from every other server, too. */
		assert_int_equal(sock_port(&from), 0);
		assert_int_equal(connect(fd, (struct sockaddr *)&bound.storage,
					 bound.bytes),
				 0);
		from.bytes = sizeof(from.storage);
		peer = accept(listener, (struct sockaddr *)&from.storage,
			      &from.bytes);
		assert_true(peer >= 0);
		assert_int_not_equal(sock_port(&from), 0);
		((struct sockaddr_in *)&from.storage)->sin_port = 0;
		sources_at(s, i, &wanted);
		sock_name(&from, name);
		sock_name(&wanted, wanted_name);
		assert_string_equal(name, wanted_name);
		close(peer);
		close(fd);
	}
	close(listener);
}

static void connections_come_from_the_pool(void **state)
{
	struct sources pool = sources_loopback(300);

	(void)state;
	assert_int_equal(pool.count, 300);
	at_is(&pool, 0, "127.1.0.1:0");
	at_is(&pool, 299, "127.1.1.44:0");
	connects_from("127.0.0.1", &pool);
}

static void ipv6_sources_are_bound(void **state)
{
	char why[PARSE_WHY];
	struct sources one;

	(void)state;
	assert_int_equal(sources_parse("::1", &one, why), 0);
	connects_from("::1", &one);
}

static void what_is_not_ours_can_t_be_bound(void **state)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char why[PARSE_WHY];
	struct sources other;

	(void)state;
	/* Nobody's, RFC 5737. */
	assert_int_equal(sources_parse("198.51.100.1", &other, why), 0);
	assert_int_equal(sources_bind(fd, &other, 0), -1);
	assert_int_equal(errno, EADDRNOTAVAIL);
	assert_int_equal(sources_bind(-1, &other, 0), -1);
	assert_int_equal(errno, EBADF);
	close(fd);
}

/* Whatever port the address comes with: one in use, a privileged one. */
static void local_addresses_are_known(void **state)
{
	struct address any = address_of("127.0.0.1"), bound;
	int listener = sock_listen(&any, 5, &bound);

	(void)state;
	assert_true(listener >= 0);
	assert_true(sources_is_local(&bound));
	assert_true(sources_is_local(&any));
	any = address_of("127.255.0.9");
	((struct sockaddr_in *)&any.storage)->sin_port = htons(1);
	assert_true(sources_is_local(&any));
	any = address_of("198.51.100.1");
	assert_false(sources_is_local(&any));
	any = address_of("2001:db8::1");
	assert_false(sources_is_local(&any));
	close(listener);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_and_single_addresses),
		cmocka_unit_test(what_is_no_range_is_refused),
		cmocka_unit_test(connections_come_from_the_pool),
		cmocka_unit_test(ipv6_sources_are_bound),
		cmocka_unit_test(what_is_not_ours_can_t_be_bound),
		cmocka_unit_test(local_addresses_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

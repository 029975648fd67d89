/* A name's addresses are tried in turn. The resolver here is the test's own. */

#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/dial.h"
#include "client/wait.h"

enum { MOST = 3 };

static struct sockaddr_in address[MOST];
static struct addrinfo entry[MOST];
static int listener, refused_fd;
static uint16_t open_port, closed_port;

/* Instead of libc's: the entries that list() has made. */
int getaddrinfo(const char *host, const char *port,
		const struct addrinfo *hints, struct addrinfo **list);
int getaddrinfo(const char *host, const char *port,
		const struct addrinfo *hints, struct addrinfo **list)
{
	assert_string_equal(port, "7");
	assert_int_equal(hints->ai_socktype, SOCK_STREAM);
	if (!strcmp(host, "unknown"))
		return EAI_NONAME;
	*list = entry;
	return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
	assert_ptr_equal(list, entry);
}

static void list(const uint16_t ports[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		address[i] = (struct sockaddr_in){
			.sin_family = AF_INET,
			.sin_port = htons(ports[i]),
			.sin_addr = { htonl(INADDR_LOOPBACK) },
		};
		entry[i] = (struct addrinfo){
			.ai_family = AF_INET,
			.ai_socktype = SOCK_STREAM,
			.ai_addr = (struct sockaddr *)&address[i],
			.ai_addrlen = sizeof(address[i]),
			.ai_next = i + 1 < count ? &entry[i + 1] : NULL,
		};
	}
}

/* One that is bound and does not listen refuses, and is nobody else's. */
static int set_up(void **state)
{
	const struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	struct address a = { .bytes = sizeof(any) };
	struct address got = { .bytes = sizeof(got.storage) };

	(void)state;
	memcpy(&a.storage, &any, sizeof(any));
	listener = sock_listen(&a, 8, &got);
	open_port = sock_port(&got);
	refused_fd = socket(AF_INET, SOCK_STREAM, 0);
	got.bytes = sizeof(got.storage);
	if (listener < 0 ||
	    bind(refused_fd, (const struct sockaddr *)&any, sizeof(any)) < 0 ||
	    getsockname(refused_fd, (struct sockaddr *)&got.storage,
			&got.bytes) < 0)
		return -1;
	closed_port = sock_port(&got);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(refused_fd);
	return close(listener);
}

static void the_first_that_answers_is_taken(void **state)
{
	struct peer p = { .timeout_ns = WAIT_FOREVER };
	char why[DIAL_WHY], name[SOCK_NAME];

	(void)state;
	snprintf(name, sizeof(name), "127.0.0.1:%u", (unsigned)open_port);
	for (size_t before = 0; before < MOST; before++) {
		uint16_t ports[MOST] = { closed_port, closed_port,
					 closed_port };

		ports[before] = open_port;
		list(ports, MOST);
		assert_int_equal(dial("name", "7", &p, why), 0);
		assert_string_equal(p.name, name);
		close(p.fd);
	}
}

static void if_none_does_the_last_is_told(void **state)
{
	struct peer p = { .timeout_ns = WAIT_FOREVER };
	char why[DIAL_WHY], begins[DIAL_WHY];

	(void)state;
	/* The one before fails otherwise. */
	list((uint16_t[]){ closed_port, open_port, closed_port }, MOST);
	entry[1].ai_addrlen = 1;
	assert_int_equal(dial("name", "7", &p, why), -1);
	snprintf(begins, sizeof(begins),
		 "cannot connect to 127.0.0.1:%u: Connection refused; ",
		 (unsigned)closed_port);
	assert_int_equal(strncmp(why, begins, strlen(begins)), 0);
}

static void an_unknown_name_is_told(void **state)
{
	struct peer p = { .timeout_ns = WAIT_FOREVER };
	char why[DIAL_WHY];

	(void)state;
	assert_int_equal(dial("unknown", "7", &p, why), -1);
	assert_non_null(strstr(why, "cannot resolve unknown: "));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_answers_is_taken),
		cmocka_unit_test(if_none_does_the_last_is_told),
		cmocka_unit_test(an_unknown_name_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* The kernel's TCP counters, from texts good and bad and from the kernel. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/tcp_counters.h"

static struct tcp_counters parsed(const char *text)
{
	FILE *in = fmemopen((char *)text, strlen(text), "r");
	struct tcp_counters c;

	assert_non_null(in);
	tcp_counters_parse(in, &c);
	fclose(in);
	return c;
}

/* In the order of the list; the last two are seldom of interest. */
static void is(const struct tcp_counters *c, int64_t overflows, int64_t drops,
	       int64_t syns, int64_t timeouts)
{
	assert_int_equal(c->listen_overflows, overflows);
	assert_int_equal(c->listen_drops, drops);
	assert_int_equal(c->syn_retransmits, syns);
	assert_int_equal(c->timeouts, timeouts);
}

static void every_counter_is_found_by_its_name(void **state)
{
	struct tcp_counters c = parsed("TcpExt: TW TCPReqQFullDrop TCPTimeouts "
				       "ListenDrops "
				       "TCPReqQFullDoCookies ListenOverflows "
				       "TCPSynRetrans Last\n"
				       "TcpExt: 9 1 2 3 4 5 "
				       "9223372036854775807 9\n"
				       "IpExt: InOctets\n"
				       "IpExt: 8\n");

	(void)state;
	is(&c, 5, 3, INT64_MAX, 2);
	assert_int_equal(c.syn_queue_cookies, 4);
	assert_int_equal(c.syn_queue_drops, 1);
}

static void what_the_kernel_lacks_is_unknown(void **state)
{
	struct tcp_counters c = parsed("TcpExt: TW ListenDrops\n"
				       "TcpExt: 1 0\n");

	(void)state;
	is(&c, -1, 0, -1, -1);
	assert_int_equal(c.syn_queue_cookies, -1);
	assert_int_equal(c.syn_queue_drops, -1);
}

/* Also where it stands first, and a name is part of another. */
static void another_group_does_not_count(void **state)
{
	struct tcp_counters c = parsed("MPTcpExt: ListenDrops TCPTimeouts\n"
				       "MPTcpExt: 1 2\n"
				       "TcpExt: XListenDrops TCPTimeouts\n"
				       "TcpExt: 3 4\n"
				       "IpExt: ListenDrops TCPTimeouts\n"
				       "IpExt: 5 6\n");

	(void)state;
	is(&c, -1, -1, -1, 4);
}

static void odd_values_are_unknown(void **state)
{
	static const char *const odd[] = {
		"x", "1x", "-5", "9223372036854775808", "0x10", "1.5", "--",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct tcp_counters c;
		char text[128];

		snprintf(text, sizeof(text),
			 "TcpExt: ListenDrops TCPTimeouts\nTcpExt: %s 7\n",
			 odd[i]);
		c = parsed(text);
		is(&c, -1, -1, -1, 7);
	}
}

/* However little of the file there is, no wrong value comes from it. */
static void a_file_cut_short_gives_no_wrong_value(void **state)
{
	static const char whole[] = "TcpExt: ListenDrops TCPTimeouts\n"
				    "TcpExt: 123 456\n";
	struct tcp_counters c;
	char part[sizeof(whole)];

	(void)state;
	for (size_t bytes = 1; bytes < sizeof(whole) - 1; bytes++) {
		snprintf(part, sizeof(part), "%.*s", (int)bytes, whole);
		c = parsed(part);
		is(&c, -1, -1, -1, -1);
	}
	c = parsed(whole);
	is(&c, -1, 123, -1, 456);
}

static void names_without_values_are_unknown(void **state)
{
	struct tcp_counters c = parsed("TcpExt: ListenDrops TCPTimeouts\n"
				       "TcpExt: 3\n");

	(void)state;
	is(&c, -1, 3, -1, -1);
	c = parsed("TcpExt: ListenDrops\nIpExt: 3\n");
	is(&c, -1, -1, -1, -1);
	c = parsed("\n\n\nTcpExt: ListenDrops\n");
	is(&c, -1, -1, -1, -1);
}

static void a_rise_is_known_if_both_are(void **state)
{
	struct tcp_counters before = { -1, 5, 5, -1, 0, 7 };
	struct tcp_counters after = { 3, 5, 9, -1, -1, 4 };
	struct tcp_counters rise = tcp_counters_rise(&before, &after);

	(void)state;
	is(&rise, -1, 0, 4, -1);
	assert_int_equal(rise.syn_queue_cookies, -1);
	/* Counters don't fall: these are of two namespaces. */
	assert_int_equal(rise.syn_queue_drops, -1);
}

static void this_kernel_has_them(void **state)
{
	struct tcp_counters before, after, rise;

	(void)state;
	tcp_counters_read(&before);
	tcp_counters_read(&after);
	if (before.listen_drops < 0)
		skip(); /* no /proc/net/netstat */
	rise = tcp_counters_rise(&before, &after);
#define X(field, name)                  \
	assert_true(before.field >= 0); \
	assert_true(rise.field >= 0);
	TCP_COUNTERS(X)
#undef X
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_counter_is_found_by_its_name),
		cmocka_unit_test(what_the_kernel_lacks_is_unknown),
		cmocka_unit_test(another_group_does_not_count),
		cmocka_unit_test(odd_values_are_unknown),
		cmocka_unit_test(a_file_cut_short_gives_no_wrong_value),
		cmocka_unit_test(names_without_values_are_unknown),
		cmocka_unit_test(a_rise_is_known_if_both_are),
		cmocka_unit_test(this_kernel_has_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

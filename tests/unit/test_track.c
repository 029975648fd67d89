/* Messages on their way: which echo is whose, and what became of each. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/track.h"
#include "lib/rng.h"

enum { BYTES = 24, ROOM = 100, TIMEOUT_NS = 1000 };

static struct track t;
static char sent[ROOM][BYTES];

static int begin(void **state)
{
	(void)state;
	return track_init(&t, 7, BYTES, TIMEOUT_NS, ROOM);
}

static int end(void **state)
{
	(void)state;
	track_release(&t);
	return 0;
}

static void send_at(uint64_t now_ns)
{
	track_fill(&t, sent[t.sent % ROOM]);
	track_send(&t, now_ns);
}

static void sums(uint64_t echoed, uint64_t lost, uint64_t wrong,
		 uint64_t awaited)
{
	assert_int_equal(t.echoed, echoed);
	assert_int_equal(t.lost, lost);
	assert_int_equal(t.wrong, wrong);
	assert_int_equal(track_awaited(&t), awaited);
	assert_int_equal(t.sent, echoed + lost + wrong + awaited);
}

static void echo(const char *bytes, uint64_t now_ns, enum track_fate fate,
		 uint64_t message, uint64_t passed_over)
{
	struct track_verdict v = track_echo(&t, bytes, now_ns);

	assert_int_equal(v.fate, fate);
	assert_int_equal(v.message, message);
	assert_int_equal(v.passed_over, passed_over);
}

static void loses(uint64_t now_ns, uint64_t message)
{
	struct track_verdict v;

	assert_true(track_expire(&t, now_ns, &v));
	assert_int_equal(v.fate, TRACK_LOST);
	assert_int_equal(v.message, message);
}

static void no_two_messages_are_alike(void **state)
{
	(void)state;
	for (int i = 0; i < ROOM; i++)
		send_at(0);
	for (int i = 0; i < ROOM; i++)
		for (int j = 0; j < i; j++)
			assert_memory_not_equal(sent[i], sent[j], 8);
}

static void times_are_those_of_each_message(void **state)
{
	(void)state;
	send_at(100);
	send_at(150);
	sums(0, 0, 0, 2);
	assert_int_equal(track_echo(&t, sent[0], 400).time_ns, 300);
	assert_int_equal(track_echo(&t, sent[1], 250).time_ns, 100);
	sums(2, 0, 0, 0);
	assert_int_equal(t.min_ns, 100);
	assert_int_equal(t.times.max_ns, 300);
	assert_false(track_expects(&t));
}

static void one_is_lost_when_its_time_is_over_and_not_before(void **state)
{
	struct track_verdict v;

	(void)state;
	assert_int_equal(track_deadline(&t), UINT64_MAX);
	assert_false(track_expire(&t, UINT64_MAX, &v));
	send_at(100);
	send_at(101);
	assert_int_equal(track_deadline(&t), 100 + TIMEOUT_NS);
	assert_false(track_expire(&t, 100 + TIMEOUT_NS - 1, &v));
	loses(100 + TIMEOUT_NS, 1);
	assert_false(track_expire(&t, 100 + TIMEOUT_NS, &v));
	sums(0, 1, 0, 1);
	loses(5000, 2);
	assert_true(track_expects(&t));
}

static void a_late_echo_changes_no_figure(void **state)
{
	(void)state;
	send_at(0);
	send_at(900);
	loses(TIMEOUT_NS, 1);
	echo(sent[0], 1100, TRACK_LATE, 1, 0);
	sums(0, 1, 0, 1);
	echo(sent[1], 1100, TRACK_ECHOED, 2, 0);
	sums(1, 1, 0, 0);
	assert_int_equal(t.times.max_ns, 200);
}

static void those_passed_over_are_lost_once(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		send_at((uint64_t)i * 10);
	loses(TIMEOUT_NS, 1);
	echo(sent[3], TIMEOUT_NS, TRACK_ECHOED, 4, 2);
	sums(1, 3, 0, 1);
	/* Their turn is over: should they come, that is no echo. */
	echo(sent[1], TIMEOUT_NS, TRACK_WRONG, 5, 0);
	sums(1, 3, 1, 0);
}

static void each_wrong_byte_is_found(void **state)
{
	(void)state;
	for (size_t at = 0; at < BYTES; at++) {
		struct track_verdict v;

		send_at(0);
		sent[at][at] ^= 1;
		v = track_echo(&t, sent[at], 1);
		assert_int_equal(v.fate, TRACK_WRONG);
		assert_int_equal(v.message, at + 1);
		assert_int_equal(v.differs_at, at + 1);
	}
	sums(0, 0, BYTES, 0);
	assert_int_equal(hist_count(&t.times), 0);
}

static void what_was_echoed_once_is_wrong_again(void **state)
{
	(void)state;
	send_at(0);
	send_at(0);
	echo(sent[0], 1, TRACK_ECHOED, 1, 0);
	echo(sent[0], 2, TRACK_WRONG, 2, 0);
}

static void a_late_one_that_is_wrong_is_no_longer_lost(void **state)
{
	char other[BYTES] = "other";

	(void)state;
	send_at(0);
	loses(TIMEOUT_NS, 1);
	echo(other, TIMEOUT_NS, TRACK_WRONG, 1, 0);
	sums(0, 0, 1, 0);
}

static void another_seed_has_other_messages(void **state)
{
	struct track other;

	(void)state;
	assert_int_equal(track_init(&other, 8, BYTES, TIMEOUT_NS, ROOM), 0);
	track_fill(&other, sent[1]);
	track_release(&other);
	send_at(0);
	echo(sent[1], 1, TRACK_WRONG, 1, 0);
}

static void abandoned_ones_are_lost(void **state)
{
	(void)state;
	for (int i = 0; i < ROOM; i++) {
		assert_true(track_has_room(&t));
		send_at(0);
	}
	assert_false(track_has_room(&t));
	echo(sent[0], 1, TRACK_ECHOED, 1, 0);
	assert_true(track_has_room(&t));
	track_abandon(&t);
	sums(1, ROOM - 1, 0, 0);
	assert_int_equal(track_deadline(&t), UINT64_MAX);
}

/* Whatever comes, and in whatever order: nothing is counted twice. */
static void sums_hold_whatever_comes(void **state)
{
	struct rng r = { 11 };

	(void)state;
	for (uint64_t now_ns = 0; now_ns < 100000; now_ns += 10) {
		struct track_verdict v;
		char bytes[BYTES];

		memcpy(bytes, sent[rng_below(&r, ROOM)], BYTES);
		if (rng_below(&r, 4) && track_has_room(&t))
			send_at(now_ns);
		while (track_expire(&t, now_ns, &v))
			assert_int_equal(v.message, t.live);
		if (rng_below(&r, 2) && t.front < t.sent)
			memcpy(bytes, sent[t.front % ROOM], BYTES);
		if (rng_below(&r, 3) && track_expects(&t))
			track_echo(&t, bytes, now_ns);
		assert_true(t.front <= t.live && t.live <= t.sent);
		sums(t.echoed, t.lost, t.wrong, track_awaited(&t));
		assert_int_equal(t.echoed, hist_count(&t.times));
	}
	assert_true(t.echoed > 0 && t.lost > 0 && t.wrong > 0);
}

#define fresh(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		fresh(no_two_messages_are_alike),
		fresh(times_are_those_of_each_message),
		fresh(one_is_lost_when_its_time_is_over_and_not_before),
		fresh(a_late_echo_changes_no_figure),
		fresh(those_passed_over_are_lost_once),
		fresh(each_wrong_byte_is_found),
		fresh(what_was_echoed_once_is_wrong_again),
		fresh(a_late_one_that_is_wrong_is_no_longer_lost),
		fresh(another_seed_has_other_messages),
		fresh(abandoned_ones_are_lost),
		fresh(sums_hold_whatever_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

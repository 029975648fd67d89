/* Waiting: deadlines that hold, and beats that do not drift. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "client/wait.h"
#include "lib/clock.h"

static void beats_do_not_drift(void **state)
{
	enum { START = 1000, INTERVAL = 100, LATE = 30 };
	uint64_t due_ns = START;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(due_ns, START + i * INTERVAL);
		due_ns = wait_beat(START, INTERVAL, due_ns + LATE);
	}
}

static void beats_that_have_gone_by_are_left_out(void **state)
{
	(void)state;
	assert_int_equal(wait_beat(1000, 100, 1000), 1100);
	assert_int_equal(wait_beat(1000, 100, 1099), 1100);
	assert_int_equal(wait_beat(1000, 100, 1100), 1200);
	assert_int_equal(wait_beat(1000, 100, 1555), 1600);
}

static void for_ever_has_no_deadline(void **state)
{
	(void)state;
	assert_int_equal(wait_deadline(5, 7), 12);
	assert_true(wait_deadline(5, WAIT_FOREVER) == WAIT_FOREVER);
}

static void nothing_is_ready_before_the_deadline(void **state)
{
	uint64_t deadline_ns = clock_now_ns() + 20 * NS_PER_MS;
	struct pollfd wait = { .events = POLLIN };
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	wait.fd = ends[0];
	assert_int_equal(wait_ready(&wait, 1, deadline_ns), 0);
	assert_true(clock_now_ns() >= deadline_ns);
	/* A deadline that is over is no reason not to look. */
	close(ends[1]);
	assert_int_equal(wait_ready(&wait, 1, deadline_ns), 1);
	assert_int_equal(wait_ready(&wait, 1, WAIT_FOREVER), 1);
	close(ends[0]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(beats_do_not_drift),
		cmocka_unit_test(beats_that_have_gone_by_are_left_out),
		cmocka_unit_test(for_ever_has_no_deadline),
		cmocka_unit_test(nothing_is_ready_before_the_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

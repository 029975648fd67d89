/* How far a run is: the line of a terminal, and the plain ones. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/measure/progress.h"
#include "bench/plain.h"
#include "lib/clock.h"
#include "tests/unit/fixture_stderr.h"

enum { ROUNDS = 20, MODES = 2 };

/* The run begins; progress_start() takes all times from its caller. */
static const uint64_t zero = 1000 * NS_PER_S;

static struct config config;
static struct plan plan;
static struct progress p;

/* Of churn 2.5 s a cell by the plan, of wall 0.1 s. */
static int make_plan(void **state)
{
	(void)state;
	config = (struct config){
		.profile = "quick",
		.rounds = ROUNDS,
		.warmups = 1,
		.seed = 1,
		.modes = MODES,
		.mode = { "sig-ign", "none" },
		.with = { [EXPERIMENT_CHURN] = true, [EXPERIMENT_WALL] = true },
		.load[EXPERIMENT_CHURN].duration_ns = 2250 * NS_PER_MS,
	};
	return plan_make(&plan, &config);
}

static int release_plan(void **state)
{
	(void)state;
	plan_release(&plan);
	return 0;
}

static void start(void)
{
	stderr_catch();
	progress_start(&p, &plan, &config, NULL, zero);
	stderr_caught();
}

static const char *done(const struct plan_cell *cell,
			const struct measurement *m, uint64_t now_ns)
{
	stderr_catch();
	progress_done(&p, cell, m, now_ns);
	return stderr_caught();
}

static uint64_t after(double s)
{
	return zero + (uint64_t)llround(s * 1e9);
}

static void the_line_tells_what_is_under_way(void **state)
{
	struct cell_now now = { .open = 12, .zombies = 34 };
	struct plan_cell cell = { .experiment = EXPERIMENT_CHURN,
				  .round = 7,
				  .mode = "none",
				  .slot = "none-2" };
	char line[PROGRESS_LINE];

	(void)state;
	start();
	progress_begin(&p, &cell, 1, zero);
	progress_line(&p, NULL, zero, 200, line);
	assert_string_equal(line, "round 7/20  churn none-2        1:49 left");
	progress_line(&p, &now, zero, 200, line);
	assert_string_equal(line, "round 7/20  churn none-2        1:49 left  "
				  "12 open  34 zombies");
	/* Too early to tell a rate; then since the first look. */
	now.forked = 1000;
	progress_line(&p, &now, after(0.1), 200, line);
	assert_null(strstr(line, "sessions/s"));
	progress_line(&p, &now, after(0.5), 200, line);
	assert_string_equal(line, "round 7/20  churn none-2        1:49 left  "
				  "12 open  34 zombies  2000 sessions/s");
	cell.warmup = true;
	cell.experiment = EXPERIMENT_WALL;
	progress_begin(&p, &cell, MODES, after(10));
	progress_line(&p, &now, after(10), 200, line);
	assert_string_equal(line, "warm-up  wall   1:49 left  12 open  34 "
				  "zombies");
}

static void the_rate_is_that_of_the_last_second_or_two(void **state)
{
	/* When looked at, what was forked by then, and the rate. */
	static const struct {
		double s;
		uint64_t forked;
		const char *rate;
	} looks[] = {
		{ 0.0, 50, NULL },	  { 0.1, 5000, NULL },
		{ 0.5, 150, "  200 s" },  { 1.0, 250, "  200 s" },
		{ 1.5, 1250, "  800 s" }, { 2.0, 1250, "  1000 s" },
		{ 2.5, 1250, "  667 s" }, { 3.0, 1250, "  0 s" },
		{ 3.5, 1250, "  0 s" },	  { 9.0, 1250, "  0 s" },
		{ 9.5, 1900, "  100 s" },
	};
	struct plan_cell cell = plan.cell[0];
	char line[PROGRESS_LINE];

	(void)state;
	start();
	for (int cells = 0; cells < 2; cells++) {
		progress_begin(&p, &cell, 1, after(20 * cells));
		for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
			struct cell_now now = { .forked = looks[i].forked };

			progress_line(&p, &now, after(20 * cells + looks[i].s),
				      200, line);
			if (looks[i].rate && !strstr(line, looks[i].rate))
				fail_msg("at %g s: %s", looks[i].s, line);
			if (!looks[i].rate)
				assert_null(strstr(line, "sessions/s"));
		}
	}
}

static void the_line_is_cut_between_characters(void **state)
{
	const struct cell_now now = { .open = 1 };
	struct plan_cell cell = { .round = 1,
				  .slot = "\302\265\342\200\223\360\237\220\247"
					  "e" };
	char whole[PROGRESS_LINE], line[PROGRESS_LINE];
	size_t columns = 0;

	(void)state;
	start();
	progress_begin(&p, &cell, 1, zero);
	progress_line(&p, &now, zero, PROGRESS_LINE, whole);
	assert_non_null(strstr(whole, cell.slot));
	for (; columns < PROGRESS_LINE; columns++) {
		size_t characters = 0;

		progress_line(&p, &now, zero, columns, line);
		assert_true(plain_is(line));
		assert_memory_equal(line, whole, strlen(line));
		for (const char *at = line; *at; at++)
			characters += ((unsigned char)*at & 0xc0) != 0x80;
		if (characters < columns)
			break;
		assert_int_equal(characters, columns);
	}
	assert_string_equal(line, whole);
	assert_true(columns > 30);
}

#define DRAWN "\rwarm-up  churn sig-ign       1:49 left\033[K"

static void a_terminal_is_drawn_five_times_a_second(void **state)
{
	struct plan_cell cell = { .warmup = true, .slot = "sig-ign" };
	struct measurement m;

	(void)state;
	start();
	progress_begin(&p, &cell, 1, zero);
	stderr_catch();
	progress_cell(&p, NULL, zero);
	progress_clear(&p);
	assert_string_equal(stderr_caught(), "");
	p.terminal = true;
	stderr_catch();
	progress_cell(&p, NULL, zero);
	progress_cell(&p, NULL, after(0.19));
	progress_cell(&p, NULL, after(0.2));
	progress_clear(&p);
	assert_string_equal(stderr_caught(), DRAWN DRAWN "\r\033[K");
	/* The next cell is shown at once. */
	progress_begin(&p, &cell, 1, zero);
	stderr_catch();
	progress_cell(&p, NULL, after(0.21));
	assert_string_equal(stderr_caught(), DRAWN);
	/* What went well is not told of there. */
	measurement_init(&m);
	assert_string_equal(done(&cell, &m, after(1)), "");
	progress_begin(&p, &cell, 1, after(1));
	m.validity.status = VALIDITY_SUSPECT;
	assert_memory_equal(done(&cell, &m, after(2)), "\r\033[K[ 2/84]", 11);
}

static void a_plain_line_tells_what_came_of_a_cell(void **state)
{
	struct plan_cell cell = { .experiment = EXPERIMENT_CHURN,
				  .round = 3,
				  .slot = "none" };
	struct measurement m;
	const char *line;

	(void)state;
	start();
	measurement_init(&m);
	m.value[METRIC_SESSIONS_PER_S] = 1234.4;
	m.value[METRIC_ZOMBIES_LEFT] = 5;
	progress_begin(&p, &cell, 1, zero);
	line = done(&cell, &m, after(2.5));
	assert_string_equal(line, "[ 1/84] round 3/20  churn none            "
				  "   1234 sessions/s      5 zombies left  "
				  "0:03 gone, 1:47 left\n");
	measurement_init(&m);
	m.value[METRIC_WALL_S] = 0.25;
	m.validity = (struct validity_finding){
		.status = VALIDITY_INVALID,
		.reasons = 2,
		.reason = { "it failed", "it was late" },
	};
	cell.experiment = EXPERIMENT_WALL;
	progress_begin(&p, &cell, MODES, after(2.5));
	line = done(&cell, &m, after(3.5));
	assert_string_equal(line, "[ 2/84] round 3/20  wall  none            "
				  "  0.250 s  0:04 gone, 1:48 left  invalid: "
				  "it failed; it was late\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_tells_what_is_under_way),
		cmocka_unit_test(the_rate_is_that_of_the_last_second_or_two),
		cmocka_unit_test(the_line_is_cut_between_characters),
		cmocka_unit_test(a_terminal_is_drawn_five_times_a_second),
		cmocka_unit_test(a_plain_line_tells_what_came_of_a_cell),
	};

	return cmocka_run_group_tests(tests, make_plan, release_plan);
}

/* How far a run is, as told on stderr. */

#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/measure/progress.h"
#include "lib/clock.h"
#include "tests/unit/fixture_stderr.h"

enum { QUICK = 1 };

static struct config config;
static struct progress p;

/* churn has 30 rounds, and leak 2. */
static int set_up(void **state)
{
	static const struct wish wish = { .profile = QUICK,
					  .experiments = "churn,leak",
					  .rounds = 30,
					  .seed = 1 };
	char why[CONFIG_WHY];

	(void)state;
	if (config_make(&config, &wish, why) < 0)
		return -1;
	config.arm[1].rounds = 2;
	progress_begin(&p, &config);
	return 0;
}

static void the_line_tells_the_round_and_the_time_left(void **state)
{
	static const struct {
		size_t arm;
		unsigned round, left[2];
		double left_s[2];
		size_t columns;
		const char *line;
	} known[] = {
		{ 0,
		  7,
		  { 24, 2 },
		  { 1, 4 },
		  200,
		  "churn   round 7 of 30, about 0:32 left" },
		{ 1,
		  2,
		  { 0, 1 },
		  { 9, 59.4 },
		  200,
		  "leak    round 2 of 2, about 0:59 left" },
		{ 1,
		  2,
		  { 0, 1 },
		  { 9, 59.6 },
		  200,
		  "leak    round 2 of 2, about 1:00 left" },
		{ 0,
		  1,
		  { 30, 2 },
		  { 120, 30 },
		  200,
		  "churn   round 1 of 30, about 61:00 left" },
		{ 0, 0, { 30, 2 }, { 1, 4 }, 200, "churn   warm-up" },
		{ 0,
		  7,
		  { 24, 2 },
		  { 1, 4 },
		  38,
		  "churn   round 7 of 30, about 0:32 left" },
		{ 0,
		  7,
		  { 24, 2 },
		  { 1, 4 },
		  37,
		  "churn   round 7 of 30, about 0:32 lef" },
		{ 0, 7, { 24, 2 }, { 1, 4 }, 1, "c" },
		{ 0, 7, { 24, 2 }, { 1, 4 }, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct block b = { .arm = known[i].arm,
					 .round = known[i].round };
		char line[PROGRESS_LINE];

		memcpy(p.left, known[i].left, sizeof(known[i].left));
		memcpy(p.left_s, known[i].left_s, sizeof(known[i].left_s));
		progress_line(&p, &b, known[i].columns, line);
		assert_string_equal(line, known[i].line);
	}
}

static void what_was_measured_takes_the_place_of_a_guess(void **state)
{
	(void)state;
	assert_int_equal(p.left[0], 30);
	assert_int_equal(p.left[1], 2);
	assert_true(p.left_s[0] > 0.1 && p.left_s[1] > 1);
	/* A run that is resumed begins with any round. */
	progress_round(&p, 0, 20, 7);
	assert_true(fabs(p.left_s[0] - 7) < 1e-9);
	assert_int_equal(p.left[0], 20);
	progress_round(&p, 0, 19, 12);
	assert_true(fabs(p.left_s[0] - 8) < 1e-9);
	assert_int_equal(p.left[1], 2);
}

static void a_file_gets_a_line_now_and_then(void **state)
{
	const struct block b = { .round = 3 }, next = { .round = 4 };

	(void)state;
	p.left_s[0] = 2;
	p.left[1] = 0;
	stderr_catch();
	progress_show(&p, &b);
	progress_show(&p, &next);
	p.shown_ns -= PROGRESS_PLAIN_S * NS_PER_S;
	progress_show(&p, &next);
	progress_clear(&p);
	assert_string_equal(stderr_caught(), "churn   round 3 of 30, about "
					     "1:00 left\n"
					     "churn   round 4 of 30, about "
					     "1:00 left\n");
}

/* What a terminal of so many columns is sent; TERM: its kind. */
static void shown_on(const char *kind, unsigned short columns, char out[512])
{
	const struct winsize size = { .ws_row = 24, .ws_col = columns };
	const struct block b = { .round = 3 }, next = { .round = 4 };
	int leader = posix_openpt(O_RDWR | O_NOCTTY), kept, line;
	size_t used = 0;
	ssize_t n;

	assert_true(leader >= 0 && grantpt(leader) == 0 &&
		    unlockpt(leader) == 0);
	line = open(ptsname(leader), O_RDWR | O_NOCTTY);
	assert_true(line >= 0 && ioctl(line, TIOCSWINSZ, &size) == 0);
	kept = dup(STDERR_FILENO);
	dup2(line, STDERR_FILENO);
	setenv("TERM", kind, 1);
	progress_begin(&p, &config);
	p.left_s[0] = 2;
	p.left[1] = 0;
	progress_show(&p, &b);
	progress_show(&p, &next); /* too soon */
	p.shown_ns -= NS_PER_S;
	progress_show(&p, &next);
	progress_clear(&p);
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	close(line);
	/* All of it, in as many parts as the terminal hands out. */
	while (used < 511 && (n = read(leader, out + used, 511 - used)) > 0)
		used += (size_t)n;
	out[used] = '\0';
	close(leader);
}

static void a_terminal_has_one_line_of_its_width(void **state)
{
	char out[512];

	(void)state;
	shown_on("xterm", 17, out);
	assert_string_equal(out, "\r\033[Kchurn   round 3 "
				 "\r\033[Kchurn   round 4 "
				 "\r\033[K");
	shown_on("xterm", 0, out); /* unknown: 80 */
	assert_string_equal(out, "\r\033[Kchurn   round 3 of 30, about 1:00 "
				 "left"
				 "\r\033[Kchurn   round 4 of 30, about 1:00 "
				 "left\r\033[K");
	shown_on("dumb", 80, out);
	assert_string_equal(out, "churn   round 3 of 30, about 1:00 left\r\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			the_line_tells_the_round_and_the_time_left, set_up),
		cmocka_unit_test_setup(
			what_was_measured_takes_the_place_of_a_guess, set_up),
		cmocka_unit_test_setup(a_file_gets_a_line_now_and_then, set_up),
		cmocka_unit_test_setup(a_terminal_has_one_line_of_its_width,
				       set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

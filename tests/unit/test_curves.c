/* What is said of curves, and that it follows the figures when they change. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/tell/answers.h"
#include "bench/tell/figures.h"
#include "lib/syn.h"
#include "tests/unit/fixture_cells.h"

enum { ROUNDS = 15, SIG_IGN = 0, LOOP, ONCE, NONE };

static void set(struct made *m, size_t level, int metric, double value)
{
	for (unsigned r = 1; r <= ROUNDS; r++)
		made_find(m, 0, level, r)->value[metric] =
			value * (1 + 0.002 * r - 0.016);
}

/* The sentence about a topic, and the title of the experiment's picture. */
static void assert_said(struct made *m, enum topic topic, const char *sentence,
			const char *title)
{
	struct answers *answers = calloc(1, sizeof(*answers));
	struct figures *figures = calloc(1, sizeof(*figures));
	const struct judged *j = made_judge(m);
	const char *name = m->config.arm[0].experiment->name, *drawn = "";

	assert_true(answers && figures);
	answers_make(j, answers);
	figures_choose(j, answers, figures);
	if (sentence)
		assert_string_equal(answers_about(answers, topic), sentence);
	else
		assert_null(answers_about(answers, topic));
	for (size_t i = 0; i < figures->count; i++)
		if (strcmp(figures->figure[i].name, name) == 0)
			drawn = figures->figure[i].title;
	assert_string_equal(drawn, title);
	free(answers);
	free(figures);
}

static void sweep(struct made *m, double knee, size_t curve)
{
	const struct arm *a = &m->config.arm[0];

	for (size_t l = 0; l < a->levels; l++)
		if (a->level[l].curve == curve)
			set(m, l, METRIC_SESSIONS_PER_S,
			    fmin(100 * a->level[l].value, knee));
}

static void the_knee_is_named(void **state)
{
	struct made *m = made_new("capacity");

	(void)state;
	m->config.arm[0].load.reference_per_s = 10000;
	made_fill(m, ROUNDS, 0.02, 1);
	sweep(m, 9000, SIG_IGN);
	sweep(m, 7000, LOOP);
	sweep(m, 7000, ONCE);
	sweep(m, 99999, NONE);
	assert_said(m, TOPIC_CAPACITY,
		    "Sessions are served as offered up to 9,000/s by sig-ign, "
		    "7,000/s by waitpid-loop, 7,000/s by waitpid-once and at "
		    "least 11,964/s by none. (The knee, with its interval: "
		    "sig-ign 9,000/s [8,937/s–9,063/s]; waitpid-loop 7,000/s "
		    "[6,951/s–7,049/s]; waitpid-once 7,000/s "
		    "[6,951/s–7,049/s]; none 11,964/s [11,916/s–12,000/s].)",
		    "Sessions are served as offered up to 9,000/s by sig-ign, "
		    "7,000/s by waitpid-loop, 7,000/s by waitpid-once and at "
		    "least 11,964/s by none.");
	made_free(m);
}

#define MIXED                                                            \
	"The exit storm grows faster than the sessions held with "       \
	"waitpid-loop and waitpid-once; more slowly than the sessions "  \
	"held with none; in proportion to the sessions held, as far as " \
	"this run shows, with sig-ign."
#define ALIKE                                                               \
	"The exit storm grows faster than the sessions held with sig-ign, " \
	"waitpid-loop, waitpid-once and none."

static void hold(struct made *m, const double power[])
{
	const struct arm *a = &m->config.arm[0];

	for (size_t l = 0; l < a->levels; l++) {
		set(m, l, METRIC_STORM_MS,
		    pow(a->level[l].value, power[a->level[l].curve]));
		set(m, l, METRIC_KERNEL_KIB, 80);
		set(m, l, METRIC_PSS_KIB, 10);
		for (unsigned r = 1; r <= ROUNDS && l % 2; r++)
			made_find(m, 0, l, r)->value[METRIC_STORM_MS] *=
				1 + 0.01 * (r % 3);
	}
}

static void the_growth_of_the_storm_is_told(void **state)
{
	struct made *m = made_new("storm");
	static const double mixed[] = { 1, 1.5, 1.5, 0.7 };
	static const double alike[] = { 1.2, 1.2, 1.2, 1.2 };

	(void)state;
	made_fill(m, ROUNDS, 0.02, 1);
	hold(m, mixed);
	assert_said(m, TOPIC_STORM,
		    MIXED " (The power that it grows with: sig-ign 1.00 "
			  "[1.00–1.00]; waitpid-loop 1.50 [1.50–1.50]; "
			  "waitpid-once 1.50 [1.50–1.50]; none 0.70 "
			  "[0.70–0.70].)",
		    MIXED);
	hold(m, alike);
	assert_said(m, TOPIC_STORM,
		    ALIKE " (The power that it grows with: sig-ign 1.20 "
			  "[1.20–1.20]; waitpid-loop 1.20 [1.20–1.20]; "
			  "waitpid-once 1.20 [1.20–1.20]; none 1.20 "
			  "[1.20–1.20].)",
		    ALIKE);
	made_free(m);
}

static void a_burst_is_told_by_its_backlog(void **state)
{
	struct made *m = made_new("backlog");

	(void)state;
	made_fill(m, ROUNDS, 0.02, 1);
	for (size_t l = 0; l < 3; l++) {
		set(m, l, METRIC_FAILED, l ? 0 : 725);
		set(m, l, METRIC_CONNECT_P99_US, l == 2 ? 2700 : 2060000);
	}
	assert_said(m, TOPIC_BACKLOG,
		    "Of 1,000 connects at once a backlog of 5 leaves 725 "
		    "unserved; a backlog of 128 takes 99 % in 2.06 s; a "
		    "backlog of 4096 takes 99 % in 2.70 ms.",
		    "Of 1,000 connects at once a backlog of 5 leaves 725 "
		    "unserved; a backlog of 128 takes 99 % in 2.06 s; a "
		    "backlog of 4096 takes 99 % in 2.70 ms.");
	set(m, 0, METRIC_FAILED, 0);
	set(m, 0, METRIC_CONNECT_P99_US, NAN);
	assert_said(m, TOPIC_BACKLOG,
		    "Of 1,000 connects at once a backlog of 5 serves all; a "
		    "backlog of 128 takes 99 % in 2.06 s; a backlog of 4096 "
		    "takes 99 % in 2.70 ms.",
		    "Of 1,000 connects at once a backlog of 5 serves all; a "
		    "backlog of 128 takes 99 % in 2.06 s; a backlog of 4096 "
		    "takes 99 % in 2.70 ms.");
	made_free(m);
}

static void exhaust(struct made *m, size_t l, double before, double failed)
{
	set(m, l, METRIC_FORK_FAILURES, failed);
	set(m, l, METRIC_FAILED, failed);
	set(m, l, METRIC_FORKS_BEFORE, before);
	set(m, l, METRIC_SERVED_AFTER, failed > 0 ? 0 : 20);
}

static void a_limit_of_processes_is_told(void **state)
{
	struct made *m = made_new("exhaust");

	(void)state;
	made_fill(m, ROUNDS, 0.02, 1);
	for (size_t l = 0; l < 4; l++)
		exhaust(m, l, NAN, 0);
	assert_said(m, TOPIC_EXHAUST,
		    "Under a limit of 500 processes sig-ign, waitpid-loop, "
		    "waitpid-once and none never fail.",
		    "Under a limit of 500 processes sig-ign, waitpid-loop, "
		    "waitpid-once and none never fail.");
	exhaust(m, NONE, 499, 1501);
	assert_said(m, TOPIC_EXHAUST,
		    "Under a limit of 500 processes none cannot fork after 499 "
		    "sessions; sig-ign, waitpid-loop and waitpid-once never "
		    "fail.",
		    "Under a limit of 500 processes none cannot fork after 499 "
		    "sessions; sig-ign, waitpid-loop and waitpid-once never "
		    "fail.");
	exhaust(m, ONCE, 812, 1188);
	assert_said(m, TOPIC_EXHAUST,
		    "Under a limit of 500 processes waitpid-once cannot fork "
		    "after 812 and none cannot fork after 499 sessions; "
		    "sig-ign and waitpid-loop never fail.",
		    "Under a limit of 500 processes waitpid-once cannot fork "
		    "after 812 and none cannot fork after 499 sessions; "
		    "sig-ign and waitpid-loop never fail.");
	made_free(m);
}

/* --- when a SYN is sent again ----------------------------------------------*/

static void a_syn_is_sent_again_as_the_kernel_does(void **state)
{
	static const double linear[] = { 1, 2, 3, 4, 5, 7, 11, 19, 35, 67 };
	static const double classic[] = { 1, 3, 7, 15, 31, 63 };
	double at_s[SYN_MOST];
	size_t n;

	(void)state;
	n = syn_schedule_of(1, 4, 6, at_s);
	assert_int_equal(n, 10);
	assert_memory_equal(at_s, linear, sizeof(linear));
	n = syn_schedule_of(1, 0, 6, at_s);
	assert_int_equal(n, 6);
	assert_memory_equal(at_s, classic, sizeof(classic));
	assert_int_equal(syn_schedule_of(1, 0, 127, at_s), SYN_MOST);
	assert_true(at_s[SYN_MOST - 1] - at_s[SYN_MOST - 2] == 120);
	n = syn_schedule(at_s);
	assert_true(n > 0 && n <= SYN_MOST && at_s[0] > 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_knee_is_named),
		cmocka_unit_test(the_growth_of_the_storm_is_told),
		cmocka_unit_test(a_burst_is_told_by_its_backlog),
		cmocka_unit_test(a_limit_of_processes_is_told),
		cmocka_unit_test(a_syn_is_sent_again_as_the_kernel_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

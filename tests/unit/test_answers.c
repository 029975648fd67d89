/* The sentences follow the figures, and say nothing that a run does not hold. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/tell/answers.h"
#include "tests/unit/fixture_judged.h"

/* --- changes of the run ---------------------------------------------------- */

static void as_it_is(struct judged_fixture *f)
{
	(void)f;
}

static void loop_is_cheaper(struct judged_fixture *f)
{
	judged_ratio(f, CHURN, LOOP, METRIC_CPU_US, 0.86, 0.88, 0.90);
}

static void loop_is_cheaper_than_the_last(struct judged_fixture *f)
{
	judged_rename(f, SIG_IGN, "waitpid-loop", "waitpid-loop");
	judged_rename(f, LOOP, "sig-ign", "sig-ign");
}

static void loop_comes_first(struct judged_fixture *f)
{
	loop_is_cheaper_than_the_last(f);
	judged_ratio(f, CHURN, LOOP, METRIC_CPU_US, 0.86, 0.88, 0.90);
	judged_ratio(f, CHURN, LOOP, METRIC_SESSIONS_PER_S, 1.05, 1.10, 1.15);
}

static void none_is_cheaper(struct judged_fixture *f)
{
	judged_ratio(f, CHURN, NONE, METRIC_CPU_US, 0.95, 0.97, 0.99);
}

static void loop_is_unclear(struct judged_fixture *f)
{
	judged_ratio(f, CHURN, LOOP, METRIC_CPU_US, 0.97, 1.00, 1.04);
}

static void one_rival_is_unclear(struct judged_fixture *f)
{
	judged_rename(f, ONCE, "pidfd", "pidfd");
	for (size_t a = CHURN; a <= HOLD; a++)
		judged_left(f, a, ONCE, 0);
	judged_ratio(f, CHURN, ONCE, METRIC_CPU_US, 0.97, 1.00, 1.04);
}

static void loop_is_the_same(struct judged_fixture *f)
{
	judged_ratio(f, CHURN, LOOP, METRIC_CPU_US, 0.99, 1.00, 1.01);
}

static void loop_costs_thrice(struct judged_fixture *f)
{
	judged_ratio(f, CHURN, LOOP, METRIC_CPU_US, 2.8, 3.0, 3.2);
}

static void churn_is_noisy(struct judged_fixture *f)
{
	judged_noisy(f, CHURN);
}

static void fork_is_in_the_table(struct judged_fixture *f)
{
	f->j.arm[CHURN].effect[METRIC_FORK_P50_US][SIG_IGN].median = 31;
}

static void memory_is_noisy(struct judged_fixture *f)
{
	judged_noisy(f, MEMORY);
}

static void memory_is_flat(struct judged_fixture *f)
{
	f->j.arm[MEMORY].fit[METRIC_FORK_P50_US][0].is =
		(struct interval){ -0.01, 0.001, 0.02 };
}

static void memory_is_gone(struct judged_fixture *f)
{
	judged_drop(f);
}

static void memory_is_short(struct judged_fixture *f)
{
	f->j.arm[MEMORY].fit[METRIC_FORK_P50_US][0].is =
		(struct interval){ -INFINITY, 9, INFINITY };
}

static void churn_is_gone(struct judged_fixture *f)
{
	f->j.arm[CHURN] = f->j.arm[HOLD];
	judged_drop(f);
	judged_drop(f);
	judged_drop(f);
}

static void loop_leaks_one(struct judged_fixture *f)
{
	judged_left(f, HOLD, LOOP, 1 / 12000.0);
}

static void sig_ign_leaks_one(struct judged_fixture *f)
{
	judged_left(f, CHURN, SIG_IGN, 1 / 12000.0);
}

static void once_leaks_one(struct judged_fixture *f)
{
	judged_left(f, CHURN, ONCE, 1 / 12000.0);
	judged_left(f, LEAK, ONCE, 0);
	judged_left(f, HOLD, ONCE, 0);
}

static void once_leaks_none(struct judged_fixture *f)
{
	for (size_t a = CHURN; a <= HOLD; a++)
		judged_left(f, a, ONCE, 0);
}

static void all_are_the_baseline(struct judged_fixture *f)
{
	static const char *const again[] = { "sig-ign-2", "sig-ign-3",
					     "sig-ign-4" };

	for (size_t l = LOOP; l <= NONE; l++) {
		judged_rename(f, l, again[l - 1], "sig-ign");
		for (size_t a = CHURN; a <= HOLD; a++)
			judged_left(f, a, l, 0);
		judged_ratio(f, CHURN, l, METRIC_CPU_US, 0.99, 1, 1.01);
		judged_ratio(f, CHURN, l, METRIC_SESSIONS_PER_S, 0.99, 1, 1.01);
		judged_ratio(f, CHURN, l, METRIC_FIRST_ECHO_P50_US, 0.99, 1,
			     1.01);
	}
}

static void one_of_them_differs(struct judged_fixture *f)
{
	all_are_the_baseline(f);
	judged_ratio(f, CHURN, ONCE, METRIC_CPU_US, 1.01, 1.02, 1.03);
}

static void baseline_comes_twice(struct judged_fixture *f)
{
	judged_rename(f, NONE, "sig-ign-2", "sig-ign");
	judged_ratio(f, CHURN, NONE, METRIC_CPU_US, 0.95, 0.97, 0.99);
	for (size_t a = CHURN; a <= HOLD; a++)
		judged_left(f, a, NONE, 0);
}

static void without_cpu(struct judged_fixture *f)
{
	struct judged_arm *a = &f->j.arm[CHURN];

	*f->run.cpu_source = '\0';
	snprintf(f->run.cpu_advice, sizeof(f->run.cpu_advice),
		 "no control group can be made; run it as root");
	memcpy(a->effect[METRIC_PARENT_CPU_US], a->effect[METRIC_CPU_US],
	       sizeof(a->effect[METRIC_CPU_US]));
	for (size_t l = 0; l < a->arm->levels; l++) {
		a->effect[METRIC_CPU_US][l].primary = false;
		a->effect[METRIC_CPU_US][l].median = NAN;
		a->effect[METRIC_CPU_US][l].verdict = VERDICT_NONE;
	}
}

static void by_perf_event(struct judged_fixture *f)
{
	snprintf(f->run.cpu_source, sizeof(f->run.cpu_source), "perf_event");
}

static void of_servers(struct judged_fixture *f)
{
	for (size_t a = CHURN; a <= HOLD; a++)
		f->run.config.arm[a].experiment = experiment_find("servers");
	f->run.config.arms = f->j.arms = 1;
	judged_rename(f, SIG_IGN, "echod", "echod");
	judged_rename(f, LOOP, "least", "least");
	judged_rename(f, ONCE, "socat", "socat");
	judged_rename(f, NONE, "mine", "mine");
	judged_rename(f, AA, "echod-aa", "echod");
	for (size_t l = ONCE; l <= NONE; l++)
		judged_left(f, CHURN, l, 0);
	judged_ratio(f, CHURN, LOOP, METRIC_CPU_US, 0.80, 0.85, 0.90);
}

static void two_servers_are_cheap(struct judged_fixture *f)
{
	of_servers(f);
	judged_ratio(f, CHURN, ONCE, METRIC_CPU_US, 0.85, 0.88, 0.92);
}

static void without_sig_ign(struct judged_fixture *f)
{
	judged_rename(f, SIG_IGN, "signalfd", "signalfd");
	judged_rename(f, AA, "signalfd-aa", "signalfd");
}

static void churn_is_above_its_floor(struct judged_fixture *f)
{
	judged_floor(f);
}

static void connect_was_not_measured(struct judged_fixture *f)
{
	judged_floor(f);
	f->j.arm[MEMORY + 1].effect[METRIC_OP_CPU_US][3].median = NAN;
}

static void modes_are_counted(struct judged_fixture *f)
{
	judged_counts(f);
}

static void nothing_may_be_counted(struct judged_fixture *f)
{
	judged_counts(f);
	for (int m = METRIC_PARENT_CALLS; m <= METRIC_CHILD_FAULTS; m++)
		for (size_t l = 0; l < 3; l++)
			f->j.arm[MEMORY + 1].effect[m][l].median = NAN;
}

static void calls_cannot_be_counted(struct judged_fixture *f)
{
	judged_counts(f);
	for (size_t l = 0; l < 3; l++) {
		f->j.arm[MEMORY + 1].effect[METRIC_PARENT_CALLS][l].median =
			NAN;
		f->j.arm[MEMORY + 1].effect[METRIC_CHILD_CALLS][l].median = NAN;
	}
}

static void descriptors_cost(struct judged_fixture *f)
{
	judged_descriptors(f);
}

static void descriptors_may_cost_nothing(struct judged_fixture *f)
{
	judged_descriptors(f);
	f->j.arm[MEMORY + 1].fit[METRIC_FORK_P50_US][0].is.low = -0.001;
}

static void descriptors_are_noisy(struct judged_fixture *f)
{
	judged_descriptors(f);
	f->j.arm[MEMORY + 1].noisy = true;
}

static void is_smoke(struct judged_fixture *f)
{
	f->run.config.profile = 0;
	for (size_t i = 0; i < f->j.arms; i++)
		for (int m = 0; m < METRIC_COUNT; m++)
			for (size_t l = 1; l <= LEVELS_MOST; l++)
				f->j.arm[i].effect[m][l].verdict = VERDICT_NONE;
}

static void is_incomplete(struct judged_fixture *f)
{
	f->j.state = RUN_INCOMPLETE;
	f->j.arm[CHURN].rounds = 17;
}

static void is_invalid(struct judged_fixture *f)
{
	f->j.state = RUN_INVALID;
}

static void is_in_doubt(struct judged_fixture *f)
{
	struct validity_finding *v = &f->run.cell[1].validity;

	f->j.arm[HOLD].doubts = 2;
	f->j.arm[HOLD].doubt[0] = (struct doubt){ VALIDITY_STEAL, 37, 25, 55,
						  "25 %, of all CPUs" };
	f->j.arm[HOLD].doubt[1] = (struct doubt){ VALIDITY_LISTEN_OVERFLOW, 1,
						  NAN, NAN, "12 times" };
	f->run.cell[1].used = false;
	validity_add(v, VALIDITY_FORK_FAILED, "11 times");
}

static void nothing_is_measured(struct judged_fixture *f)
{
	f->j.arms = f->run.config.arms = 0;
}

/* --- what is said ---------------------------------------------------------- */

/* All sentences, a line each: the status' line, remedy, answers, doubts. */
static char *all_of(const struct judged *j)
{
	static char text[1 << 16];
	struct answers *a = calloc(1, sizeof(*a));

	assert_non_null(a);
	answers_make(j, a);
	*text = '\0';
	words_add(text, sizeof(text), "%s\n%s\n", a->line, a->remedy);
	for (size_t i = 0; i < a->count; i++)
		words_add(text, sizeof(text), "%s\n", a->answer[i]);
	for (size_t i = 0; i < a->doubts; i++)
		words_add(text, sizeof(text), "%s\n", a->doubt[i]);
	free(a);
	return text;
}

static void sentences_follow_the_figures(void **state)
{
	static const struct {
		void (*change)(struct judged_fixture *f);
		const char *said[6], *unsaid[5];
	} cases[] = {
		{ as_it_is,
		  { "quick, 412 rounds, 3 min 31 s\n\n",
		    "Use SIG_IGN if nobody needs the children's exit status; "
		    "it is the cheapest here and leaves no zombie. (It is "
		    "inherited across exec",
		    "If you need the status, call waitpid in a loop: 13 % more "
		    "CPU per session, 9 % fewer sessions/s, no zombies.\n",
		    "Never one waitpid per signal: signals merge, and it left "
		    "66 to 92 % of the children as zombies.\n",
		    "fork() takes 30.0 µs here, and 9.80 ms [9.63–10.04] more "
		    "for every GiB that the parent has touched.\n" },
		  { "noise", "not rely", "What to do", "could not" } },
		{ as_it_is,
		  { "This run could tell differences of 2.7 % (CPU per "
		    "session), 3.9 % (sessions/s) and 5.2 % (first echo "
		    "p50).",
		    "CPU per session was measured by cgroup v1 (cpuacct).\n",
		    "A cell of churn costs 7.90 ms in addition to its load "
		    "(median).\n",
		    "No difference shown: CPU per session of none (one of "
		    "1.7 % would have been); sessions/s of none (3.9 %); first "
		    "echo p50 of none (5.2 %).\n" },
		  { NULL } },
		{ loop_is_cheaper,
		  { "Use waitpid-loop: 12 % less CPU per session than sig-ign, "
		    "and no zombie left.\n" },
		  { "Use SIG_IGN", "cheapest", "call waitpid in a loop" } },
		{ loop_is_cheaper_than_the_last,
		  { "Use waitpid-loop: 12 % less CPU per session than "
		    "sig-ign" },
		  { "Use SIG_IGN", "cheapest", "call waitpid in a loop" } },
		{ loop_comes_first,
		  { "Use SIG_IGN", "cheapest here and leaves no zombie",
		    "call waitpid in a loop: no zombies.\n" },
		  { "waitpid-loop:" } },
		{ none_is_cheaper,
		  { "it is the cheapest here that leaves no zombie." },
		  { "cheapest here and" } },
		{ loop_is_unclear,
		  { "it leaves no zombie, and nothing here is shown to be "
		    "cheaper.",
		    "loop: no difference in CPU per session shown, 9 % fewer",
		    "No difference shown: CPU per session of waitpid-loop and "
		    "none (one of 4.0 % would have been)" },
		  { "the cheapest" } },
		{ one_rival_is_unclear,
		  { "it leaves no zombie, and nothing here is shown to be "
		    "cheaper." },
		  { "the cheapest", "per signal" } },
		{ loop_is_the_same,
		  { "The same within 3 %: CPU per session of waitpid-loop.\n",
		    "the same CPU per session within 3 %, 9 % fewer",
		    "nothing "
		    "here is "
		    "shown "
		    "to be "
		    "cheape"
		    "r" },
		  { "the cheapest" } },
		{ loop_costs_thrice,
		  { "loop: 3 times the CPU per session, 9 % fewer" },
		  { "200 %" } },
		{ churn_is_noisy,
		  { "What to do: quiet the machine",
		    "Use SIG_IGN if nobody needs the children's exit status; "
		    "it leaves no zombie.",
		    "call waitpid in a loop: no zombies.",
		    "Never one waitpid" },
		  { "cheap", "difference", "more CPU", "fewer" } },
		{ memory_is_noisy,
		  { "fork() takes 30.0 µs here (median).\n", "cheapest" },
		  { "GiB" } },
		{ fork_is_in_the_table,
		  { "fork() takes 9.80 ms [9.63–10.04] more for every GiB that "
		    "the parent has touched.\n" },
		  { "31.0", "30.0" } },
		{ memory_is_flat,
		  { "and no cost of memory was shown: 1.02 µs [−10.24 to "
		    "20.48] for every GiB that the parent has touched.\n" },
		  { "more for every" } },
		{ memory_is_short,
		  { "too few rounds to say what memory adds" },
		  { "GiB" } },
		{ memory_is_gone, { "cheapest" }, { "GiB", "fork() takes" } },
		{ churn_is_gone,
		  { "quick, 20 rounds",
		    "Use SIG_IGN if nobody needs the children's exit status; "
		    "it leaves no zombie, and nothing here is shown to be "
		    "cheaper "
		    "by exit storm.",
		    "loop: no difference in exit storm shown, no zombies.",
		    "left 92 % of the children" },
		  { "cheapest", "churn", "GiB", "66 %" } },
		{ loop_leaks_one,
		  { "Do not rely on waitpid-loop here: it left children as "
		    "zombies (1 of 12,000 after a storm).\n",
		    "Use SIG_IGN" },
		  { "call waitpid in a loop" } },
		{ sig_ign_leaks_one,
		  { "Do not rely on sig-ign here: it left children as zombies "
		    "(1 of 12,000 in churn).\n",
		    "call waitpid in a loop: 13 % more" },
		  { "Use SIG_IGN" } },
		{ once_leaks_one,
		  { "Never one waitpid per signal: signals merge, and it left "
		    "children as zombies (1 of 12,000 in churn)." },
		  { "66 %" } },
		{ once_leaks_none,
		  { "One waitpid per signal left no zombie in this run" },
		  { "Never" } },
		{ all_are_the_baseline,
		  { "Every level here is sig-ign, so all that differs is "
		    "noise.\n",
		    "none of 9 comparisons differs" },
		  { "Use SIG_IGN", "cheap", "waitpid" } },
		{ one_of_them_differs,
		  { "By noise alone 1 of 9 comparisons differ" },
		  { "Use SIG_IGN", "cheap", "As it should" } },
		{ baseline_comes_twice,
		  { "it is the cheapest here and leaves no zombie." },
		  { "Use sig-ign-2" } },
		{ without_cpu,
		  { "it is the cheapest here by parent's CPU per session and "
		    "leaves no "
		    "zombie",
		    "13 % more CPU per session of the parent",
		    "CPU per session could not be measured: no control group "
		    "can be made; run it as root.\n" },
		  { "was measured" } },
		{ by_perf_event,
		  { "by perf_event, which misses the last part" },
		  { NULL } },
		{ of_servers,
		  { "least takes the least CPU per session of these servers.\n",
		    "A cell of servers" },
		  { "SIG_IGN", "waitpid", "mode" } },
		{ two_servers_are_cheap,
		  { "No server is shown to take less CPU per session than all "
		    "others.\n" },
		  { "takes the least" } },
		{ without_sig_ign,
		  { "signalfd takes the least CPU per session of these modes",
		    "13 % more CPU per session, 9 % fewer sessions/s (against "
		    "signalfd), no zombies." },
		  { "SIG_IGN", "sig-ign" } },
		{ churn_is_above_its_floor,
		  { "The floor under a session is 84.7 µs of CPU: 60.0 µs to "
		    "fork, end and collect a small static process (64 in "
		    "flight), and 24.7 µs to connect, accept and close; in "
		    "churn sig-ign takes 1.12× [1.08–1.16], waitpid-loop "
		    "takes 1.26× [1.20–1.31], waitpid-once takes 1.25× "
		    "[1.20–1.30] and none takes 1.10× [1.06–1.14] of it.\n" },
		  { NULL } },
		{ connect_was_not_measured, { "cheapest" }, { "floor" } },
		{ modes_are_counted,
		  { "Per session sig-ign makes 5.00 system calls in the "
		    "parent, "
		    "8.00 system calls in the child, 0.74 context switches of "
		    "the parent, 1.44 of the child, 1.50 page faults in the "
		    "parent and 5.00 in the child.\n",
		    "Against it waitpid-loop makes 2.14 more system calls in "
		    "the parent, 0.11 more context switches of the parent, "
		    "0.55 more handler calls; waitpid-once makes 1.01 more "
		    "system calls in the parent, 0.49 more handler calls.\n" },
		  { "could not be counted" } },
		{ nothing_may_be_counted,
		  { "System calls, context switches and page faults could not "
		    "be counted: perf_event_open() needs "
		    "kernel.perf_event_paranoid=1 or root.\n" },
		  { "Per session", "Against it" } },
		{ calls_cannot_be_counted,
		  { "\nSystem calls could not be counted: perf_event_open() "
		    "needs a tracepoint, and with it the right to mount "
		    "tracefs.\n",
		    "Per session sig-ign makes 0.74 context switches of the "
		    "parent, 1.44 of the child" },
		  { NULL } },
		{ descriptors_cost,
		  { "fork() takes 12.0 µs [10.8–13.2] more for every 1,000 "
		    "descriptors that the parent has open.\n",
		    "A session takes 25.0 µs [22.5–27.5] more CPU for every "
		    "1,000 descriptors that the parent has open, the child's "
		    "exit included.\n" },
		  { "No cost" } },
		{ descriptors_may_cost_nothing,
		  { "No cost was shown: fork() takes 12.0 µs [−1.0 to 13.2] "
		    "more for every 1,000 descriptors" },
		  { NULL } },
		{ descriptors_are_noisy, { "fork()" }, { "descriptors" } },
		{ judged_pages,
		  { "fork() takes 10.2 ms more for every GiB that the parent "
		    "has touched in small pages, 102 µs in huge pages, too "
		    "little to show in shared pages.\n",
		    "A session takes 20.5 ms more CPU for every GiB that the "
		    "parent has touched in small pages, 205 µs in huge pages, "
		    "too little to show in shared pages, the child's exit "
		    "included.\n" },
		  { NULL } },
		{ is_smoke,
		  { "smoke, 412 rounds",
		    "A smoke run is too short to judge speed.\n",
		    "Use SIG_IGN if nobody needs the children's exit status; "
		    "it leaves no zombie." },
		  { "cheap", "could tell", "fewer", "o difference" } },
		{ is_incomplete,
		  { "quick, 17 of 412 rounds, 3 min", "forkbench resume" },
		  { "answer nothing" } },
		{ is_invalid,
		  { "These figures answer nothing." },
		  { "Use", "Never", "fork()", "could tell" } },
		{ is_in_doubt,
		  { "\nsteal: 37 of 40 cells of hold, 25–55 %; use a quieter "
		    "machine\n",
		    "\nlisten-overflow: 1 of 40 cells of hold, 12 times; "
		    "raise ",
		    "\nfork-failed: 1 of 40 cells of churn, not used, 11 "
		    "times; "
		    "raise ",
		    "costs 7.90 ms" },
		  { NULL } },
		{ nothing_is_measured,
		  { "quick, 3 min 31 s\n" },
		  { "zombie", "CPU", "SIG_IGN" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct judged_fixture *f = judged_fixture();
		const char *text;

		cases[i].change(f);
		text = all_of(&f->j);
		for (size_t k = 0; k < 6 && cases[i].said[k]; k++)
			if (!strstr(text, cases[i].said[k]))
				fail_msg("case %zu lacks \"%s\":\n%s", i,
					 cases[i].said[k], text);
		for (size_t k = 0; k < 5 && cases[i].unsaid[k]; k++)
			if (strstr(text, cases[i].unsaid[k]))
				fail_msg("case %zu has \"%s\":\n%s", i,
					 cases[i].unsaid[k], text);
		judged_fixture_free(f);
	}
}

static void what_is_left_is_told_by_experiment(void **state)
{
	static const struct {
		double churn, leak, hold;
		const char *left;
	} cases[] = {
		{ 0, 0, 0, "none" },
		{ 1, 1, 1, "all" },
		{ 0.66, 0, 0.92, "66 % in churn, 92 % after a storm" },
		{ 1, 1, 0.999,
		  "all in churn, all in leak, over 99 % after a "
		  "storm" },
		{ 0, 2 / 12000.0, 0, "2 of 12,000 in leak" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct judged_fixture *f = judged_fixture();
		char left[ANSWER_BYTES];

		judged_left(f, CHURN, ONCE, cases[i].churn);
		judged_left(f, LEAK, ONCE, cases[i].leak);
		judged_left(f, HOLD, ONCE, cases[i].hold);
		assert_true(answers_left(&f->j, &f->j.arm[CHURN], ONCE, left));
		assert_string_equal(left, cases[i].left);
		for (size_t a = CHURN; a <= HOLD; a++)
			f->j.arm[a].zombies[ONCE].cells = 0;
		assert_false(answers_left(&f->j, &f->j.arm[CHURN], ONCE, left));
		assert_string_equal(left, "");
		judged_fixture_free(f);
	}
}

/* No end of an interval that excludes 1 looks as if it did not. */
static void ratios_have_the_digits_they_need(void **state)
{
	static const struct {
		struct interval i;
		const char *words;
	} cases[] = {
		{ { 1.11, 1.13, 1.15 }, "1.13× [1.11–1.15]" },
		{ { 1.001, 1.02, 1.04 }, "1.020× [1.001–1.040]" },
		{ { 0.9, 0.95, 0.997 }, "0.950× [0.900–0.997]" },
		{ { 0, 1.2, INFINITY }, "1.20×" },
		{ { 9, 12.34, 15 }, "12.3× [9.0–15.0]" },
		{ { NAN, NAN, NAN }, "" },
	};
	char words[WORDS];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(words_ratio(&cases[i].i, words),
				    cases[i].words);
}

static void words_are_cut_between_characters(void **state)
{
	char text[6] = "abc";

	(void)state;
	words_add(text, sizeof(text), "µµ");
	assert_string_equal(text, "abcµ");
	words_add(text, sizeof(text), "d");
	assert_string_equal(text, "abcµ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sentences_follow_the_figures),
		cmocka_unit_test(what_is_left_is_told_by_experiment),
		cmocka_unit_test(ratios_have_the_digits_they_need),
		cmocka_unit_test(words_are_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The tables of bench/study, and what a user or a stored run makes of them. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/study/config.h"
#include "bench/study/look.h"
#include "bench/study/validity.h"
#include "lib/clock.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SMOKE, QUICK, FULL };

#define MINE "mine=./mine {address} {port}"

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("`%s` lacks `%s`", text, part);
}

/* --- tables ----------------------------------------------------------------*/

static void the_tables_agree_with_each_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < experiment_count; i++) {
		const struct experiment *e = &experiments[i];

		assert_string_equal(experiment_names[i], e->name);
		assert_ptr_equal(experiment_find(e->name), e);
		assert_true(e->title && e->question && e->levels);
		/* One of the three says which server it is. */
		assert_int_equal((e->subject != NULL) +
					 (factors[e->factor].words <=
					  WORDS_SERVERS) +
					 (e->series == FACTOR_MODE),
				 1);
		assert_int_equal(e->series != FACTOR_NONE,
				 e->series_levels != NULL);
		assert_true(e->fit == FIT_NONE || factors[e->factor].ordered);
		/* Ratios are to one baseline, and curves have none. */
		assert_false(e->aa && (e->series != FACTOR_NONE ||
				       factors[e->factor].ordered));
		assert_true(e->load.concurrency <= e->load.sessions);
		for (size_t p = 0; p < PROFILES; p++)
			assert_true(e->share[p].least <= e->share[p].most);
	}
	assert_null(experiment_names[experiment_count]);
	assert_null(experiment_find("churn "));
	for (size_t i = 0; i < PROFILES; i++)
		assert_string_equal(profile_names[i], profiles[i].name);
	for (int i = 0; i < METRIC_COUNT; i++)
		assert_int_equal(metric_find(metrics[i].name), i);
	assert_int_equal(metric_find("cpu"), -1);
}

static void an_experiment_outside_the_profile_gets_the_next_share(void **state)
{
	const struct experiment *servers = experiment_find("servers");
	const struct experiment *memory = experiment_find("memory");

	(void)state;
	assert_ptr_equal(experiment_share(servers, SMOKE),
			 &servers->share[FULL]);
	assert_ptr_equal(experiment_share(memory, SMOKE),
			 &memory->share[QUICK]);
	assert_ptr_equal(experiment_share(memory, FULL), &memory->share[FULL]);
}

static bool has_word(const struct subject *s, const char *word)
{
	for (size_t i = 0; s->argv[i]; i++)
		if (strcmp(s->argv[i], word) == 0)
			return true;
	return false;
}

static void every_subject_can_be_started_and_found(void **state)
{
	size_t modes = 0;

	(void)state;
	while (subject_modes[modes])
		modes++;
	assert_int_equal(modes, 12);
	for (size_t i = 0; i < subject_count; i++) {
		const struct subject *s = &subjects[i];
		size_t words = 0;

		while (s->argv[words])
			words++;
		assert_true(words > 0 && words < SUBJECT_ARGS);
		assert_true(subject_name_is_good(s->name));
		assert_ptr_equal(subject_find(s->name), s);
		assert_true(s->explains != NULL);
		assert_int_equal(s->tells_port, has_word(s, "{ready}"));
		assert_int_equal(s->counters, has_word(s, "{stats}"));
		assert_int_equal(s->config != NULL, has_word(s, "{config}"));
		assert_true(s->counters || !s->counts_collected);
		/* A program, or the module that one needs. */
		assert_true(!s->program ||
			    (s->program[0] == '/' && s->package));
		if (i < modes) {
			assert_string_equal(s->name, subject_modes[i]);
			assert_true(has_word(s, s->name));
			assert_true(s->counters);
		}
	}
	assert_true(subject_find("pidfd")->counts_collected);
	assert_false(subject_find("double-fork")->counts_collected);
	assert_true(subject_find("none")->counts_collected);
}

static void a_subject_that_is_not_there_says_what_it_lacks(void **state)
{
	struct subject s = { .name = "x",
			     .program = "/nonexistent/x",
			     .package = "x-server" };
	const char *lacks;

	(void)state;
	assert_false(subject_is_there(&s, &lacks));
	assert_string_equal(lacks, "x-server");
	s.program = "/bin/sh";
	assert_true(subject_is_there(&s, &lacks));
	assert_null(lacks);
	s.needs_root = true;
	assert_int_equal(subject_is_there(&s, &lacks), geteuid() == 0);
}

static void every_subject_has_a_colour(void **state)
{
	(void)state;
	for (size_t i = 0; subject_modes[i]; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(look_colour(subject_modes[i]),
						look_colour(subject_modes[k]));
	assert_string_equal(look_colour("sig-ign"), "#0072B2");
	assert_string_equal(look_colour("mine"), look_colour("mine"));
	for (size_t i = 0; i < subject_count; i++)
		assert_int_equal(strlen(look_colour(subjects[i].name)), 7);
	assert_int_equal(strlen(look_colour("")), 7);
}

/* --- metric ----------------------------------------------------------------*/

static void values_are_told_with_their_unit(void **state)
{
	static const struct {
		enum metric_id id;
		double value;
		const char *words;
	} cases[] = {
		{ METRIC_CPU_US, 94.7, "94.7 µs" },
		{ METRIC_CPU_US, 0, "0 µs" },
		{ METRIC_CPU_US, 0.913, "0.91 µs" },
		{ METRIC_CPU_US, 0.04, "0.04 µs" },
		{ METRIC_CPU_US, 9.996, "10.0 µs" },
		{ METRIC_CPU_US, 99.96, "100 µs" },
		{ METRIC_CPU_US, 999.4, "999 µs" },
		{ METRIC_CPU_US, 999.6, "1.00 ms" },
		{ METRIC_CPU_US, 1250, "1.25 ms" },
		{ METRIC_CPU_US, 2.5e6, "2.50 s" },
		{ METRIC_CPU_US, 12345e6, "12,345 s" },
		{ METRIC_CPU_US, -12.34, "−12.3 µs" },
		{ METRIC_STORM_MS, 0.5, "500 µs" },
		{ METRIC_STORM_MS, 0, "0 ms" },
		{ METRIC_STORM_MS, 0.99951, "1.00 ms" },
		{ METRIC_STORM_MS, 1250, "1.25 s" },
		{ METRIC_WALL_S, 0.382, "382 ms" },
		{ METRIC_WALL_S, 1.234, "1.23 s" },
		{ METRIC_SESSIONS_PER_S, 15051.4, "15,051/s" },
		{ METRIC_SESSIONS_PER_S, 913.4, "913/s" },
		{ METRIC_SESSIONS_PER_S, 1234567, "1,234,567/s" },
		{ METRIC_ZOMBIES_LEFT, 0, "0" },
		{ METRIC_ZOMBIES_LEFT, 999, "999" },
		{ METRIC_ZOMBIES_LEFT, 19800, "19,800" },
		{ METRIC_ZOMBIES_LEFT, 2.5, "2.5" },
		{ METRIC_ZOMBIES_LEFT, 1e300, "1e+300" },
		{ METRIC_STEAL_PCT, 1.46, "1.5 %" },
		{ METRIC_STEAL_PCT, 54.6, "55 %" },
		{ METRIC_STEAL_PCT, 9.96, "10 %" },
		{ METRIC_STEAL_PCT, 0, "0 %" },
		{ METRIC_CPU_US, NAN, "" },
		{ METRIC_CPU_US, INFINITY, "" },
	};
	char words[METRIC_WORDS];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		metric_words(cases[i].id, cases[i].value, words);
		assert_string_equal(words, cases[i].words);
	}
}

/* --- validity --------------------------------------------------------------*/

static void assert_same_finding(const struct validity_finding *a,
				const struct validity_finding *b)
{
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		assert_int_equal(a->found[i].rule, b->found[i].rule);
		assert_string_equal(a->found[i].detail, b->found[i].detail);
	}
}

static void a_finding_comes_back_from_its_text(void **state)
{
	struct validity_finding v = { 0 }, again;
	char text[VALIDITY_TEXT], rows[3 * VALIDITY_DETAIL];

	(void)state;
	validity_text(&v, text);
	assert_string_equal(text, "");
	validity_read("valid", text, &again);
	assert_same_finding(&v, &again);

	validity_add(&v, VALIDITY_STEAL, "%d %%", 12);
	assert_int_equal(v.status, VALIDITY_SUSPECT);
	validity_add(&v, VALIDITY_FORK_FAILED, "%s", "");
	assert_int_equal(v.status, VALIDITY_INVALID);
	validity_add(&v, VALIDITY_FOREIGN_LOAD, "40 %%, most: %s",
		     "a: b\tc\n; steal: 1 %; x");
	assert_int_equal(v.status, VALIDITY_INVALID);
	validity_text(&v, text);
	assert_string_equal(text, "steal: 12 %; fork-failed; foreign-load: "
				  "40 %, most: a: b?c?, steal: 1 %, x");
	validity_read("invalid", text, &again);
	assert_same_finding(&v, &again);

	/* The longest details that there can be, and one rule too many. */
	memset(rows, 'x', sizeof(rows) - 1);
	rows[sizeof(rows) - 1] = '\0';
	v = (struct validity_finding){ 0 };
	for (int i = 0; i < VALIDITY_FOUND; i++)
		validity_add(&v, VALIDITY_GENERATOR_SUSPECT, "%s", rows);
	assert_int_equal(v.status, VALIDITY_SUSPECT);
	validity_add(&v, VALIDITY_SERVER_DIED, "%s", rows);
	assert_int_equal(v.status, VALIDITY_INVALID);
	assert_int_equal(v.count, VALIDITY_FOUND);
	validity_text(&v, text);
	validity_read("invalid", text, &again);
	assert_same_finding(&v, &again);
}

static void a_finding_of_others_is_read_with_care(void **state)
{
	static const struct {
		const char *status, *text;
		enum validity read;
		size_t count;
	} cases[] = {
		{ "valid", "", VALIDITY_VALID, 0 },
		{ "suspect", "steal: 12 %", VALIDITY_SUSPECT, 1 },
		{ "suspect", "new-rule: 12 %; steal", VALIDITY_SUSPECT, 1 },
		{ "", "", VALIDITY_INVALID, 0 },
		{ "Valid", "", VALIDITY_INVALID, 0 },
		{ "suspect", "; ; ;;", VALIDITY_SUSPECT, 0 },
		{ "suspect", "steal:", VALIDITY_SUSPECT, 0 },
		{ "suspect",
		  "steal; steal; steal; steal; steal; steal; steal; steal",
		  VALIDITY_SUSPECT, VALIDITY_FOUND },
	};
	struct validity_finding v;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		validity_read(cases[i].status, cases[i].text, &v);
		assert_int_equal(v.status, cases[i].read);
		assert_int_equal(v.count, cases[i].count);
	}
}

/* --- a user's own server ---------------------------------------------------*/

static void a_users_server_is_taken_or_refused(void **state)
{
	static char longest[SUBJECT_TEXT + 1];
	const struct {
		const char *text, *result; /* command for the shell, or why */
		bool good;
	} cases[] = {
		{ MINE, "exec ./mine {address} {port}", true },
		{ "a=  b {port} {address}", "exec b {port} {address}", true },
		{ "a.b_c+1-D=x --at={address}:{port}",
		  "exec x --at={address}:{port}", true },
		{ "v=A=1 ./x {address} {port}", "A=1 ./x {address} {port}",
		  true },
		{ "two=cd /tmp && exec ./x {address} {port}",
		  "cd /tmp && exec ./x {address} {port}", true },
		{ "e=exec ./x {address} {port}", "exec ./x {address} {port}",
		  true },
		{ "sub=./x $(id -u) {address} {port}",
		  "./x $(id -u) {address} {port}", true },
		{ "1234567890123456789012345678901=x {address} {port}",
		  "exec x {address} {port}", true },
		{ "", "no command", false },
		{ "mine", "no command", false },
		{ "mine=", "lacks {address}", false },
		{ "mine=./mine {address}", "lacks {port}", false },
		{ "mine=./mine {port}", "lacks {address}", false },
		{ "=./x {address} {port}", "the name is no good", false },
		{ "-x=./x {address} {port}", "the name is no good", false },
		{ "a b=./x {address} {port}", "the name is no good", false },
		{ "../x=./x {address} {port}", "the name is no good", false },
		{ "12345678901234567890123456789012=x {address} {port}",
		  "the name is no good", false },
		{ "socat=./x {address} {port}", "is taken", false },
		{ "sig-ign=./x {address} {port}", "is taken", false },
		{ "a=./x\n{address} {port}", "control characters", false },
		{ "a=./x \033 {address} {port}", "control characters", false },
		{ longest, "1024 bytes or more", false },
	};

	(void)state;
	memset(longest, 'x', SUBJECT_TEXT);
	memcpy(longest, "a={address}{port}", 17);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char why[SUBJECT_WHY] = "", text[SUBJECT_TEXT + 1];
		struct subject s = { 0 };

		snprintf(text, sizeof(text), "%s", cases[i].text);
		assert_int_equal(subject_parse(text, &s, why),
				 cases[i].good ? 0 : -1);
		if (!cases[i].good) {
			assert_has(why, cases[i].result);
			continue;
		}
		/* What was parsed does not depend on the text any more. */
		memset(text, '!', strlen(text));
		assert_memory_equal(s.name, cases[i].text, strlen(s.name));
		assert_int_equal(cases[i].text[strlen(s.name)], '=');
		assert_string_equal(s.argv[0], "/bin/sh");
		assert_string_equal(s.argv[1], "-c");
		assert_string_equal(s.argv[2], cases[i].result);
		assert_null(s.argv[3]);
		assert_false(s.counters || s.tells_port || s.port);
	}
}

/* --- wishes ----------------------------------------------------------------*/

/* "churn: a b c; leak: a b" */
static void tell_levels(const struct config *c, char *out, size_t bytes)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < c->arms; i++) {
		used += (size_t)snprintf(out + used, bytes - used,
					 "%s%s:", i ? "; " : "",
					 c->arm[i].experiment->name);
		for (size_t k = 0; k < c->arm[i].levels; k++)
			used += (size_t)snprintf(out + used, bytes - used,
						 " %s",
						 c->arm[i].level[k].name);
	}
}

#define FOUR "sig-ign waitpid-loop waitpid-once none"
#define FOUR_AA FOUR " sig-ign-aa"

static void a_wish_becomes_experiments_and_levels(void **state)
{
	static const char *const mine[] = { MINE };
	static const char *const taken[] = { "least-2=x {address} {port}" };
	static const struct {
		struct wish wish;
		const char *levels;
	} cases[] = {
		{ { .profile = SMOKE },
		  "churn: " FOUR_AA "; hold: " FOUR_AA "; wall: " FOUR_AA },
		{ { .profile = QUICK },
		  "churn: " FOUR_AA "; leak: " FOUR "; hold: " FOUR_AA
		  "; wall: " FOUR_AA "; memory: 0 16MiB 64MiB 256MiB 1GiB" },
		{ { .experiments = "leak churn", .modes = "none" },
		  "churn: none none-aa; leak: none" },
		{ { .experiments = ", leak\t,,", .modes = " none, sig-ign " },
		  "leak: none sig-ign" },
		{ { .experiments = "churn,churn",
		    .modes = "sig-ign,none,sig-ign sig-ign" },
		  "churn: sig-ign none sig-ign-2 sig-ign-3 sig-ign-aa" },
		{ { .experiments = "leak", .modes = "all" },
		  "leak: sig-ign waitpid-once waitpid-loop none nocldwait "
		  "signalfd self-pipe pidfd double-fork reaper-thread "
		  "accept-sweep sigchld-blocked" },
		{ { .experiments = "servers", .with = "least,echod" },
		  "servers: least echod least-aa" },
		{ { .experiments = "servers",
		    .with = "least",
		    .server = mine,
		    .servers = 1 },
		  "servers: least mine least-aa" },
		{ { .experiments = "servers",
		    .with = "mine,pidfd",
		    .server = mine,
		    .servers = 1 },
		  "servers: mine pidfd mine-aa" },
		{ { .with = "least,least,least-2",
		    .experiments = "leak",
		    .modes = "none",
		    .server = taken,
		    .servers = 1 },
		  "leak: none; servers: least least-2 least-2-2 least-aa" },
		{ { .experiments = "memory", .levels = "0 1024KiB,2M,3G,7" },
		  "memory: 0 1MiB 2MiB 3GiB 7" },
		{ { .experiments = "leak",
		    .modes = "none",
		    .levels = "16MiB,0" },
		  "leak: none; memory: 16MiB 0" },
		/* a curve for each of a series */
		{ { .experiments = "concurrency",
		    .modes = "none,pidfd,none",
		    .levels = "1,8" },
		  "concurrency: none@1 none@8 pidfd@1 pidfd@8 none-2@1 "
		  "none-2@8" },
		{ { .experiments = "concurrency leak",
		    .modes = "none",
		    .levels = "8 4096" },
		  "leak: none; concurrency: none@8 none@4096" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char why[CONFIG_WHY] = "", levels[1024];
		struct config c;

		if (config_make(&c, &cases[i].wish, why) < 0)
			fail_msg("%s: %s", cases[i].levels, why);
		tell_levels(&c, levels, sizeof(levels));
		assert_string_equal(levels, cases[i].levels);
		for (size_t k = 0; k < c.arms; k++)
			assert_int_equal(arm_aa(&c.arm[k]),
					 c.arm[k].experiment->aa ?
						 (int)c.arm[k].levels - 1 :
						 -1);
	}
}

static void a_user_server_adds_its_experiment_to_the_profile(void **state)
{
	static const char *const mine[] = { MINE };
	const struct wish w = { .profile = QUICK,
				.server = mine,
				.servers = 1 };
	char why[CONFIG_WHY];
	const struct arm *a;
	struct config c;
	const char *lacks;

	(void)state;
	assert_int_equal(config_make(&c, &w, why), 0);
	assert_int_equal(c.arms, 6);
	a = config_arm(&c, "servers");
	assert_non_null(a);
	assert_string_equal(a->level[0].name, "echod");
	assert_true(arm_level(a, "least") > 0 && arm_level(a, "floor") > 0);
	/* Nobody named these: they are levels only where they can start. */
	for (size_t i = 0; i < subject_count; i++)
		if (subjects[i].program &&
		    strstr(a->experiment->levels, subjects[i].name))
			assert_int_equal(arm_level(a, subjects[i].name) >= 0,
					 subject_is_there(&subjects[i],
							  &lacks));
	assert_int_equal(arm_level(a, "mine"), arm_aa(a) - 1);
	assert_string_equal(config_subject(&c, "mine")->argv[2], "exec ./mine "
								 "{address} "
								 "{port}");
	assert_non_null(config_subject(&c, "pidfd"));
	assert_null(config_subject(&c, "yours"));
	assert_null(config_arm(&c, "yours"));
}

static void a_wish_sizes_the_cells(void **state)
{
	static const struct {
		struct wish wish;
		const char *experiment;
		uint64_t sessions, warm, concurrency;
		unsigned rounds;
	} cases[] = {
		/* as the tables say */
		{ { .profile = QUICK }, "churn", 100, 0, 32, 0 },
		{ { .profile = SMOKE }, "churn", 100, 0, 32, 3 },
		{ { .profile = QUICK }, "leak", 20000, 0, 64, 0 },
		{ { .profile = QUICK }, "hold", 2000, 0, 2000, 0 },
		{ { .profile = SMOKE, .experiments = "memory" },
		  "memory",
		  40,
		  0,
		  16,
		  0 },
		/* sessions of several experiments, and of one */
		{ { .profile = QUICK, .sessions = 50 }, "churn", 100, 0, 32, 0 },
		{ { .profile = QUICK, .sessions = 50 }, "hold", 50, 0, 50, 0 },
		{ { .profile = QUICK, .sessions = 50 }, "wall", 50, 0, 50, 0 },
		{ { .experiments = "churn", .sessions = 50 },
		  "churn",
		  50,
		  0,
		  32,
		  3 },
		{ { .experiments = "leak", .sessions = 5000 },
		  "leak",
		  5000,
		  0,
		  64,
		  0 },
		/* concurrency */
		{ { .profile = QUICK, .concurrency = 9 },
		  "leak",
		  20000,
		  0,
		  9,
		  0 },
		{ { .profile = QUICK, .concurrency = 9 },
		  "hold",
		  2000,
		  0,
		  2000,
		  0 },
		{ { .profile = QUICK, .concurrency = 9 },
		  "memory",
		  40,
		  0,
		  16,
		  0 },
		{ { .experiments = "memory", .concurrency = 9 },
		  "memory",
		  40,
		  0,
		  9,
		  0 },
		/* warm and rounds */
		{ { .profile = QUICK, .warm = 7, .rounds = 5 },
		  "churn",
		  100,
		  7,
		  32,
		  5 },
		{ { .profile = QUICK, .warm = 7, .rounds = 5 },
		  "leak",
		  20000,
		  0,
		  64,
		  5 },
		{ { .profile = QUICK, .warm = 7, .rounds = 5 },
		  "wall",
		  300,
		  0,
		  64,
		  5 },
		{ { .profile = QUICK, .warm = 7, .rounds = 5 },
		  "memory",
		  40,
		  7,
		  16,
		  5 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char why[CONFIG_WHY] = "";
		const struct arm *a;
		struct config c;

		if (config_make(&c, &cases[i].wish, why) < 0)
			fail_msg("case %zu: %s", i, why);
		a = config_arm(&c, cases[i].experiment);
		assert_non_null(a);
		assert_int_equal(a->load.sessions, cases[i].sessions);
		assert_int_equal(a->load.warm, cases[i].warm);
		assert_int_equal(a->load.concurrency, cases[i].concurrency);
		assert_int_equal(a->rounds, cases[i].rounds);
		assert_false(a->load.rst);
	}
}

#define EIGHT "pidfd,pidfd,pidfd,pidfd,pidfd,pidfd,pidfd,pidfd"
#define FORTY EIGHT "," EIGHT "," EIGHT " " EIGHT "," EIGHT

/* What a level is, and what it sets. */
static void a_level_sets_what_its_factor_says(void **state)
{
	const struct wish w = { .experiments = "memory" };
	const struct wish v = { .experiments = "concurrency",
				.modes = "none,sig-ign",
				.levels = "4,512",
				.close = 1 };
	const struct wish curves = { .experiments = "capacity storm backlog" };
	struct setting setting[SETTINGS_MOST];
	char why[CONFIG_WHY];
	struct config c;
	struct load load;

	(void)state;
	assert_int_equal(config_make(&c, &w, why), 0);
	assert_int_equal(c.arm[0].curves, 1);
	assert_int_equal(arm_settings(&c.arm[0], 0, setting), 0);
	assert_int_equal(arm_settings(&c.arm[0], 1, setting), 1);
	assert_string_equal(setting[0].place, "ballast");
	assert_string_equal(setting[0].value, "16777216");
	assert_string_equal(level_word(&c.arm[0].level[1]), "16MiB");
	assert_int_equal(arm_load(&c.arm[0], 1).concurrency, 16);

	assert_int_equal(config_make(&c, &v, why), 0);
	assert_int_equal(c.arm[0].curves, 2);
	assert_int_equal(arm_settings(&c.arm[0], 3, setting), 0);
	assert_string_equal(c.arm[0].level[3].name, "sig-ign@512");
	assert_string_equal(c.arm[0].level[3].series, "sig-ign");
	assert_string_equal(c.arm[0].level[3].subject, "sig-ign");
	assert_string_equal(level_word(&c.arm[0].level[3]), "512");
	assert_int_equal(c.arm[0].level[3].curve, 1);
	load = arm_load(&c.arm[0], 3);
	assert_int_equal(load.concurrency, 512);
	assert_int_equal(load.sessions, 512);
	assert_true(load.rst);
	load = arm_load(&c.arm[0], 2);
	assert_int_equal(load.concurrency, 4);
	assert_int_equal(load.sessions, c.arm[0].load.sessions);

	assert_int_equal(config_make(&c, &curves, why), 0);
	assert_int_equal(c.arms, 3);
	load = arm_load(config_arm(&c, "capacity"), 5);
	assert_int_equal(load.rate_pct, 120);
	load = arm_load(config_arm(&c, "storm"), 1);
	assert_int_equal(load.sessions, 4000);
	assert_int_equal(load.concurrency, 4000);
	assert_int_equal(arm_settings(config_arm(&c, "backlog"), 0, setting),
			 1);
	assert_string_equal(setting[0].value, "5");
}

static void a_bad_wish_is_refused_in_one_line(void **state)
{
	static const char *const taken[] = { "socat=x {address} {port}" };
	static const char *const twice[] = { MINE, MINE };
	static const char *const odd[] = { "\033]=x" };
	static const char *const nine[SERVERS_MOST + 1] = { MINE };
	static char long_list[4096];
	const struct {
		struct wish wish;
		const char *words[3];
	} cases[] = {
		{ { .modes = "sigign" },
		  { "--modes sigign: unknown; give all, or a list of sig-ign, "
		    "waitpid-once,",
		    "sigchld-blocked" } },
		{ { .modes = "sig-ign,\033[31m" }, { "--modes ?[31m: " } },
		{ { .modes = "sig-ign,least" }, { "--modes least: unknown" } },
		{ { .modes = "all,none" }, { "--modes all: unknown" } },
		{ { .modes = "" }, { "--modes: the list is empty" } },
		{ { .modes = " ,\t, " }, { "--modes: the list is empty" } },
		{ { .modes = FORTY "," FORTY "," FORTY },
		  { "churn: more than 96 levels" } },
		{ { .modes = long_list }, { "--modes: the list is too long" } },
		{ { .experiments = "churn;leak" },
		  { "--experiments churn;leak: unknown", "all, or a list of "
							 "churn, leak, hold, "
							 "wall, memory, "
							 "concurrency, "
							 "capacity, storm, "
							 "backlog, exhaust, "
							 "pages, " } },
		{ { .experiments = "servers", .with = "nginx" },
		  { "--with nginx: unknown; give a list of sig-ign", "xinet"
								     "d" } },
		{ { .experiments = "memory", .levels = "0,16MB" },
		  { "--levels 16MB: no size" } },
		{ { .experiments = "memory", .levels = "-1,0" },
		  { "--levels -1: no size" } },
		{ { .experiments = "memory", .levels = "0,1025G" },
		  { "--levels 1025G: no size up to 1024GiB" } },
		{ { .experiments = "memory", .levels = "0,1GiB,1024M" },
		  { "--levels 1GiB: twice" } },
		{ { .experiments = "memory concurrency", .levels = "1,2" },
		  { "--levels 1,2: memory, concurrency take levels; choose "
		    "one" } },
		{ { .experiments = "concurrency", .levels = "1,x" },
		  { "--levels x: no number from 1 to 1,000,000" } },
		{ { .experiments = "concurrency", .levels = "0,1" },
		  { "--levels 0: no number from 1" } },
		{ { .experiments = "concurrency", .levels = "8,08" },
		  { "--levels 8: twice" } },
		{ { .experiments = "memory", .levels = "16MiB" },
		  { "--levels 16MiB: one makes no curve" } },
		{ { .server = taken, .servers = 1 },
		  { "--server socat=x {address} {port}: the name socat is "
		    "taken" } },
		{ { .server = twice, .servers = 2 },
		  { "--server mine: the name was given before" } },
		{ { .server = odd, .servers = 1 },
		  { "--server ?]=x: the name is no good" } },
		{ { .server = nine, .servers = SERVERS_MOST + 1 },
		  { "--server: 9 of them; give at most 8" } },
		{ { .experiments = "hold", .concurrency = 5 },
		  { "--concurrency 5: hold", "give --sessions" } },
		{ { .profile = QUICK, .concurrency = 101 },
		  { "--concurrency 101: a cell of churn has 100 sessions" } },
		{ { .sessions = SESSIONS_MOST + 1 },
		  { "--sessions 1000001: out of range; give at most "
		    "1000000" } },
		{ { .concurrency = UINT64_MAX },
		  { "--concurrency 18446744073709551615: out of range" } },
		{ { .rounds = UINT64_C(1) << 32 }, { "--rounds 4294967296:" } },
		{ { .seed = SEED_MOST + 1 }, { "--seed 9007199254740992:" } },
		{ { .budget_ns = UINT64_MAX }, { "--budget ", "168h" } },
	};

	(void)state;
	memset(long_list, 'x', sizeof(long_list) - 1);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char why[CONFIG_WHY] = "";
		struct config c;

		if (config_make(&c, &cases[i].wish, why) == 0)
			fail_msg("taken: %s", cases[i].words[0]);
		for (size_t k = 0; k < 3 && cases[i].words[k]; k++)
			assert_has(why, cases[i].words[k]);
		assert_true(strlen(why) < CONFIG_WHY - 1);
		assert_null(strpbrk(why, "\n\t\033"));
	}
}

static void the_rerun_line_has_all_that_was_given(void **state)
{
	static const char *const one[] = { "a=x $HOME 'q' {address} {port}" };
	static const char *const two[] = { "a=x $HOME {address} {port}", "b=y "
									 "'q' "
									 "{addr"
									 "ess} "
									 "{port"
									 "}" };
	static const struct {
		struct wish wish;
		const char *line;
	} cases[] = {
		{ { .profile = QUICK, .seed = 7 },
		  "forkbench run --profile quick --seed 7" },
		{ { .program = "/it's \x01/forkbench",
		    .profile = FULL,
		    .experiments = "churn, memory",
		    .modes = " none  pidfd",
		    .levels = "0 1G",
		    .sessions = 500,
		    .concurrency = 5,
		    .warm = 6,
		    .rounds = 8,
		    .seed = 7,
		    .budget_ns = 240 * NS_PER_S,
		    .placement = PLACEMENT_SPLIT,
		    .close = 1 },
		  "\"$(printf '/it\\047s\\040\\001/forkbench')\" run "
		  "--profile full --experiments churn,memory "
		  "--modes none,pidfd --levels 0,1G --sessions 500 "
		  "--concurrency 5 --warm 6 --rounds 8 --seed 7 "
		  "--budget 240s --placement split --close rst" },
		{ { .experiments = "servers",
		    .with = "least a",
		    .server = one,
		    .servers = 1,
		    .seed = 7 },
		  "forkbench run --profile smoke --experiments servers "
		  "--with least,a --server "
		  "'a=x $HOME '\\''q'\\'' {address} {port}' --seed 7" },
		{ { .experiments = "servers",
		    .server = two,
		    .servers = 2,
		    .seed = 7,
		    .budget_ns = 1500 * NS_PER_MS },
		  "forkbench run --profile smoke --experiments "
		  "servers --server 'a=x $HOME {address} {port}' --server "
		  "'b=y '\\''q'\\'' {address} {port}' --seed 7 --budget "
		  "1500000000ns" },
	};
	char why[CONFIG_WHY];
	struct config c, other;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(config_make(&c, &cases[i].wish, why), 0);
		assert_string_equal(c.rerun, cases[i].line);
		for (size_t k = 0; k < c.arms; k++)
			assert_int_equal(c.arm[k].load.rst,
					 cases[i].wish.close);
	}
	/* A seed of its own for each run, and it is told. */
	assert_int_equal(config_make(&c, &(struct wish){ 0 }, why), 0);
	assert_int_equal(config_make(&other, &(struct wish){ 0 }, why), 0);
	assert_true(c.seed && c.seed <= UINT32_MAX && c.seed != other.seed);
	assert_has(c.rerun, " --seed ");
}

static void a_rerun_line_that_is_too_long_is_refused(void **state)
{
	static char text[SERVERS_MOST][SUBJECT_TEXT];
	const char *server[SERVERS_MOST];
	struct wish w = { .server = server, .servers = SERVERS_MOST };
	char why[CONFIG_WHY];
	struct config c;

	(void)state;
	for (size_t i = 0; i < SERVERS_MOST; i++) {
		snprintf(text[i], SUBJECT_TEXT, "s%zu=%0900d {address} {port}",
			 i, 0);
		server[i] = text[i];
	}
	assert_int_equal(config_make(&c, &w, why), -1);
	assert_has(why, "too long to be recorded");
}

static void comparisons_are_counted(void **state)
{
	static const struct {
		struct wish wish;
		size_t comparisons;
	} cases[] = {
		/* churn 4 metrics of 3 levels, hold 2, wall 1 */
		{ { .profile = SMOKE }, 12 + 6 + 3 },
		/* and two slopes of memory */
		{ { .profile = QUICK }, 12 + 6 + 3 + 2 },
		{ { .experiments = "leak" }, 0 },
		/* a knee for each mode; three powers for each; no ratio of
		   counts */
		{ { .experiments = "capacity" }, 4 },
		{ { .experiments = "storm", .modes = "none,pidfd" }, 3 * 2 },
		{ { .experiments = "concurrency backlog exhaust" }, 0 },
		{ { .experiments = "churn", .modes = "none" }, 0 },
		/* only echod counts its forks */
		{ { .experiments = "servers", .with = "echod,least,floor" },
		  3 * 2 },
		{ { .experiments = "servers", .with = "echod,least,pidfd" },
		  3 * 2 + 1 },
		{ { .experiments = "servers", .with = "least,echod,pidfd" },
		  3 * 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char why[CONFIG_WHY];
		struct config c;

		assert_int_equal(config_make(&c, &cases[i].wish, why), 0);
		assert_int_equal(config_comparisons(&c), cases[i].comparisons);
	}
}

/* --- run.json --------------------------------------------------------------*/

static void assert_same_arm(const struct arm *a, const struct arm *b)
{
	assert_ptr_equal(a->experiment, b->experiment);
	assert_int_equal(a->rounds, b->rounds);
	assert_int_equal(a->load.sessions, b->load.sessions);
	assert_int_equal(a->load.warm, b->load.warm);
	assert_int_equal(a->load.concurrency, b->load.concurrency);
	assert_int_equal(a->load.hold, b->load.hold);
	assert_int_equal(a->load.rst, b->load.rst);
	assert_int_equal(a->levels, b->levels);
	assert_int_equal(a->curves, b->curves);
	for (size_t i = 0; i < a->levels; i++) {
		const struct level *l = &a->level[i], *m = &b->level[i];

		assert_string_equal(l->name, m->name);
		assert_string_equal(l->subject, m->subject);
		assert_string_equal(l->series, m->series);
		assert_int_equal(l->curve, m->curve);
		assert_int_equal(l->aa, m->aa);
		assert_int_equal(isnan(l->value), isnan(m->value));
		assert_true(isnan(l->value) || l->value == m->value);
	}
}

static void a_configuration_comes_back_from_run_json(void **state)
{
	static const char *const servers[] = { MINE, "yours=A=1 ./yours '=' "
						     "{address}:{port}" };
	static const struct wish wishes[] = {
		{ .profile = SMOKE },
		{ .profile = QUICK, .budget_ns = 240 * NS_PER_S },
		{ .profile = FULL,
		  .experiments = "all",
		  .modes = "all",
		  .with = "echod,least,mine,least",
		  .server = servers,
		  .servers = 2,
		  .sessions = 999,
		  .concurrency = 77,
		  .warm = 5,
		  .rounds = 12,
		  .seed = SEED_MOST,
		  .budget_ns = 1500 * NS_PER_MS,
		  .placement = PLACEMENT_SHARED,
		  .close = 1 },
		{ .experiments = "churn", .modes = FORTY "," FORTY },
		{ .experiments = "memory", .levels = "0,1K,3M,2GiB" },
		{ .experiments = "concurrency", .levels = "1,7" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(wishes); i++) {
		char why[CONFIG_WHY] = "", *text;
		struct config c, again;
		json_t *made, *read;

		assert_int_equal(config_make(&c, &wishes[i], why), 0);
		made = config_json(&c);
		text = json_dumps(made, JSON_REAL_PRECISION(12));
		assert_non_null(text);
		read = json_loads(text, 0, NULL);
		/* What a newer program may add does not matter. */
		json_object_set_new(read, "later", json_true());
		if (config_read(&again, read, why) < 0)
			fail_msg("%s", why);
		assert_int_equal(c.profile, again.profile);
		assert_int_equal(c.seed, again.seed);
		assert_int_equal(c.budget_ns, again.budget_ns);
		assert_int_equal(c.placement, again.placement);
		assert_string_equal(c.rerun, again.rerun);
		assert_int_equal(c.servers, again.servers);
		for (size_t k = 0; k < c.servers; k++) {
			assert_string_equal(c.server_text[k],
					    again.server_text[k]);
			assert_string_equal(c.server[k].name,
					    again.server[k].name);
			assert_string_equal(c.server[k].argv[2],
					    again.server[k].argv[2]);
		}
		assert_int_equal(c.arms, again.arms);
		for (size_t k = 0; k < c.arms; k++)
			assert_same_arm(&c.arm[k], &again.arm[k]);
		assert_int_equal(config_comparisons(&c),
				 config_comparisons(&again));
		json_decref(made);
		json_decref(read);
		free(text);
	}
}

static void run_json_has_what_other_readers_need(void **state)
{
	const struct wish w = { .experiments = "memory churn", .seed = 1 };
	char why[CONFIG_WHY];
	const json_t *arms, *level;
	json_t *made;
	struct config c;

	(void)state;
	assert_int_equal(config_make(&c, &w, why), 0);
	made = config_json(&c);
	arms = json_object_get(made, "experiments");
	level = json_array_get(json_object_get(json_array_get(arms, 0), "level"
									"s"),
			       1);
	assert_true(json_is_null(json_object_get(level, "value")));
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(level, "argv"), 0)),
			    "{bin}/echod");
	assert_string_equal(
		json_string_value(json_array_get(
			json_object_get(json_array_get(arms, 0), "primary"),
			0)),
		"cpu_us");
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(arms, 1), "unit")),
			    "MiB");
	level = json_array_get(json_object_get(json_array_get(arms, 1), "level"
									"s"),
			       4);
	assert_true(json_number_value(json_object_get(level, "value")) == 1024);
	assert_true(json_is_null(json_object_get(made, "budget_s")));
	json_decref(made);
}

/* The value at "experiments.0.levels.1", and its parent. */
static json_t *walk(json_t *root, const char *path, json_t **parent, char *key,
		    size_t bytes)
{
	char copy[128], *rest = copy, *word;
	json_t *at = root;

	snprintf(copy, sizeof(copy), "%s", path);
	while ((word = strsep(&rest, "."))) {
		*parent = at;
		snprintf(key, bytes, "%s", word);
		at = json_is_array(at) ?
			     json_array_get(at, strtoul(word, NULL, 10)) :
			     json_object_get(at, word);
	}
	return at;
}

/* Puts a value there; NULL removes it. */
static void put(json_t *root, const char *path, json_t *value)
{
	json_t *parent = NULL;
	char key[64];

	walk(root, path, &parent, key, sizeof(key));
	if (json_is_array(parent))
		json_array_set_new(parent, strtoul(key, NULL, 10), value);
	else if (value)
		json_object_set_new(parent, key, value);
	else
		json_object_del(parent, key);
}

static json_t *sound_run(void)
{
	static const char *const mine[] = { MINE };
	const struct wish w = { .experiments = "churn memory servers "
					       "concurrency",
				.with = "echod,mine",
				.modes = "sig-ign,waitpid-loop,waitpid-once,"
					 "none",
				.server = mine,
				.servers = 1,
				.seed = 7,
				.budget_ns = NS_PER_S };
	char why[CONFIG_WHY];
	struct config c;

	assert_int_equal(config_make(&c, &w, why), 0);
	return config_json(&c);
}

#define CHURN "experiments.0."
#define CURVES "experiments.2."
#define LEVEL1 "experiments.0.levels.1."
#define AA "experiments.0.levels.4."

static void a_hostile_run_json_is_refused(void **state)
{
	static const struct {
		const char *path, *value; /* NULL: removed */
		const char *words;
	} cases[] = {
		{ "profile", NULL, "`profile` is missing" },
		{ "profile", "1", "`profile` is no text" },
		{ "profile", "\"../x\"", "`profile` is ../x, which this" },
		{ "seed", "0", "`seed` is no whole number from 1 to" },
		{ "seed", "-1", "`seed` is no whole" },
		{ "seed", "1.5", "`seed` is no whole" },
		{ "seed", "9007199254740992", "`seed` is no whole" },
		{ "budget_s", "-1", "`budget_s` is no number of seconds" },
		{ "budget_s", "1e300", "`budget_s`" },
		{ "budget_s", "\"240\"", "`budget_s`" },
		{ "placement", "{}", "`placement` is no text" },
		{ "placement", "\"mine\"", "`placement` is mine" },
		{ "rerun", NULL, "`rerun` is missing" },
		{ "rerun", "\"a\\nb\"", "`rerun` is no line" },
		{ "servers", NULL, "`servers` is missing" },
		{ "servers", "{}", "`servers` is no list" },
		{ "servers", "[1]", "`servers[0]` is no object" },
		{ "servers", "[1,2,3,4,5,6,7,8,9]", "`servers` is too long" },
		{ "servers.0.name", "\"socat\"", "`servers[0].name` is taken" },
		{ "servers.0.name", "\"a=b\"",
		  "`servers[0].name` is taken, or" },
		{ "servers.0.command", "\"x\"", "`servers[0].command`: the" },
		{ "servers.0.command", NULL,
		  "`servers[0].command` is missing" },
		{ "experiments", "[]", "`experiments` is empty or too long" },
		{ "experiments", "\"churn\"", "`experiments` is no list" },
		{ "experiments", "[[]]", "`experiments[0]` is no object" },
		{ "experiments", "[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1]",
		  "empty or too long" },
		{ CHURN "name", "\"x\"", "`experiments[0].name` is x, which" },
		{ "experiments.1.name", "\"churn\"",
		  "`experiments[1].name` is there twice" },
		{ CHURN "rounds", "100001", "`experiments[0].rounds` is no" },
		{ CHURN "rounds", "null", "`experiments[0].rounds` is no" },
		{ CHURN "load", "7", "`experiments[0].load` is no object" },
		{ CHURN "load.sessions", "0",
		  "`experiments[0].load.sessions`" },
		{ CHURN "load.sessions", "1000001",
		  "`experiments[0].load.sessions`" },
		{ CHURN "load.warm", "1e3", "`experiments[0].load.warm`" },
		{ CHURN "load.concurrency", NULL,
		  "`experiments[0].load.concurrency` is missing" },
		{ CHURN "load.hold", "1", "load.hold` is neither true nor" },
		{ CHURN "load.close", "\"FIN\"", "load.close` is FIN" },
		{ CHURN "baseline", "\"none\"",
		  "`experiments[0].baseline` is not the first level" },
		{ CHURN "levels", "{}", "`experiments[0].levels` is no list" },
		{ CHURN "levels", "[]", "`experiments[0].levels` is empty" },
		{ LEVEL1 "name", "\"sig-ign\"",
		  "`experiments[0].levels[1].name` is taken" },
		{ LEVEL1 "name", "\"../../etc\"",
		  "levels[1].name` is taken, or" },
		{ LEVEL1 "name", "\"-x\"", "levels[1].name` is taken, or" },
		{ LEVEL1 "name", "\"\"", "levels[1].name` is taken, or" },
		{ LEVEL1 "name",
		  "\"123456789012345678901234567890123456789012345678\"",
		  "levels[1].name` is taken, or" },
		{ LEVEL1 "subject", "\"yours\"",
		  "levels[1].subject` is no server of this run" },
		{ LEVEL1 "subject", "\"least\"",
		  "levels[1].subject` is no reap mode" },
		{ LEVEL1 "subject", "\"mine\"",
		  "levels[1].subject` is no reap mode" },
		{ LEVEL1 "aa", "true", "levels[1].aa` is true of another" },
		{ LEVEL1 "aa", "\"no\"", "levels[1].aa` is neither" },
		{ LEVEL1 "value", "3", "levels[1].value` is not null" },
		{ AA "subject", "\"none\"",
		  "levels[4].aa` is true of another" },
		{ "experiments.1.levels.1.value", "null",
		  "`experiments[1].levels[1].value` is no number from 0" },
		{ "experiments.1.levels.1.value", "-1", "is no number from 0" },
		{ "experiments.1.levels.1.value", "1e9", "is no number from" },
		{ "experiments.1.levels.1.subject", "\"none\"",
		  "subject` is not that of the experiment" },
		{ CURVES "levels.1.series", NULL,
		  "levels[1].series` is missing" },
		{ CURVES "levels.1.series", "\"../x\"",
		  "levels[1].series` is none" },
		{ CURVES "levels.1.series", "\"none\"",
		  "levels[2].series` is broken off" },
		{ CURVES "levels.1.subject", "\"least\"",
		  "levels[1].subject` is no reap mode" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *run = sound_run();
		char why[CONFIG_WHY] = "";
		struct config c;

		assert_int_equal(config_read(&c, run, why), 0);
		put(run, cases[i].path,
		    cases[i].value ?
			    json_loads(cases[i].value, JSON_DECODE_ANY, NULL) :
			    NULL);
		if (config_read(&c, run, why) == 0)
			fail_msg("taken: %s = %s", cases[i].path,
				 cases[i].value);
		assert_has(why, cases[i].words);
		json_decref(run);
	}
}

static void a_run_json_with_too_many_levels_is_refused(void **state)
{
	static const size_t counts[] = { LEVELS_MOST, LEVELS_MOST + 1, 1000 };

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		json_t *run = sound_run(), *levels = json_array();
		char why[CONFIG_WHY] = "", name[32];
		struct config c;

		for (size_t k = 0; k < counts[i]; k++) {
			snprintf(name, sizeof(name), "l%zu", k);
			json_array_append_new(levels,
					      json_pack("{s:s, s:s, s:b}",
							"name", name, "subject",
							"none", "aa", 0));
		}
		put(run, CHURN "levels", levels);
		put(run, CHURN "baseline", json_string("l0"));
		assert_int_equal(config_read(&c, run, why), i == 0 ? 0 : -1);
		if (i > 0)
			assert_has(why, "`experiments[0].levels` is ");
		json_decref(run);
	}
	assert_int_equal(config_read(&(struct config){ 0 }, NULL,
				     (char[CONFIG_WHY]){ 0 }),
			 -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tables_agree_with_each_other),
		cmocka_unit_test(
			an_experiment_outside_the_profile_gets_the_next_share),
		cmocka_unit_test(every_subject_can_be_started_and_found),
		cmocka_unit_test(
			a_subject_that_is_not_there_says_what_it_lacks),
		cmocka_unit_test(every_subject_has_a_colour),
		cmocka_unit_test(values_are_told_with_their_unit),
		cmocka_unit_test(a_finding_comes_back_from_its_text),
		cmocka_unit_test(a_finding_of_others_is_read_with_care),
		cmocka_unit_test(a_users_server_is_taken_or_refused),
		cmocka_unit_test(a_wish_becomes_experiments_and_levels),
		cmocka_unit_test(
			a_user_server_adds_its_experiment_to_the_profile),
		cmocka_unit_test(a_wish_sizes_the_cells),
		cmocka_unit_test(a_level_sets_what_its_factor_says),
		cmocka_unit_test(a_bad_wish_is_refused_in_one_line),
		cmocka_unit_test(the_rerun_line_has_all_that_was_given),
		cmocka_unit_test(a_rerun_line_that_is_too_long_is_refused),
		cmocka_unit_test(comparisons_are_counted),
		cmocka_unit_test(a_configuration_comes_back_from_run_json),
		cmocka_unit_test(run_json_has_what_other_readers_need),
		cmocka_unit_test(a_hostile_run_json_is_refused),
		cmocka_unit_test(a_run_json_with_too_many_levels_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Titles follow the run's figures; no name that a user gave is a command. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/spawn.h"
#include "bench/tell/figures.h"
#include "bench/tell/gnuplot.h"
#include "lib/clock.h"
#include "lib/hlog.h"
#include "tests/unit/fixture_judged.h"
#include "tests/unit/fixture_scratch.h"

/* --- a run with files ------------------------------------------------------ */

enum { ROUNDS = 60, CELLS = ROUNDS * (NONE + 1) }; /* of churn */

static FILE *begin(const char *name)
{
	FILE *out = fopen(scratch_file(name), "we");

	assert_non_null(out);
	return out;
}

static void put_configuration(void)
{
	static const struct wish wish = {
		.profile = 1,
		.experiments = "churn,leak,hold,memory",
		.levels = "0,256MiB,1GiB",
	};
	static struct config config;
	char why[CONFIG_WHY];
	json_t *root;

	assert_int_equal(config_make(&config, &wish, why), 0);
	root = config_json(&config);
	assert_int_equal(json_object_set_new(root, "schema_version",
					     json_integer(2)),
			 0);
	assert_int_equal(json_dump_file(root, scratch_file("run.json"), 0), 0);
	json_decref(root);
}

/* churn's rounds, one of leak and one of hold; with their zombies. */
static void put_cells(void)
{
	static const char *const modes[] = { "sig-ign", "waitpid-loop",
					     "waitpid-once", "none" };
	static const char *const once[] = { "leak", "hold" };
	FILE *cells = begin("cells.tsv"), *zombies = begin("zombies.tsv");

	fputs("experiment\tseries\tlevel\tround\tattempt\tstart_s\ttook_s\t"
	      "validity\treasons\tcpu_us\n",
	      cells);
	fputs("experiment\tseries\tlevel\tround\tattempt\tt_s\tforked\t"
	      "exited\tcollected\tkernel\n",
	      zombies);
	for (int i = 0; i < CELLS; i++)
		fprintf(cells, "churn\t\t%s\t%d\t1\t%d\t1\tvalid\t\t94.7\n",
			modes[i % 4], i / 4 + 1, i);
	for (int i = 0; i < 8; i++) {
		fprintf(cells, "%s\t\t%s\t1\t1\t%d\t1\tvalid\t\t\n",
			once[i / 4], modes[i % 4], CELLS + i);
		for (int t = 0; t < 20; t++)
			fprintf(zombies, "%s\t\t%s\t1\t1\t%d\t20\t%d\t%d\t%d\n",
				once[i / 4], modes[i % 4], t, t,
				i % 4 < ONCE ? t : 0, i % 4 < ONCE ? 0 : t);
	}
	assert_int_equal(fclose(cells), 0);
	assert_int_equal(fclose(zombies), 0);
}

static void put_latency(void)
{
	static struct hist h;
	FILE *out = begin("latency.hlog");

	h = (struct hist){ 0 };
	for (uint64_t i = 1; i <= 1000; i++)
		hist_record(&h, i * 10000);
	assert_int_equal(hlog_begin(out, 0), 0);
	assert_int_equal(hlog_line(out, "churn:waitpid-loop:1:1:first_echo", 0,
				   1, &h),
			 0);
	assert_int_equal(fclose(out), 0);
}

/* The hand-made judgement, of a run that is read from files. */
static struct judged_fixture *fixture(void)
{
	struct judged_fixture *f = judged_fixture();
	struct run stored;
	char why[CELLS_WHY];

	put_configuration();
	put_cells();
	put_latency();
	if (run_read(&stored, scratch, why) < 0)
		fail_msg("%s", why);
	json_decref(stored.env);
	stored.env = f->run.env;
	free(f->run.cell);
	f->run = stored;
	return f;
}

static void release(struct judged_fixture *f)
{
	run_close(&f->run);
	f->run = (struct run){ 0 };
	judged_fixture_free(f);
}

/* --- titles --------------------------------------------------------------- */

static void as_it_is(struct judged_fixture *f)
{
	(void)f;
}

static void loop_is_cheaper(struct judged_fixture *f)
{
	judged_ratio(f, CHURN, LOOP, METRIC_CPU_US, 0.86, 0.88, 0.90);
}

static void churn_is_noisy(struct judged_fixture *f)
{
	judged_noisy(f, CHURN);
}

static void run_is_invalid(struct judged_fixture *f)
{
	f->j.state = RUN_INVALID;
}

static void nobody_leaks(struct judged_fixture *f)
{
	for (size_t a = CHURN; a <= HOLD; a++)
		for (size_t l = SIG_IGN; l <= NONE; l++)
			judged_left(f, a, l, 0);
}

static void memory_is_noisy(struct judged_fixture *f)
{
	judged_noisy(f, MEMORY);
}

static void vfork_was_not_measured(struct judged_fixture *f)
{
	judged_floor(f);
	f->j.arm[MEMORY + 1].effect[METRIC_OP_CPU_US][2].median = NAN;
}

static void modes_make_the_same_calls(struct judged_fixture *f)
{
	judged_counts(f);
	for (size_t l = 0; l < 3; l++)
		f->j.arm[MEMORY + 1].effect[METRIC_PARENT_CALLS][l].median = 5;
}

static void descriptors_are_noisy(struct judged_fixture *f)
{
	judged_descriptors(f);
	f->j.arm[MEMORY + 1].noisy = true;
}

/* The first half of churn's cells is cheaper by a fifth; three are suspect. */
static void cells_wander(struct judged_fixture *f)
{
	for (size_t i = 0; i < CELLS; i++) {
		struct cell *c = &f->run.cell[i];

		if (i < CELLS / 2)
			c->value[METRIC_CPU_US] *= 0.8;
		if (i < 3)
			c->validity.status = VALIDITY_SUSPECT;
	}
}

static void choose(const struct judged *j, struct figures *f)
{
	static struct answers answers;

	answers_make(j, &answers);
	figures_choose(j, &answers, f);
}

static const struct figure *find(const struct figures *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->figure[i].name, name) == 0)
			return &f->figure[i];
	return NULL;
}

static void titles_follow_the_figures(void **state)
{
	static const struct {
		void (*change)(struct judged_fixture *f);
		const char *name, *title; /* NULL: there is no such picture */
	} cases[] = {
		{ as_it_is, "verdicts",
		  "Use SIG_IGN if nobody needs the children's exit status; it "
		  "is the cheapest here and leaves no zombie." },
		{ loop_is_cheaper, "verdicts",
		  "Use waitpid-loop: 12 % less CPU per session than sig-ign, "
		  "and no zombie left." },
		{ churn_is_noisy, "verdicts",
		  "Use SIG_IGN if nobody needs the children's exit status; it "
		  "leaves no zombie." },
		{ run_is_invalid, "verdicts", "Ratios to sig-ign" },
		{ as_it_is, "memory",
		  "fork() takes 30.0 µs here, and 9.80 ms [9.63–10.04] more "
		  "for every GiB that the parent has touched." },
		{ memory_is_noisy, "memory",
		  "fork() takes 30.0 µs here (median)." },
		{ run_is_invalid, "memory",
		  "fork() against the parent's memory" },
		{ judged_drop, "memory", NULL },
		{ as_it_is, "servers", NULL },
		{ as_it_is, "floor", NULL },
		{ judged_floor, "floor",
		  "To fork, end and collect a process takes 62.3 µs of CPU "
		  "time, 21.0 µs by vfork()" },
		{ vfork_was_not_measured, "floor",
		  "To fork, end and collect a process takes 62.3 µs of CPU "
		  "time" },
		{ judged_counts, "counts",
		  "The parent makes 7.1 system calls per session with "
		  "waitpid-loop, 5.0 with sig-ign" },
		{ modes_make_the_same_calls, "counts",
		  "The parent makes 5.0 system calls per session with "
		  "sig-ign" },
		{ judged_descriptors, "descriptors",
		  "fork() takes 12.0 µs [10.8–13.2] more for every 1,000 "
		  "descriptors that the parent has open." },
		{ descriptors_are_noisy, "descriptors",
		  "fork() against the parent's descriptors" },
		{ judged_pages, "pages",
		  "fork() takes 10.2 ms more for every GiB that the parent has "
		  "touched in small pages, 102 µs in huge pages, too little to "
		  "show in shared pages." },
		{ as_it_is, "zombies",
		  "Never one waitpid per signal: signals merge, and it left "
		  "66 to 92 % of the children as zombies." },
		{ run_is_invalid, "zombies", "Zombies over time" },
		{ nobody_leaks, "zombies",
		  "Zombies over time: none is left in the end" },
		{ as_it_is, "latency",
		  "Latency by percentile; first echo of sig-ign 3.11 ms "
		  "(median)" },
		{ as_it_is, "cells",
		  "The machine was steady: CPU per session within 0.0 % over "
		  "the run" },
		{ cells_wander, "cells",
		  "The machine wandered: CPU per session between −20 % and +0 "
		  "% over the run; 3 of 240 cells are suspect" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct judged_fixture *f = fixture();
		const struct figure *found;
		struct figures figures;

		cases[i].change(f);
		choose(&f->j, &figures);
		found = find(&figures, cases[i].name);
		if (!cases[i].title)
			assert_null(found);
		else if (!found)
			fail_msg("case %zu: no picture", i);
		else
			assert_string_equal(found->title, cases[i].title);
		assert_true(!found || *found->alt);
		release(f);
	}
}

/* --- pictures ------------------------------------------------------------- */

static size_t read_all(const char *path, char *text, size_t room)
{
	FILE *in = fopen(path, "re");
	size_t n = in ? fread(text, 1, room - 1, in) : 0;

	text[n] = '\0';
	if (in)
		fclose(in);
	return n;
}

static const char *in_folder(const char *folder, const char *name)
{
	static char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* Each would leave a file `hacked` if it were ever run. */
static const char *const hostile[] = {
	"'; system('touch hacked'); '",
	"`touch hacked`",
	"< touch hacked",
	"| touch hacked #",
	"$data << EOD\nEOD\nsystem('touch hacked')",
	"@x $1 {\\\" %s </text>&amp;",
};

static void names_are_data(void **state)
{
	static const char *const made[] = { "verdicts.svg", "verdicts.png",
					    "memory.svg",   "zombies.svg",
					    "latency.svg",  "cells.png" };
	static char svg[1 << 20];
	char why[FIGURES_WHY] = "", here[PATH_MAX];

	(void)state;
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(scratch), 0);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct judged_fixture *f = fixture();
		struct figures figures;
		const char *folder = hostile[i];
		char plots[PATH_MAX];

		cells_wander(f);
		if (strchr(folder, '/')) /* not in a folder's name */
			folder = "$@{";
		/* Its files are read under the names that they have. */
		choose(&f->j, &figures);
		judged_rename(f, LOOP, hostile[i], hostile[i]);
		snprintf(f->run.id, sizeof(f->run.id), "%s", hostile[i]);
		assert_int_equal(mkdir(folder, 0700), 0);
		choose(&f->j, &figures);
		assert_int_equal(figures.count, 5);
		if (figures_draw(&f->j, &figures, folder, why) < 0)
			fail_msg("%s: %s", hostile[i], why);
		snprintf(plots, sizeof(plots), "%s/plots", folder);
		for (size_t k = 0; k < sizeof(made) / sizeof(made[0]); k++)
			assert_true(read_all(in_folder(plots, made[k]), svg,
					     sizeof(svg)) > 1000);
		read_all(in_folder(plots, "verdicts.svg"), svg, sizeof(svg));
		assert_non_null(strstr(svg, "A &lt;CPU> &amp; more"));
		assert_int_equal(access("hacked", F_OK), -1);
		assert_int_equal(access(in_folder(folder, "hacked"), F_OK), -1);
		assert_int_equal(access(in_folder(plots, "hacked"), F_OK), -1);
		release(f);
	}
	assert_int_equal(chdir(here), 0);
}

/* A gnuplot that is missing, fails or hangs is named, and leaves nothing. */
static void failures_are_explained(void **state)
{
	static const struct {
		const char *gnuplot, *why;
	} cases[] = {
		{ NULL, "cannot run gnuplot" },
		{ "#!/bin/sh\necho no such\tterminal\nexit 1\n", "gnuplot "
								 "failed: no "
								 "such "
								 "terminal" },
		{ "#!/bin/sh\nexec sleep 60\n", "took too long" },
		{ "#!/bin/sh\nexit 0\n", "cannot write" },
	};
	static const char *const names[] = { "a" };
	char why[GNUPLOT_WHY], path[PATH_MAX];
	const char *inherited = getenv("PATH");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *program = scratch_file("gnuplot");
		FILE *out = cases[i].gnuplot ? fopen(program, "we") : NULL;
		const char *plots = scratch_file("plots");

		if (out) {
			fputs(cases[i].gnuplot, out);
			assert_int_equal(fclose(out), 0);
			assert_int_equal(chmod(program, 0755), 0);
			snprintf(path, sizeof(path), "%s:%s", scratch,
				 inherited);
		}
		setenv("PATH", out ? path : scratch, 1);
		*why = '\0';
		assert_int_equal(gnuplot_draw(plots, "", names, 1,
					      200 * NS_PER_MS, why),
				 -1);
		setenv("PATH", inherited, 1);
		if (!strstr(why, cases[i].why))
			fail_msg("case %zu: %s", i, why);
		assert_int_equal(rmdir(plots), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(titles_follow_the_figures,
						scratch_make, scratch_remove),
		cmocka_unit_test_setup_teardown(names_are_data, scratch_make,
						scratch_remove),
		cmocka_unit_test_setup_teardown(failures_are_explained,
						scratch_make, scratch_remove),
	};

	if (spawn_set_up() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

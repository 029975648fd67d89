/* One report in all its forms: what it holds, how it fits, what it escapes. */

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
#include "bench/tell/html.h"
#include "bench/tell/markdown.h"
#include "bench/tell/report.h"
#include "bench/tell/text.h"
#include "tests/unit/fixture_judged.h"

typedef int (*writer)(const struct document *d, FILE *out);

static int write_html(const struct document *d, FILE *out)
{
	return html_write(d, "/nonexistent", out);
}

/* What a function writes; to be freed. */
static char *written(writer write, const struct document *d)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	assert_non_null(out);
	assert_int_equal(write(d, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static char *printed(const struct judged *j, enum report_format format)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	assert_non_null(out);
	assert_int_equal(report_print(j, format, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_within(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void assert_not_within(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" in:\n%s", part, text);
}

static void assert_fits(const char *text, size_t columns)
{
	char line[512];
	size_t bytes;

	for (; *text; text += bytes + (text[bytes] == '\n')) {
		bytes = strcspn(text, "\n");
		assert_true(bytes < sizeof(line));
		memcpy(line, text, bytes);
		line[bytes] = '\0';
		if (text_width(line) > columns)
			fail_msg("%zu columns: %s", text_width(line), line);
	}
}

static void the_first_screen_is_as_designed(void **state)
{
	static const char screen[] =
		"VALID  quick, 412 rounds, 3 min 31 s\n"
		"\n"
		"                CPU per session       sessions/s         "
		"first echo p50     children left as zombies\n"
		"  sig-ign       94.7 µs               15,051/s           "
		"3.11 ms            none\n"
		"  waitpid-loop  1.13× [1.11–1.15]     0.91× [0.89–0.94]  "
		"1.15× [1.10–1.20]  none\n"
		"  waitpid-once  1.12× [1.10–1.15]     0.92× [0.89–0.95]  "
		"1.14× [1.09–1.19]  66 % in churn, 67 % in leak, 92 % after a "
		"storm\n"
		"  none          0.985× [0.970–1.002]  1.02× [0.99–1.06]  "
		"0.97× [0.93–1.02]  all\n"
		"\n"
		"Use SIG_IGN if nobody needs the children's exit status; it "
		"is the cheapest";
	struct judged_fixture *f = judged_fixture();
	char *text;

	(void)state;
	setenv("COLUMNS", "140", 1);
	text = printed(&f->j, REPORT_TEXT);
	assert_memory_equal(text, screen, sizeof(screen) - 1);
	free(text);
	judged_fixture_free(f);
}

static void text_fits_the_terminal(void **state)
{
	static const size_t widths[] = { 80, 100, 200 };
	struct judged_fixture *f = judged_fixture();

	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		char columns[16], *text;

		snprintf(columns, sizeof(columns), "%zu", widths[i]);
		setenv("COLUMNS", columns, 1);
		text = printed(&f->j, REPORT_TEXT);
		assert_fits(text, widths[i]);
		assert_not_within(text, "\033");
		assert_not_within(text, " \n");
		free(text);
	}
	judged_fixture_free(f);
}

static void a_report_is_the_same_again(void **state)
{
	struct judged_fixture *f = judged_fixture();

	(void)state;
	for (int format = REPORT_TEXT; format <= REPORT_TSV; format++) {
		char *once = printed(&f->j, (enum report_format)format);
		char *twice = printed(&f->j, (enum report_format)format);

		assert_string_equal(once, twice);
		free(once);
		free(twice);
	}
	judged_fixture_free(f);
}

static void tables_tell_what_the_run_holds(void **state)
{
	struct judged_fixture *f = judged_fixture();
	char *text;

	(void)state;
	setenv("COLUMNS", "120", 1);
	judged_noisy(f, HOLD);
	f->j.arm[HOLD].zombies[NONE].forks = NAN;
	text = printed(&f->j, REPORT_TEXT);
	assert_within(text, "NOISY  quick");
	assert_within(text, "\n- What to do: quiet the machine");
	assert_within(text, "  waitpid-loop   94.7 µs  1.13× [1.11–1.15]     "
			    "worse");
	assert_within(text, "1.10× [0.95–1.30]  withheld");
	assert_within(text, "  1GiB                9.83 ms\n"
			    "  for every GiB more  9.80 ms [9.63–10.04]\n");
	assert_within(text, "7,920          4,080                  7,920\n");
	assert_within(text, "n/a          n/a              0");
	assert_within(text, "- doctor: load 1.5; stop it\n");
	assert_within(text, "\n  make bench SEED=7\n");
	free(text);
	judged_fixture_free(f);
}

static void what_was_not_measured_leaves_no_trace(void **state)
{
	struct judged_fixture *f = judged_fixture();
	char *text;

	(void)state;
	for (size_t l = 0; l <= AA; l++) {
		f->j.arm[CHURN].effect[METRIC_CPU_US][l].median = NAN;
		for (size_t a = CHURN; a <= HOLD; a++)
			f->j.arm[a].zombies[l].cells = 0;
	}
	text = printed(&f->j, REPORT_TEXT);
	assert_not_within(text, "nan");
	assert_not_within(text, "children left");
	assert_not_within(text, "Zombies\n");
	assert_not_within(text, "CPU per session  ");
	free(text);
	judged_fixture_free(f);
}

static void summaries_hold_all_figures(void **state)
{
	struct judged_fixture *f = judged_fixture();
	char *text = printed(&f->j, REPORT_JSON);
	json_t *all = json_loads(text, 0, NULL), *churn, *loop;
	size_t lines = 0;

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(all, "schema_"
								 "version")),
			 2);
	assert_string_equal(json_string_value(json_object_get(all, "status")),
			    "VALID");
	churn = json_array_get(json_object_get(all, "experiments"), CHURN);
	loop = json_array_get(json_object_get(churn, "results"), LOOP);
	assert_string_equal(json_string_value(json_object_get(loop, "level")),
			    "waitpid-loop");
	assert_float_equal(json_real_value(json_object_get(loop, "ci_low")),
			   1.11, 1e-6);
	assert_string_equal(json_string_value(json_object_get(loop, "verdict")),
			    "worse");
	assert_true(json_array_size(json_object_get(all, "answers")) > 5);
	json_decref(all);
	free(text);

	text = printed(&f->j, REPORT_TSV);
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1) {
		size_t tabs = 0;

		for (const char *c = at; *c != '\n'; c++)
			tabs += *c == '\t';
		assert_int_equal(tabs, 11);
		lines++;
	}
	assert_int_equal(lines, 1 + 3 * 5 + 5 + 3);
	assert_within(text, "churn\twaitpid-loop\tcpu_us\tus\t412\t94.7\t1.13\t"
			    "1.11\t1.15\t0.018018\tworse\t1\n");
	free(text);
	judged_fixture_free(f);
}

/* One text in every place where a user's own may come to stand. */
static void fill(struct document *d, const char *text)
{
	document_title(d, "%s", text);
	document_pair(d, PART_STATUS, TONE_GOOD, "VALID", text);
	document_add(d, PART_ITEM, TONE_NONE, "%s", text);
	document_table(d, "%s", text);
	document_column(d, false, "%s", text);
	document_column(d, true, "b");
	document_group(d, "%s", text);
	document_cell(d, TONE_BAD, "%s", text);
	document_cell(d, TONE_NONE, "1");
	document_add(d, PART_HEADING, TONE_NONE, "%s", text);
	document_add(d, PART_PARAGRAPH, TONE_NONE, "%s", text);
	document_add(d, PART_CODE, TONE_NONE, "%s", text);
	document_pair(d, PART_FILE, TONE_NONE, text, "cells.tsv");
}

static void names_are_data_in_every_form(void **state)
{
	static const struct {
		writer write;
		const char *name;
		const char *held[2], *not_held[3];
	} cases[] = {
		{ write_html,
		  "<script>a('\"')&b",
		  { "<h2 id=\"-script-a------b\">&lt;script&gt;a(&#39;&quot;"
		    "&#39;)&amp;b</h2>" },
		  { "<script", "a('", "&b" } },
		{ write_html,
		  "{{style}}",
		  { "<title>{{style}}</title>" },
		  { NULL } },
		{ markdown_write,
		  "*a*|`b`_[c](d)<e>~",
		  { "\\*a\\*\\|\\`b\\`\\_\\[c\\](d)\\<e\\>\\~" },
		  { "- *a", "| *a", "tsv): *a" } },
		{ markdown_write, "a```b", { "````\na```b\n````\n" }, { NULL } },
		{ markdown_write,
		  "# https://evil.example",
		  { "\n\\# https\\://evil.example\n" },
		  { "## # https" } },
		{ text_write, "a\033[31m\nb\tc", { "a?[31m?b?c" }, { "\033" } },
		{ write_html, "a\033\n\xe2\x80\xae", { "a?????" }, { "\033" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct document d = { 0 };
		char *text;

		fill(&d, cases[i].name);
		text = written(cases[i].write, &d);
		for (size_t k = 0; k < 2 && cases[i].held[k]; k++)
			assert_within(text, cases[i].held[k]);
		for (size_t k = 0; k < 3 && cases[i].not_held[k]; k++)
			assert_not_within(text, cases[i].not_held[k]);
		free(text);
		document_release(&d);
	}
}

static void a_page_is_accessible_and_loads_nothing(void **state)
{
	struct document d = { 0 };
	char *text;

	(void)state;
	fill(&d, "words");
	text = written(write_html, &d);
	assert_within(text, "default-src 'none'; img-src data:");
	assert_within(text, "<html lang=en>");
	assert_within(text, "prefers-color-scheme: dark");
	assert_within(text, "<span class=\"status good\">VALID</span> words");
	assert_within(text, "<caption>words</caption>");
	assert_within(text, "<th scope=col class=r>b</th>");
	assert_within(text, "<th scope=rowgroup colspan=2>words</th>");
	assert_within(text, "<th scope=row class=\"bad\">words</th>"
			    "<td class=\"plain r\">1</td>");
	assert_within(text, "<a href=\"#words\">words</a>");
	assert_not_within(text, "{{");
	assert_not_within(text, "http://");
	assert_not_within(text, "<script");
	free(text);
	document_release(&d);
}

static void widths_are_those_of_a_terminal(void **state)
{
	static const struct {
		const char *text;
		size_t width;
	} cases[] = {
		{ "", 0 },
		{ "sig-ign", 7 },
		{ "94.7 µs", 7 },
		{ "1.13×", 5 },
		{ "僵尸", 4 },
		{ "e\xcc\x81", 1 },
		{ "\xf0\x9f\x98\x80", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(text_width(cases[i].text), cases[i].width);
}

static void a_missing_picture_is_an_error(void **state)
{
	struct document d = { 0 };
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	(void)state;
	assert_non_null(out);
	fill(&d, "words");
	document_pair(&d, PART_PICTURE, TONE_NONE, "alt", "verdicts");
	assert_int_equal(write_html(&d, out), -1);
	fclose(out);
	free(text);
	document_release(&d);
}

/* --- two runs, and the list ------------------------------------------------ */

static void a_comparison_is_told(void **state)
{
	struct judged_fixture *a = judged_fixture(), *b = judged_fixture();
	struct change changes[] = {
		{ "churn",
		  "waitpid-loop",
		  METRIC_CPU_US,
		  { 1.1, 1.13, 1.15 },
		  { 1.2, 1.25, 1.3 },
		  { 1.05, 1.106, 1.16 },
		  VERDICT_WORSE },
		{ "churn",
		  "none",
		  METRIC_CPU_US,
		  { 0.97, 0.98, 0.99 },
		  { 0.97, 0.98, 0.99 },
		  { 0.99, 1, 1.01 },
		  VERDICT_SAME },
	};
	struct zombie_change zombies[] = {
		{ "churn", "waitpid-loop", 0, 3, VERDICT_WORSE },
	};
	struct difference differences[] = {
		{ "host.kernel", "6.1", "6.2" },
	};
	struct comparison c = { .a = &a->j,
				.b = &b->j,
				.sound = true,
				.changes = 2,
				.change = changes,
				.zombie_changes = 1,
				.zombie_change = zombies,
				.differences = 1,
				.difference = differences,
				.notes = 1,
				.note = { "pidfd is only in A" } };
	char *text = NULL;
	size_t bytes;
	FILE *out;

	(void)state;
	setenv("COLUMNS", "100", 1);
	for (int json = 0; json < 2; json++) {
		out = open_memstream(&text, &bytes);
		assert_non_null(out);
		assert_int_equal(report_compare(&c, json, out), 0);
		fclose(out);
		assert_within(text, json ? "\"key\": \"host.kernel\"" :
					   "  host.kernel   6.1  6.2\n");
		assert_within(text, json ? "\"worse\": 2" :
					   "B against A: 2 worse, 0 better, 1 "
					   "same, 0 unclear.\n");
		assert_within(text,
			      json ? "\"ratio\": 1.106" : "1.11× [1.05–1.16]");
		assert_within(text, "pidfd is only in A");
		assert_not_within(text, "not sound");
		free(text);
	}
	judged_fixture_free(a);
	judged_fixture_free(b);
}

static void runs_are_listed(void **state)
{
	struct listed runs[] = {
		{ .id = "one",
		  .state = RUN_NOISY,
		  .profile = "quick",
		  .started_utc = "2026-01-02T03:04:05Z",
		  .elapsed_s = 211,
		  .cells = 1800,
		  .experiments = "churn, leak" },
		{ .id = "two", .partial = true, .unreadable = "no run.json" },
	};
	struct listing l = { .count = 2, .run = runs };
	char *text = NULL;
	size_t bytes;
	FILE *out;

	(void)state;
	for (int json = 0; json < 2; json++) {
		l.count = 2;
		out = open_memstream(&text, &bytes);
		assert_non_null(out);
		assert_int_equal(report_list(&l, json, out), 0);
		fclose(out);
		assert_within(text, json ? "\"unreadable\": \"no run.json\"" :
					   "- two: no run.json\n");
		assert_within(text, json ? "\"status\": \"NOISY\"" :
					   "NOISY       2026-01-02T03:04:05Z  "
					   "quick    3 min 31 s  1,800  "
					   "churn, leak\n");
		free(text);
	}
	l.count = 0;
	out = open_memstream(&text, &bytes);
	assert_non_null(out);
	assert_int_equal(report_list(&l, false, out), 0);
	fclose(out);
	assert_string_equal(text, "No stored runs; forkbench run makes one.\n");
	free(text);
}

static void bars_stand_on_their_scale(void **state)
{
	static const struct interval all[] = { { 1.0, 1.1, 1.21 } };
	static const struct {
		struct interval bar;
		bool lower_is_better;
		const char *plain, *box;
	} cases[] = {
		{ { 1.0, 1.1, 1.21 }, false, " +----o-----", " ┼────●─────" },
		{ { 1.0, 1.1, 1.21 }, true, "-----o----+", "─────●────┼" },
		{ { 0, 1.1, 0 }, false, " |    o", " │    ●" },
		{ { 0, 1.1, INFINITY }, false, " |    o", " │    ●" },
		{ { 1.1, 1.3, 1.5 }, false, " |    ----->", " │    ─────▸" },
		/* Beyond an end of the scale, its dot, too. */
		{ { 0.8, 0.9, 1.1 }, true, "     -----+>", "     ─────┼▸" },
	};
	char out[BAR_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bar_scale s =
			bars_scale(all, 1, cases[i].lower_is_better);

		bars_draw(&cases[i].bar, &s, BAR_LEAST, true, out);
		assert_string_equal(out, cases[i].plain);
		bars_draw(&cases[i].bar, &s, BAR_LEAST, false, out);
		assert_string_equal(out, cases[i].box);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_screen_is_as_designed),
		cmocka_unit_test(text_fits_the_terminal),
		cmocka_unit_test(a_report_is_the_same_again),
		cmocka_unit_test(tables_tell_what_the_run_holds),
		cmocka_unit_test(what_was_not_measured_leaves_no_trace),
		cmocka_unit_test(summaries_hold_all_figures),
		cmocka_unit_test(names_are_data_in_every_form),
		cmocka_unit_test(a_page_is_accessible_and_loads_nothing),
		cmocka_unit_test(widths_are_those_of_a_terminal),
		cmocka_unit_test(bars_stand_on_their_scale),
		cmocka_unit_test(a_missing_picture_is_an_error),
		cmocka_unit_test(a_comparison_is_told),
		cmocka_unit_test(runs_are_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

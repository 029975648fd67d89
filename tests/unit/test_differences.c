/* In what two runs differ beside their figures, from JSON made in memory. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/judge/differences.h"

static struct load_run a, b;
static struct differences d;

static json_t *parsed(const char *text)
{
	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(value);
	return value;
}

static void release(void)
{
	differences_release(&d);
	json_decref(a.source);
	json_decref(b.source);
	json_decref(a.env);
	json_decref(b.env);
	a = b = (struct load_run){ 0 };
}

/* What is planned in two runs on the same machine. */
static void find_planned(const char *in_a, const char *in_b)
{
	release();
	a.source = parsed(in_a);
	b.source = parsed(in_b);
	a.env = parsed("{\"schema_version\": 1}");
	b.env = parsed("{\"schema_version\": 1}");
	assert_int_equal(differences_find(&a, &b, &d), 0);
}

/* Two machines, with the same plan. */
static void find(const char *in_a, const char *in_b)
{
	release();
	a.source = parsed("{\"profile\": \"quick\"}");
	b.source = parsed("{\"profile\": \"quick\"}");
	a.env = parsed(in_a);
	b.env = parsed(in_b);
	assert_int_equal(differences_find(&a, &b, &d), 0);
}

static void assert_value(const json_t *value, const char *wanted)
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) :
			     strdup("-");

	assert_non_null(text);
	assert_string_equal(text, wanted);
	free(text);
}

static void assert_one(size_t i, const char *key, const char *in_a,
		       const char *in_b)
{
	assert_true(i < d.n);
	assert_string_equal(d.list[i].key, key);
	assert_value(d.list[i].a, in_a);
	assert_value(d.list[i].b, in_b);
}

static void runs_that_are_alike(void **state)
{
	(void)state;
	find("{\"host\": {\"cpus\": 2, \"list\": [1, {\"a\": null}]}}",
	     "{\"host\": {\"list\": [1, {\"a\": null}], \"cpus\": 2}}");
	assert_int_equal(d.n, 0);
	find("{}", "{}");
	assert_int_equal(d.n, 0);
}

static void null_and_absent_are_not_known(void **state)
{
	(void)state;
	find("{\"host\": {\"governor\": null, \"cpus\": 2}}", "{\"host\": "
							      "{\"cpus\": 2}}");
	assert_int_equal(d.n, 0);
	find("{\"vm\": {\"thp\": null}, \"mitigations\": null}", "{}");
	assert_int_equal(d.n, 0);
	find("{\"host\": {\"governor\": null}}", "{\"host\": {\"governor\": "
						 "\"performance\"}}");
	assert_int_equal(d.n, 1);
	assert_one(0, "host.governor", "-", "\"performance\"");
	find("{\"build\": {\"commit\": \"x\"}}", "{}");
	assert_int_equal(d.n, 1);
	assert_one(0, "build.commit", "\"x\"", "-");
}

/* The plan, then what is most likely to matter, then the rest. */
static void what_matters_comes_first(void **state)
{
	static const char *const keys[] = {
		"build.commit", "build.dirty", "build.flags",  "build.compiler",
		"host.kernel",	"host.cpu",    "host.memory",  "host.cpus",
		"tools.a",	"tools.b",     "build.version"
	};

	(void)state;
	find("{\"host\": {\"memory\": 1, \"cpus\": 1, \"cpu\": 1, "
	     "\"kernel\": 1}, \"tools\": {\"a\": 1}, \"build\": "
	     "{\"compiler\": 1, \"version\": 1, \"flags\": 1, \"dirty\": 1, "
	     "\"commit\": 1}}",
	     "{\"host\": {\"cpus\": 2, \"cpu\": 2, \"kernel\": 2, \"memory\": "
	     "2}, \"tools\": {\"b\": 2}, \"build\": {\"commit\": 2, "
	     "\"dirty\": 2, \"flags\": 2, \"compiler\": 2, \"version\": 2}}");
	assert_int_equal(d.n, sizeof(keys) / sizeof(keys[0]));
	for (size_t i = 0; i < d.n; i++)
		assert_string_equal(d.list[i].key, keys[i]);
}

static void the_plan_but_for_its_loads(void **state)
{
	(void)state;
	find_planned("{\"profile\": \"quick\", \"rounds\": 6, \"aa\": true, "
		     "\"modes\": [\"a\", \"b\"], \"seed\": 1, \"cells\": 7, "
		     "\"experiments\": [1], \"rerun\": \"x\", \"placement\": "
		     "{\"kind\": \"none\"}}",
		     "{\"profile\": \"quick\", \"rounds\": 8, \"aa\": true, "
		     "\"modes\": [\"b\", \"a\"], \"seed\": 2, \"cells\": 8, "
		     "\"experiments\": [2], \"rerun\": \"y\", \"placement\": "
		     "{\"kind\": \"split\"}}");
	assert_int_equal(d.n, 3);
	assert_one(0, "rounds", "6", "8");
	assert_one(1, "modes", "[\"a\",\"b\"]", "[\"b\",\"a\"]");
	assert_one(2, "placement", "{\"kind\":\"none\"}",
		   "{\"kind\":\"split\"}");
}

static void what_says_nothing_of_speed_is_left_out(void **state)
{
	(void)state;
	find("{\"schema_version\": 1, \"doctor\": [{\"check\": \"disk\"}]}",
	     "{\"doctor\": [], \"host\": {\"doctor\": 1}}");
	assert_int_equal(d.n, 1);
	assert_one(0, "host.doctor", "-", "1");
}

/* A later version may nest deeper, or turn a leaf into a group. */
static void any_depth_and_kind(void **state)
{
	(void)state;
	find("{\"a\": {\"b\": {\"c\": {\"d\": 1, \"e\": 2}}}, \"f\": 3}",
	     "{\"a\": {\"b\": {\"c\": {\"d\": 1, \"e\": 4}}}, \"f\": {\"g\": "
	     "5}}");
	assert_int_equal(d.n, 2);
	assert_one(0, "a.b.c.e", "2", "4");
	assert_one(1, "f.g", "-", "5");
	find("{\"f\": {\"g\": 5}}", "{\"f\": \"text\"}");
	assert_int_equal(d.n, 1);
	assert_one(0, "f.g", "5", "-");
	find("{\"host\": \"text\"}", "{\"host\": {\"cpu\": \"x\"}}");
	assert_one(0, "host.cpu", "-", "\"x\"");
}

static void a_long_key_is_cut(void **state)
{
	char key[501], text[1024];

	(void)state;
	memset(key, 'k', sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	snprintf(text, sizeof(text), "{\"%s\": 1}", key);
	find(text, "{}");
	assert_int_equal(d.n, 1);
	assert_int_equal(strlen(d.list[0].key), sizeof(d.list[0].key) - 1);
}

static int finish(void **state)
{
	(void)state;
	release();
	return 0;
}

#define TEST(f) cmocka_unit_test_teardown(f, finish)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(runs_that_are_alike),
		TEST(null_and_absent_are_not_known),
		TEST(what_matters_comes_first),
		TEST(the_plan_but_for_its_loads),
		TEST(what_says_nothing_of_speed_is_left_out),
		TEST(any_depth_and_kind),
		TEST(a_long_key_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Options as a table: what is stored, what is refused, what is left over. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/opt.h"

struct config {
	bool loud, help;
	const char *log;
	uint64_t count, size, time_ns;
	double rate;
	size_t color;
	struct opt_list names;
};

static const char *const colors[] = { "red", "green", "blue", NULL };

#define AT(member) offsetof(struct config, member)

static const struct opt table[] = {
	{ "loud", OPT_FLAG, AT(loud), .help = "say more", .letter = 'l' },
	{ "log", OPT_TEXT, AT(log), "FILE", .help = "write to FILE" },
	{ "count", OPT_COUNT, AT(count), "N", 1, 100, .help = "so many" },
	{ "size", OPT_SIZE, AT(size), "BYTES", 1, 1 << 20,
	  .help = "so large,\nor larger" },
	{ "a-rather-long-name", OPT_DURATION, AT(time_ns), "TIME", 1000,
	  UINT64_C(1000000000), .help = "so long" },
	{ "rate", OPT_RATE, AT(rate), "R", 1, 50, .help = "so fast" },
	{ "color", OPT_CHOICE, AT(color), "C", .choices = colors,
	  .help = "so beautiful" },
	{ "copies", OPT_COUNT, AT(size), "N", 1, 100, .help = "so often" },
	{ "name", OPT_LIST, AT(names), "NAME", .help = "one more" },
	{ "help", OPT_HELP, AT(help), .help = "print this", .letter = 'h' },
	{ 0 },
};

static const struct config defaults = { .count = 7, .rate = 3, .color = 2 };

enum { WORDS = 16 };

static struct config config;
static char why[OPT_WHY];
static char *words[WORDS];

/* The words up to NULL, behind a program's name. Returns opt_parse()'s. */
static int parse(const char *first, ...)
{
	va_list list;
	int n = 0;

	config = defaults;
	why[0] = '\0';
	words[n++] = (char *)(uintptr_t) "program";
	va_start(list, first);
	for (const char *word = first; word; word = va_arg(list, const char *))
		words[n++] = (char *)(uintptr_t)word;
	va_end(list);
	words[n] = NULL;
	return opt_parse(table, n, words, &config, why);
}

static void assert_defaults(void)
{
	assert_false(config.loud || config.help);
	assert_null(config.log);
	assert_int_equal(config.count, 7);
	assert_int_equal(config.size, 0);
	assert_int_equal(config.time_ns, 0);
	assert_true(config.rate == 3);
	assert_int_equal(config.color, 2);
	assert_int_equal(config.names.count, 0);
}

static void every_kind_is_stored(void **state)
{
	(void)state;
	assert_int_equal(parse("--loud", "--log", "a b", "--count", "100",
			       "--size=16K", "--a-rather-long-name", "1.5ms",
			       "--rate=2.5", "--color", "green", NULL),
			 12);
	assert_true(config.loud);
	assert_false(config.help);
	assert_string_equal(config.log, "a b");
	assert_int_equal(config.count, 100);
	assert_int_equal(config.size, 16384);
	assert_int_equal(config.time_ns, 1500000);
	assert_true(config.rate == 2.5);
	assert_int_equal(config.color, 1);
}

static void what_is_not_given_keeps_its_default(void **state)
{
	(void)state;
	assert_int_equal(parse(NULL), 1);
	assert_defaults();
	assert_int_equal(parse("--count", "1", "--count", "2", NULL), 5);
	assert_int_equal(config.count, 2);
	config.count = 7;
	assert_defaults();
}

static void a_list_keeps_every_value_in_order(void **state)
{
	char *argv[2 * OPT_LIST_MOST + 4];
	int n = 0;

	(void)state;
	assert_int_equal(parse("--name", "b", "--loud", "--name=", "one",
			       "--name", "a", NULL),
			 7);
	assert_int_equal(config.names.count, 3);
	assert_string_equal(config.names.item[0], "b");
	assert_string_equal(config.names.item[1], "");
	assert_string_equal(config.names.item[2], "a");

	config = defaults;
	argv[n++] = (char *)(uintptr_t) "program";
	for (int i = 0; i <= OPT_LIST_MOST; i++) {
		argv[n++] = (char *)(uintptr_t) "--name";
		argv[n++] = (char *)(uintptr_t) "c";
	}
	argv[n] = NULL;
	assert_int_equal(opt_parse(table, n - 2, argv, &config, why), n - 2);
	assert_int_equal(config.names.count, OPT_LIST_MOST);
	config = defaults;
	assert_int_equal(opt_parse(table, n, argv, &config, why), -1);
	assert_string_equal(why, "--name c: given too often; give it 16 times");
	assert_int_equal(config.names.count, OPT_LIST_MOST);
}

static void operands_may_be_mixed_in(void **state)
{
	(void)state;
	assert_int_equal(
		parse("one", "--count", "5", "two", "--loud", "-", NULL), 4);
	assert_int_equal(config.count, 5);
	assert_true(config.loud);
	assert_string_equal(words[4], "one");
	assert_string_equal(words[5], "two");
	assert_string_equal(words[6], "-");
	assert_null(words[7]);
}

static void two_dashes_end_the_options(void **state)
{
	(void)state;
	assert_int_equal(parse("one", "--loud", "--", "--count", "-x", NULL),
			 3);
	assert_true(config.loud);
	assert_int_equal(config.count, 7);
	assert_string_equal(words[3], "one");
	assert_string_equal(words[4], "--count");
	assert_string_equal(words[5], "-x");
	/* As a value they end nothing. */
	assert_int_equal(parse("--log", "--", "--loud", NULL), 4);
	assert_string_equal(config.log, "--");
	assert_true(config.loud);
}

static void refusals_name_the_option(void **state)
{
	static const struct {
		const char *word, *value, *why;
	} known[] = {
		{ "--count", "0", "--count 0: out of range; give 1 to 100" },
		{ "--count=x", NULL,
		  "--count x: not a whole number; give 1 to 100" },
		{ "--count=", NULL,
		  "--count : not a whole number; give 1 to 100" },
		{ "--size", "2M",
		  "--size 2M: out of range; give 1 to 1048576 bytes" },
		{ "--a-rather-long-name", "5",
		  "--a-rather-long-name 5: not a duration such as 250ms, 5s "
		  "or 2m; give 1us to 1s" },
		{ "--rate", "-1", "--rate -1: not a number; give 1 to 50" },
		{ "--color", "pink",
		  "--color pink: unknown; give red, green or blue" },
		{ "--log", "", "--log : empty; give a FILE" },
		{ "--count", NULL, "--count needs a value; see --help" },
		{ "--nonsense", NULL, "unknown option --nonsense; see --help" },
		{ "--nonsense=5", NULL,
		  "unknown option --nonsense=5; see --help" },
		{ "--loud=5", NULL, "--loud takes no value; see --help" },
		{ "--lou=5", NULL, "--loud takes no value; see --help" },
		{ "--lo", NULL, "option --lo is ambiguous; see --help" },
		{ "--co", "5", "option --co is ambiguous; see --help" },
		{ "--co=5", NULL, "option --co=5 is ambiguous; see --help" },
		{ "-x", NULL, "unknown option -x; see --help" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_int_equal(parse(known[i].word, known[i].value, NULL),
				 -1);
		assert_string_equal(why, known[i].why);
		/* The same behind others. */
		assert_int_equal(parse("--loud", "one", "two", known[i].word,
				       known[i].value, NULL),
				 -1);
		assert_string_equal(why, known[i].why);
		assert_true(config.loud);
		config.loud = false;
		config.log = NULL;
		assert_defaults();
	}
}

static void a_long_value_is_cut_in_the_message(void **state)
{
	char value[1000];

	(void)state;
	memset(value, '9', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	assert_int_equal(parse("--count", value, NULL), -1);
	assert_non_null(strstr(why, ": out of range; give 1 to 100"));
	value[0] = value[1] = '-';
	assert_int_equal(parse(value, NULL), -1);
	assert_non_null(strstr(why, "9; see --help"));
}

/* getopt has not moved on from a word while there are letters left in it. */
static void letters_in_one_word(void **state)
{
	(void)state;
	assert_int_equal(parse("-xy", NULL), -1);
	assert_string_equal(why, "unknown option -x; see --help");
	assert_int_equal(parse("--loud", "-xy", NULL), -1);
	assert_string_equal(why, "unknown option -x; see --help");
}

static void help_ends_the_scan(void **state)
{
	(void)state;
	assert_true(parse("--count", "5", "--help", "--count", "0",
			  "--nonsense", NULL) > 0);
	assert_true(config.help);
	assert_int_equal(config.count, 5);
	assert_string_equal(why, "");
}

static void flags_may_have_a_letter(void **state)
{
	(void)state;
	assert_int_equal(parse("one", "-l", "two", NULL), 2);
	assert_true(config.loud);
	assert_true(parse("-lh", "--nonsense", NULL) > 0);
	assert_true(config.loud && config.help);
	assert_int_equal(parse("-lx", NULL), -1);
	assert_string_equal(why, "unknown option -x; see --help");
}

static void each_call_begins_anew(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(parse("one", "--loud", NULL), 2);
		assert_true(config.loud);
	}
	/* Also after a scan that ended in the middle, of a word even. */
	assert_int_equal(parse("one", "two", "-xyz", "--loud", NULL), -1);
	assert_int_equal(parse("--loud", "one", NULL), 2);
	assert_true(config.loud);
	assert_true(parse("one", "--help", "two", NULL) > 0);
	assert_int_equal(parse("one", "--count", "9", NULL), 3);
	assert_int_equal(config.count, 9);
}

static void help_tells_every_option(void **state)
{
	char *text;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	(void)state;
	assert_non_null(out);
	opt_help(table, out);
	assert_int_equal(fclose(out), 0);
#define TAB "                          "
	assert_string_equal(text, "  --loud                  say more\n"
				  "  --log FILE              write to FILE\n"
				  "  --count N               so many\n"
				  "  --size BYTES            so large,\n" TAB
				  "or larger\n"
				  "  --a-rather-long-name TIME\n" TAB "so "
				  "long\n"
				  "  --rate R                so fast\n"
				  "  --color C               so beautiful\n" TAB
				  "red, green, blue\n"
				  "  --copies N              so often\n"
				  "  --name NAME             one more\n"
				  "  --help                  print this\n");
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_stored),
		cmocka_unit_test(what_is_not_given_keeps_its_default),
		cmocka_unit_test(a_list_keeps_every_value_in_order),
		cmocka_unit_test(operands_may_be_mixed_in),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(refusals_name_the_option),
		cmocka_unit_test(a_long_value_is_cut_in_the_message),
		cmocka_unit_test(letters_in_one_word),
		cmocka_unit_test(help_ends_the_scan),
		cmocka_unit_test(flags_may_have_a_letter),
		cmocka_unit_test(each_call_begins_anew),
		cmocka_unit_test(help_tells_every_option),
	};

	unsetenv("POSIXLY_CORRECT");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

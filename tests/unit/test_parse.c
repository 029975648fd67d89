/* What people type: what is taken, what is refused, and with which words. */

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/parse.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define S UINT64_C(1000000000)
#define UNTOUCHED UINT64_C(0x5555555555555555)

typedef int parser(const char *text, uint64_t min, uint64_t max, uint64_t *out,
		   char why[PARSE_WHY]);

/* Good if `why` is NULL; else refused with just these words. */
struct known {
	const char *text;
	uint64_t min, max, value;
	const char *why;
};

static void check(parser *parse, const struct known *known, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct known *k = &known[i];
		uint64_t got = UNTOUCHED;
		char why[PARSE_WHY] = "";
		int rc = parse(k->text, k->min, k->max, &got, why);

		if (rc != (k->why ? -1 : 0))
			fail_msg("\"%s\" gives %d", k->text, rc);
		if (strcmp(why, k->why ? k->why : "") != 0)
			fail_msg("\"%s\": %s", k->text, why);
		if (got != (k->why ? UNTOUCHED : k->value))
			fail_msg("\"%s\" gives %ju", k->text, (uintmax_t)got);
	}
}

static void whole_numbers(void **state)
{
#define RANGE "out of range; give 1 to 100"
#define NO_NUMBER "not a whole number; give 1 to 100"
	static const struct known known[] = {
		{ "1", 1, 100, 1, NULL },
		{ "100", 1, 100, 100, NULL },
		{ "007", 1, 100, 7, NULL },
		{ "0", 0, 0, 0, NULL },
		{ "18446744073709551615", 0, UINT64_MAX, UINT64_MAX, NULL },
		{ "0", 1, 100, 0, RANGE },
		{ "101", 1, 100, 0, RANGE },
		{ "18446744073709551616", 1, 100, 0, RANGE },
		{ "18446744073709551616", 0, UINT64_MAX, 0,
		  "out of range; give 0 to 18446744073709551615" },
		{ "", 1, 100, 0, NO_NUMBER },
		{ " 5", 1, 100, 0, NO_NUMBER },
		{ "5 ", 1, 100, 0, NO_NUMBER },
		{ "+5", 1, 100, 0, NO_NUMBER },
		{ "-5", 1, 100, 0, NO_NUMBER },
		{ "5x", 1, 100, 0, NO_NUMBER },
		{ "5.0", 1, 100, 0, NO_NUMBER },
		{ "0x5", 1, 100, 0, NO_NUMBER },
		{ "five", 1, 100, 0, NO_NUMBER },
	};

	(void)state;
	check(parse_u64, known, COUNT(known));
#undef RANGE
}

static void durations(void **state)
{
#define RANGE "out of range; give 1ms to 24h"
#define NO_TIME "not a duration such as 250ms, 5s or 2m; give 1ms to 24h"
#define DAY 1000000, 86400 * S
	static const struct known known[] = {
		{ "7ns", 0, 10, 7, NULL },
		{ "0s", 0, 10, 0, NULL },
		{ "250us", 0, S, 250000, NULL },
		{ "1ms", DAY, 1000000, NULL },
		{ "1.5s", DAY, 1500 * S / 1000, NULL },
		{ "0.001s", DAY, 1000000, NULL },
		{ "2m", DAY, 120 * S, NULL },
		{ "24h", DAY, 86400 * S, NULL },
		{ "1.0000000004s", DAY, S, NULL },
		{ "0.9ms", DAY, 0, RANGE },
		{ "0s", DAY, 0, RANGE },
		{ "24.001h", DAY, 0, RANGE },
		{ "99999999999999999999999999h", DAY, 0, RANGE },
		{ "5s", 0, S + 1, 0, "out of range; give 0ns to 1000000001ns" },
		{ "5s", 1500000, 90 * S / 60, 0,
		  "out of range; give 1500us to 1500ms" },
		{ "5", DAY, 0, NO_TIME },
		{ "", DAY, 0, NO_TIME },
		{ "s", DAY, 0, NO_TIME },
		{ " 5s", DAY, 0, NO_TIME },
		{ "5s ", DAY, 0, NO_TIME },
		{ "-5s", DAY, 0, NO_TIME },
		{ ".5s", DAY, 0, NO_TIME },
		{ "5.s", DAY, 0, NO_TIME },
		{ "1.5.5s", DAY, 0, NO_TIME },
		{ "1e3s", DAY, 0, NO_TIME },
		{ "0x1s", DAY, 0, NO_TIME },
		{ "5S", DAY, 0, NO_TIME },
		{ "5sec", DAY, 0, NO_TIME },
		{ "infs", DAY, 0, NO_TIME },
	};

	(void)state;
	check(parse_duration, known, COUNT(known));
#undef RANGE
}

/* 2^64 and UINT64_MAX are the same double. */
static void durations_beyond_64_bits(void **state)
{
	static const struct known known[] = {
		{ "18446744073709551616ns", 0, UINT64_MAX, 0,
		  "out of range; give 0ns to 18446744073709551615ns" },
	};

	(void)state;
	check(parse_duration, known, COUNT(known));
}

static void sizes(void **state)
{
#define RANGE "out of range; give 64 to 1048576 bytes"
#define NO_SIZE "not a size such as 64, 16K or 1G; give 64 to 1048576 bytes"
#define MEBI 64, 1048576
	static const struct known known[] = {
		{ "64", MEBI, 64, NULL },
		{ "16K", MEBI, 16384, NULL },
		{ "1M", MEBI, 1048576, NULL },
		{ "0G", 0, 5, 0, NULL },
		{ "3G", 0, UINT64_MAX, UINT64_C(3) << 30, NULL },
		{ "17179869183G", 0, UINT64_MAX, UINT64_C(17179869183) << 30,
		  NULL },
		{ "63", MEBI, 0, RANGE },
		{ "0", MEBI, 0, RANGE },
		{ "1048577", MEBI, 0, RANGE },
		{ "1025K", MEBI, 0, RANGE },
		{ "1G", MEBI, 0, RANGE },
		/* 2^34 G and 2^34 + 1 G are 0 and 1 G in 64 bits. */
		{ "17179869184G", 0, UINT64_MAX, 0,
		  "out of range; give 0 to 18446744073709551615 bytes" },
		{ "17179869185G", 0, UINT64_MAX, 0,
		  "out of range; give 0 to 18446744073709551615 bytes" },
		{ "99999999999999999999", MEBI, 0, RANGE },
		{ "", MEBI, 0, NO_SIZE },
		{ "K", MEBI, 0, NO_SIZE },
		{ "16k", MEBI, 0, NO_SIZE },
		{ "16KB", MEBI, 0, NO_SIZE },
		{ "1.5K", MEBI, 0, NO_SIZE },
		{ "-64", MEBI, 0, NO_SIZE },
		{ " 64", MEBI, 0, NO_SIZE },
		{ "64T", MEBI, 0, NO_SIZE },
	};

	(void)state;
	check(parse_size, known, COUNT(known));
}

static void rates(void **state)
{
	static const struct {
		const char *text;
		double value;
		const char *why;
	} known[] = {
		{ "1", 1, NULL },
		{ "0.5", 0.5, NULL },
		{ "1000", 1000, NULL },
		{ "12.25", 12.25, NULL },
		{ "0", 0, "out of range; give 0.5 to 1000" },
		{ "0.49", 0, "out of range; give 0.5 to 1000" },
		{ "1000.1", 0, "out of range; give 0.5 to 1000" },
		{ "", 0, "not a number; give 0.5 to 1000" },
		{ "5/s", 0, "not a number; give 0.5 to 1000" },
		{ "1e2", 0, "not a number; give 0.5 to 1000" },
		{ "0x10", 0, "not a number; give 0.5 to 1000" },
		{ "nan", 0, "not a number; give 0.5 to 1000" },
		{ "inf", 0, "not a number; give 0.5 to 1000" },
		{ "-1", 0, "not a number; give 0.5 to 1000" },
		{ " 1", 0, "not a number; give 0.5 to 1000" },
		{ "1 ", 0, "not a number; give 0.5 to 1000" },
		{ "1.", 0, "not a number; give 0.5 to 1000" },
		{ ".5", 0, "not a number; give 0.5 to 1000" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		double got = -7;
		char why[PARSE_WHY] = "";

		assert_int_equal(parse_rate(known[i].text, 0.5, 1000, &got,
					    why),
				 known[i].why ? -1 : 0);
		assert_string_equal(why, known[i].why ? known[i].why : "");
		assert_true(got == (known[i].why ? -7 : known[i].value));
	}
}

static void choices(void **state)
{
	static const char *const names[] = { "rst", "fin", "none", NULL };
	static const char *const long_names[] = { "a-choice-with-a-name-that-"
						  "is-rather-long-as-choices-"
						  "go",
						  "another-choice-with-a-name-"
						  "that-is-not-shorter-than-"
						  "that",
						  "a-third-choice-that-no-"
						  "longer-fits-into-the-"
						  "sentence",
						  NULL };
	static const char *const bad[] = { "", "r", "rstx", "RST", " rst" };
	char why[PARSE_WHY] = "";
	size_t got;

	(void)state;
	for (size_t i = 0; names[i]; i++) {
		assert_int_equal(parse_choice(names[i], names, &got, why), 0);
		assert_int_equal(got, i);
	}
	got = 99;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(parse_choice(bad[i], names, &got, why), -1);
		assert_string_equal(why, "unknown; give rst, fin or none");
	}
	assert_int_equal(parse_choice("x", names + 2, &got, why), -1);
	assert_string_equal(why, "unknown; give none");
	assert_int_equal(parse_choice("x", long_names, &got, why), -1);
	assert_int_equal(strlen(why), PARSE_WHY - 1);
	assert_int_equal(got, 99);
}

static void addresses(void **state)
{
	static const struct {
		const char *text;
		int family;
		socklen_t bytes;
	} good[] = {
		{ "127.0.0.1", AF_INET, sizeof(struct sockaddr_in) },
		{ "0.0.0.0", AF_INET, sizeof(struct sockaddr_in) },
		{ "::1", AF_INET6, sizeof(struct sockaddr_in6) },
		{ "2001:db8::a", AF_INET6, sizeof(struct sockaddr_in6) },
		{ "::ffff:1.2.3.4", AF_INET6, sizeof(struct sockaddr_in6) },
	};
	static const char *const bad[] = {
		"",	      "localhost", "127.1",	"256.0.0.1",
		"127.0.0.1 ", "[::1]",	   "1.2.3.4:5", ":::1",
		"0x7f.0.0.1", " ::1",	   "1.2.3.4.5"
	};
	struct address a, before;
	char why[PARSE_WHY] = "", text[INET6_ADDRSTRLEN];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		const void *number =
			good[i].family == AF_INET ?
				(void *)&((struct sockaddr_in *)&a.storage)
					->sin_addr :
				&((struct sockaddr_in6 *)&a.storage)->sin6_addr;

		memset(&a, 0xff, sizeof(a));
		assert_int_equal(parse_address(good[i].text, &a, why), 0);
		assert_int_equal(a.storage.ss_family, good[i].family);
		assert_int_equal(a.bytes, good[i].bytes);
		inet_ntop(good[i].family, number, text, sizeof(text));
		assert_string_equal(text, good[i].text);
		/* sin_port and sin6_port are in the same place. */
		assert_int_equal(((struct sockaddr_in *)&a.storage)->sin_port,
				 0);
	}
	before = a;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (parse_address(bad[i], &a, why) != -1)
			fail_msg("\"%s\" is taken", bad[i]);
		assert_string_equal(why, "not a numeric address; give one such "
					 "as 127.0.0.1 or ::1");
	}
	assert_memory_equal(&a, &before, sizeof(a));
}

static void ports(void **state)
{
	static const char *const families[] = { "127.0.0.1", "::1" };
	char why[PARSE_WHY] = "";

	(void)state;
	for (size_t i = 0; i < COUNT(families); i++) {
		struct address a, before;

		assert_int_equal(parse_address(families[i], &a, why), 0);
		assert_int_equal(parse_port("65535", 1, &a, why), 0);
		assert_int_equal(parse_port("0", 0, &a, why), 0);
		assert_int_equal(parse_port("7000", 1, &a, why), 0);
		assert_int_equal(((struct sockaddr_in *)&a.storage)->sin_port,
				 htons(7000));
		before = a;
		assert_int_equal(parse_port("0", 1, &a, why), -1);
		assert_string_equal(why, "out of range; give 1 to 65535");
		assert_int_equal(parse_port("65536", 0, &a, why), -1);
		assert_string_equal(why, "out of range; give 0 to 65535");
		assert_int_equal(parse_port("http", 1, &a, why), -1);
		assert_string_equal(why, "not a whole number; give 1 to 65535");
		assert_memory_equal(&a, &before, sizeof(a));
	}
}

/* Refused with just these words. */
static void refused(char *const operands[], int count, uint16_t min_port,
		    const char *words)
{
	struct address a, before = { .bytes = 5 };
	char why[PARSE_ENDPOINT_WHY] = "";

	a = before;
	assert_int_equal(parse_endpoint(operands, count, min_port, &a, why),
			 -1);
	assert_string_equal(why, words);
	assert_memory_equal(&a, &before, sizeof(a));
}

static void endpoints(void **state)
{
	char any[] = "::1", port[] = "7000", zero[] = "0";
	char name[] = "localhost", lengthy[100];
	char *operands[] = { any, port, port };
	char why[PARSE_ENDPOINT_WHY], words[PARSE_ENDPOINT_WHY];
	struct address a, wanted;

	(void)state;
	assert_int_equal(parse_address(any, &wanted, why), 0);
	assert_int_equal(parse_port(port, 1, &wanted, why), 0);
	assert_int_equal(parse_endpoint(operands, 2, 1, &a, why), 0);
	assert_memory_equal(&a, &wanted, sizeof(a));

	refused(operands, 1, 1,
		"an operand is missing; give ADDRESS and PORT, as in: "
		"127.0.0.1 7000");
	refused(operands, 3, 1,
		"too many operands; give ADDRESS and PORT, as in: "
		"127.0.0.1 7000");
	operands[1] = zero;
	assert_int_equal(parse_endpoint(operands, 2, 0, &a, why), 0);
	refused(operands, 2, 1, "PORT 0: out of range; give 1 to 65535");
	operands[0] = name;
	refused(operands, 2, 0,
		"ADDRESS localhost: not a numeric address; give one such as "
		"127.0.0.1 or ::1");
	memset(lengthy, '1', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	operands[0] = lengthy;
	snprintf(words, sizeof(words),
		 "ADDRESS %.60s: not a numeric address; give one such as "
		 "127.0.0.1 or ::1",
		 lengthy);
	refused(operands, 2, 0, words);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(durations),
		cmocka_unit_test(durations_beyond_64_bits),
		cmocka_unit_test(sizes),
		cmocka_unit_test(rates),
		cmocka_unit_test(choices),
		cmocka_unit_test(addresses),
		cmocka_unit_test(ports),
		cmocka_unit_test(endpoints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

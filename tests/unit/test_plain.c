/* Text from outside: what may be shown stays, all else is a question mark. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/json.h"

static void only_what_may_be_shown_stays(void **state)
{
	static const struct {
		const char *text, *plain; /* plain NULL: the same */
	} cases[] = {
		{ "", NULL },
		{ " ~a|b<c>\\", NULL },
		{ "µs – ‘none’ ✓ \360\237\220\247", NULL },
		{ "\302\240\337\277\340\240\200\357\277\275", NULL },
		{ "a\nb\tc\rd", "a?b?c?d" },
		{ "\033[31mred\177", "?[31mred?" },
		/* C1, which some terminals obey */
		{ "\302\233m\302\200", "??m??" },
		/* ends of line, marks of direction, what XML must not hold */
		{ "\342\200\250\342\200\256\342\201\246\342\200\217", "????????"
								      "????" },
		{ "\357\277\276\357\277\277", "??????" },
		/* no UTF-8: a tail, a cut, overlong, surrogates, too high */
		{ "\200a\277", "?a?" },
		{ "a\342\200", "a??" },
		{ "\342\200a", "??a" },
		{ "\303", "?" },
		{ "\300\257\340\200\257\360\200\200\257", "?????????" },
		{ "\355\240\200", "???" },
		{ "\364\220\200\200\370\377", "??????" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *text = cases[i].text;
		const char *wanted = cases[i].plain ? cases[i].plain : text;
		char got[64];

		snprintf(got, sizeof(got), "%s", text);
		plain_text(got);
		assert_string_equal(got, wanted);
		assert_true(plain_is(got));
		assert_int_equal(plain_is(text), cases[i].plain == NULL);
	}
}

/* Each code once, as UTF-8 has it: nobody's table but the encoding itself. */
static void every_code_is_taken_or_refused_whole(void **state)
{
	size_t shown = 0;

	(void)state;
	for (uint32_t code = 1; code < 0x110000; code++) {
		char text[5] = { 0 };

		if (code < 0x80) {
			text[0] = (char)code;
		} else if (code < 0x800) {
			text[0] = (char)(0xc0 | code >> 6);
			text[1] = (char)(0x80 | (code & 0x3f));
		} else if (code < 0x10000) {
			text[0] = (char)(0xe0 | code >> 12);
			text[1] = (char)(0x80 | (code >> 6 & 0x3f));
			text[2] = (char)(0x80 | (code & 0x3f));
		} else {
			text[0] = (char)(0xf0 | code >> 18);
			text[1] = (char)(0x80 | (code >> 12 & 0x3f));
			text[2] = (char)(0x80 | (code >> 6 & 0x3f));
			text[3] = (char)(0x80 | (code & 0x3f));
		}
		shown += plain_is(text);
	}
	/* but 31 + 33 controls, 2 + 7 + 4 marks, 2048 surrogates, 34 others */
	assert_int_equal(shown, 0x10ffff - 64 - 13 - 2048 - 34);
}

static void a_word_is_the_name_for_a_shell(void **state)
{
	static const char *const cases[][2] = {
		{ "results/a-1_b.c", "results/a-1_b.c" },
		{ "", "''" },
		{ "-x", "./-x" },
		{ "- x", "'./- x'" },
		{ "it's \"$x\" `c` é%s;|", "'it'\\''s \"$x\" `c` é%s;|'" },
		{ "a%\n\\'\xff", "\"$(printf 'a%%\\012\\134\\047\\377')\"" },
	};
	char word[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t bytes = strlen(cases[i][1]) + 1;

		assert_ptr_equal(plain_word(cases[i][0], word, bytes), word);
		assert_string_equal(word, cases[i][1]);
		assert_null(plain_word(cases[i][0], word, bytes - 1));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_may_be_shown_stays),
		cmocka_unit_test(a_word_is_the_name_for_a_shell),
		cmocka_unit_test(every_code_is_taken_or_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Base 64: the vectors of RFC 4648, and that nothing else is taken. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/base64.h"
#include "lib/rng.h"

static void the_vectors_of_the_rfc(void **state)
{
	static const char *const known[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *plain = known[i][0], *text = known[i][1];
		char data[8], got[16];

		base64_encode(plain, strlen(plain), got);
		assert_string_equal(got, text);
		assert_int_equal(BASE64_CHARS(strlen(plain)), strlen(text));
		assert_int_equal(base64_decode(text, data), strlen(plain));
		assert_memory_equal(data, plain, strlen(plain));
	}
}

static void what_is_encoded_or_copied_is_decoded(void **state)
{
	enum { MOST = 300 };
	struct rng r = { .state = 1 };
	unsigned char data[MOST], *back = malloc(MOST);
	char text[BASE64_CHARS(MOST) + 1], *copy = NULL;
	size_t copied;

	(void)state;
	for (size_t i = 0; i < MOST; i++)
		data[i] = (unsigned char)rng_next(&r);
	for (size_t bytes = 1; bytes <= MOST; bytes++) {
		FILE *in = fmemopen(data, bytes, "r");
		FILE *out = open_memstream(&copy, &copied);

		base64_encode(data, bytes, text);
		assert_int_equal(strlen(text), BASE64_CHARS(bytes));
		assert_int_equal(base64_copy(in, out), 0);
		fclose(in);
		fclose(out);
		assert_string_equal(copy, text);
		free(copy);
		assert_int_equal(base64_decode(text, back), bytes);
		assert_memory_equal(back, data, bytes);
	}
	free(back);
}

static void other_texts_are_refused(void **state)
{
	static const char *const bad[] = {
		"Z",
		"Zg",
		"Zg=",
		"Zg===",
		"Zm9vY",
		"=",
		"====",
		"Z===",
		"Zg==Zg==",
		"Zm8=Zm9v",
		"Zm=v",
		"Z=9v",
		"Zm9v\n",
		" Zm9",
		"Zm9!",
		"Zm-_",
		"Zm9\x80",
		/* Bits of no byte. */
		"Zh==",
		"Zm9=",
	};
	char data[8];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		errno = 0;
		if (base64_decode(bad[i], data) != -1)
			fail_msg("taken: '%s'", bad[i]);
		assert_int_equal(errno, EINVAL);
	}
}

static void a_failed_write_is_told(void **state)
{
	static char text[] = "text";
	FILE *in = fmemopen(text, 4, "r"), *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(base64_copy(in, full), -1);
	fclose(full);
	fclose(in);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_the_rfc),
		cmocka_unit_test(what_is_encoded_or_copied_is_decoded),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(a_failed_write_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

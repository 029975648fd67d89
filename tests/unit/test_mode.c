/* The looks of the modes, and that forkbench has every mode of the daemon. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/experiment.h"
#include "bench/mode.h"
#include "bench/slot.h"
#include "server/reap.h"

static size_t count_of(const char *const names[])
{
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

static int is_in(const char *const names[], const char *name)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

static void forkbench_has_every_mode_of_the_daemon(void **state)
{
	(void)state;
	assert_int_equal(count_of(experiment_modes), count_of(reap_names));
	for (size_t i = 0; reap_names[i]; i++)
		assert_true(is_in(experiment_modes, reap_names[i]));
	assert_true(count_of(experiment_modes) <= SLOT_MODES);
	assert_string_equal(experiment_modes[0], BASELINE_MODE);
}

static void the_usual_ones_are_among_them(void **state)
{
	(void)state;
	assert_int_equal(count_of(experiment_default_modes), 4);
	for (size_t i = 0; experiment_default_modes[i]; i++)
		assert_true(
			is_in(experiment_modes, experiment_default_modes[i]));
	assert_string_equal(experiment_default_modes[0], BASELINE_MODE);
}

static void every_mode_has_a_look_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(count_of(experiment_modes), MODE_COUNT);
	for (size_t i = 0; experiment_modes[i]; i++)
		assert_non_null(mode_find(experiment_modes[i]));
	for (size_t i = 0; i < MODE_COUNT; i++)
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(modes[i].rgb, modes[k].rgb);
			assert_string_not_equal(modes[i].text, modes[k].text);
			assert_string_not_equal(modes[i].label, modes[k].label);
			assert_string_not_equal(modes[i].brief, modes[k].brief);
		}
}

/* Relative luminance, as the Web Content Accessibility Guidelines have it. */
static double luminance(const char *colour)
{
	static const double weight[] = { 0.0722, 0.7152, 0.2126 };
	unsigned long rgb = strtoul(colour + 1, NULL, 16);
	double sum = 0;

	for (int i = 0; i < 3; i++, rgb >>= 8) {
		double c = (double)(rgb & 255) / 255;

		sum += weight[i] * (c <= 0.04045 ?
					    c / 12.92 :
					    pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static void words_in_their_colours_are_legible_on_white(void **state)
{
	(void)state;
	for (size_t i = 0; i < MODE_COUNT; i++)
		assert_true(1.05 / (luminance(modes[i].text) + 0.05) >= 4.5);
	assert_true(1.05 / (luminance(mode_look("new").text) + 0.05) >= 4.5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(forkbench_has_every_mode_of_the_daemon),
		cmocka_unit_test(the_usual_ones_are_among_them),
		cmocka_unit_test(every_mode_has_a_look_of_its_own),
		cmocka_unit_test(words_in_their_colours_are_legible_on_white),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

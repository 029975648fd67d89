/* What is made of a machine's facts: every check, kept and broken. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fixture_doctor.h"

static const struct fixture_doctor_known *known_of(const char *check)
{
	const struct fixture_doctor_known *k = fixture_doctor_known;

	while (k->check && strcmp(k->check, check) != 0)
		k++;
	if (!k->check)
		fail_msg("no test of check %s", check);
	return k;
}

/* All else is as it is without the one fact. */
static void assert_others_hold(const struct doctor *d, size_t but)
{
	for (size_t i = 0; i < d->count; i++)
		if (i != but && d->finding[i].level != DOCTOR_OK)
			fail_msg("%s: %s", d->finding[i].check,
				 d->finding[i].value);
}

static void each_check_finds_what_it_should(void **state)
{
	struct config config = fixture_doctor_config();
	struct doctor d;

	(void)state;
	for (size_t i = 0; doctor_checks[i].name; i++) {
		const struct fixture_doctor_known *k =
			known_of(doctor_checks[i].name);

		for (size_t j = 0; j < FIXTURE_DOCTOR_CASES && k->is[j].value;
		     j++) {
			const struct doctor_finding *found = &d.finding[i];
			struct doctor_facts facts = fixture_doctor_facts();

			fixture_doctor_set(&facts, &k->is[j].but);
			memset(&d, 0xff, sizeof(d));
			doctor_judge(&d, &facts, &config);
			assert_string_equal(found->check, k->check);
			assert_string_equal(found->value, k->is[j].value);
			assert_string_equal(found->need, k->need);
			assert_string_equal(found->fix, k->is[j].fix);
			assert_int_equal(found->level, k->is[j].level);
			assert_int_equal(doctor_worst(&d), k->is[j].level);
			assert_others_hold(&d, i);
		}
	}
}

/* A check that is only told of needs nothing, and so can't fail. */
static void each_check_is_tried_both_ways(void **state)
{
	size_t checks = 0;

	(void)state;
	for (; doctor_checks[checks].name; checks++) {
		const struct fixture_doctor_known *k =
			known_of(doctor_checks[checks].name);
		bool kept = false, broken = false;

		assert_true(*doctor_checks[checks].reads);
		for (size_t j = 0; j < FIXTURE_DOCTOR_CASES && k->is[j].value;
		     j++) {
			bool ok = k->is[j].level == DOCTOR_OK;

			kept |= ok;
			broken |= !ok;
			assert_true(ok || *k->is[j].fix);
		}
		assert_true(kept);
		assert_int_equal(broken, *k->need != '\0');
		for (size_t i = 0; i < checks; i++)
			assert_string_not_equal(doctor_checks[i].name,
						k->check);
	}
	/* None is tested that is no longer there. */
	assert_null(fixture_doctor_known[checks].check);
}

static void the_worst_is_the_worst_of_all(void **state)
{
	struct doctor d = { .count = 3 };

	(void)state;
	assert_int_equal(doctor_worst(&d), DOCTOR_OK);
	d.finding[2].level = DOCTOR_WARN;
	assert_int_equal(doctor_worst(&d), DOCTOR_WARN);
	d.finding[1].level = DOCTOR_FAIL;
	assert_int_equal(doctor_worst(&d), DOCTOR_FAIL);
	d.finding[3].level = DOCTOR_FAIL;
	d.finding[1].level = DOCTOR_OK;
	assert_int_equal(doctor_worst(&d), DOCTOR_WARN);
}

/* What is no UTF-8, as a folder may be called, is null. */
static void they_are_told_as_json(void **state)
{
	struct config config = fixture_doctor_config();
	struct doctor_facts facts = fixture_doctor_facts();
	struct doctor d;
	json_t *list, *one;
	const char *key;

	(void)state;
	snprintf(facts.folder, sizeof(facts.folder), "r\xe9sultats");
	facts.folder_error = ENOENT;
	facts.somaxconn = 128;
	doctor_judge(&d, &facts, &config);
	list = doctor_json(&d);
	assert_int_equal(json_array_size(list), d.count);
	for (size_t i = 0; i < d.count; i++) {
		const struct doctor_finding *f = &d.finding[i];
		const struct {
			const char *key, *text;
		} texts[] = {
			{ "check", f->check },
			{ "reads", doctor_checks[i].reads },
			{ "level", doctor_levels[f->level] },
			{ "value", f->value },
			{ "need", f->need },
			{ "fix", f->fix },
		};

		one = json_array_get(list, i);
		assert_int_equal(json_object_size(one), 6);
		for (size_t j = 0; j < 6; j++) {
			key = texts[j].key;
			if (strstr(texts[j].text, "\xe9"))
				assert_true(json_is_null(
					json_object_get(one, key)));
			else
				assert_string_equal(
					json_string_value(
						json_object_get(one, key)),
					texts[j].text);
		}
	}
	json_decref(list);
	assert_string_equal(doctor_levels[DOCTOR_OK], "ok");
	assert_string_equal(doctor_levels[DOCTOR_WARN], "warn");
	assert_string_equal(doctor_levels[DOCTOR_FAIL], "FAIL");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_check_finds_what_it_should),
		cmocka_unit_test(each_check_is_tried_both_ways),
		cmocka_unit_test(the_worst_is_the_worst_of_all),
		cmocka_unit_test(they_are_told_as_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

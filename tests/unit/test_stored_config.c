/* What a run is to be comes back from its file as it was, or is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/json_file.h"
#include "bench/measure/stored_config.h"
#include "tests/unit/fixture_scratch.h"
#include "tests/unit/fixture_store.h"

static void assert_round_trip(const struct config *config)
{
	char path[PATH_MAX], why[STORED_CONFIG_WHY];
	json_t *made = stored_config_make(config), *read;
	struct config again;

	snprintf(path, sizeof(path), "%s/config.json", scratch);
	assert_int_equal(json_file_write(made, path), 0);
	read = json_load_file(path, 0, NULL);
	assert_int_equal(stored_config_read(read, &again, why), 0);
	fixture_store_same(config, &again);
	json_decref(made);
	json_decref(read);
}

static void a_config_comes_back_equal(void **state)
{
	struct config c = fixture_store_config();

	(void)state;
	assert_round_trip(&c);
	c.verdicts = true;
	c.aa = false;
	c.warmups = 0;
	c.seed = 1;
	c.budget_ns = 0;
	for (c.modes = 0; experiment_modes[c.modes]; c.modes++)
		snprintf(c.mode[c.modes], SLOT_NAME, "%s",
			 experiment_modes[c.modes]);
	assert_round_trip(&c);
	for (size_t i = 1; i < c.modes; i++)
		memcpy(c.mode[i], c.mode[0], SLOT_NAME);
	assert_round_trip(&c);
	for (int kind = 0; kind < EXPERIMENTS; kind++) {
		struct config one = c;

		for (int other = 0; other < EXPERIMENTS; other++)
			if (other != kind) {
				one.with[other] = false;
				one.load[other] = (struct load){ 0 };
			}
		assert_round_trip(&one);
	}
}

/* Every profile, as it is run, too. */
static void every_profile_comes_back_equal(void **state)
{
	(void)state;
	for (size_t i = 0; profile_names[i]; i++) {
		struct config c = fixture_store_config();

		c.profile = profile_names[i];
		c.rounds = profiles[i].rounds;
		c.warmups = profiles[i].warmups;
		c.aa = profiles[i].aa;
		c.verdicts = profiles[i].verdicts;
		memcpy(c.load, profiles[i].load, sizeof(c.load));
		assert_round_trip(&c);
	}
}

#define LOAD(name, concurrency, duration_s)                            \
	"[{\"name\": \"" name "\", \"concurrency\": " concurrency ", " \
	"\"sessions\": 1, \"duration_s\": " duration_s ", "            \
	"\"message_rate\": 0, \"sessions_most\": 1}]"

static void a_config_that_is_wrong_is_refused(void **state)
{
	static const struct {
		const char *key, *value, *words;
	} wrong[] = {
		{ "profile", "\"../x\"", "profile `../x`" },
		{ "profile", NULL, "profile" },
		{ "seed", "0", "seed" },
		{ "seed", "\"1\"", "integer" },
		{ "rounds", "0", "rounds" },
		{ "rounds", "1000000000", "rounds" },
		{ "warmup_rounds", "-1", "rounds" },
		{ "modes", "[]", "modes" },
		{ "modes", "[\"../../x\"]", "mode `../../x`" },
		{ "modes", "[1]", "modes" },
		{ "modes", "{}", "modes" },
		{ "aa", "3", "true or false" },
		{ "experiments", "[]", "experiments" },
		{ "experiments", "[{\"name\": \"churn\"}]", "concurrency" },
		{ "experiments", "[7]", "object" },
		{ "experiments", LOAD("../x", "1", "0"), "experiment `../x`" },
		{ "experiments", LOAD("wall", "0", "0"), "out of range" },
		{ "experiments", LOAD("churn", "1", "-1"), "out of range" },
		{ "experiments", LOAD("churn", "1", "2e6"), "out of range" },
		{ "placement", "{\"kind\": \"../x\"}", "placement `../x`" },
		{ "placement", "{\"kind\": 1}", "string" },
		{ "placement", "{}", "kind" },
		{ "placement", "\"split\"", "object" },
		{ "budget_s", "\"240\"", "`budget_s` is not a number" },
		{ "budget_s", "-1", "`budget_s` is out of range" },
		{ "budget_s", "1e300", "`budget_s` is out of range" },
		{ "rerun", NULL, "rerun" },
	};
	struct config c = fixture_store_config();
	char why[STORED_CONFIG_WHY];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		json_t *made = stored_config_make(&c);
		struct config again;

		if (wrong[i].value)
			json_object_set_new(made, wrong[i].key,
					    json_loads(wrong[i].value,
						       JSON_DECODE_ANY, NULL));
		else
			json_object_del(made, wrong[i].key);
		assert_int_equal(stored_config_read(made, &again, why), -1);
		if (!strstr(why, wrong[i].words))
			fail_msg("%s %s: %s", wrong[i].key, wrong[i].value,
				 why);
		json_decref(made);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_config_comes_back_equal),
		cmocka_unit_test(every_profile_comes_back_equal),
		cmocka_unit_test(a_config_that_is_wrong_is_refused),
	};

	return cmocka_run_group_tests(tests, fixture_store_set_up,
				      scratch_remove);
}

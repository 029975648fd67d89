#include "tests/unit/fixture_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/spawn.h"
#include "lib/clock.h"
#include "tests/unit/fixture_scratch.h"

struct config fixture_store_config(void)
{
	struct config c = {
		.profile = profile_names[1],
		.rounds = 3,
		.warmups = 1,
		.aa = true,
		.seed = (UINT64_C(1) << 53) - 1,
		.modes = 2,
		.mode = { "sig-ign", "none" },
		.with = { true, true, true },
		.load = { [EXPERIMENT_CHURN] = { .concurrency = 8,
						 .duration_ns = 800 * NS_PER_MS,
						 .most = 31658 },
			  [EXPERIMENT_HOLD] = { .concurrency = 500,
						.duration_ns = 1234567891,
						.message_rate = 0.3,
						.most = 31658 },
			  [EXPERIMENT_WALL] = { .concurrency = 4,
						.sessions = 1000000 } },
		.budget_ns = 240 * NS_PER_S,
		.rerun = "make bench PROFILE=smoke",
	};
	char why[PLACEMENT_WHY];

	assert_int_equal(placement_make(&c.placement, PLACEMENT_NONE, why), 0);
	return c;
}

void fixture_store_same(const struct config *a, const struct config *b)
{
	assert_ptr_equal(a->profile, b->profile);
	assert_int_equal(a->rounds, b->rounds);
	assert_int_equal(a->warmups, b->warmups);
	assert_int_equal(a->aa, b->aa);
	assert_int_equal(a->verdicts, b->verdicts);
	assert_int_equal(a->seed, b->seed);
	assert_int_equal(a->modes, b->modes);
	assert_memory_equal(a->mode, b->mode, sizeof(a->mode));
	assert_memory_equal(a->with, b->with, sizeof(a->with));
	for (int i = 0; i < EXPERIMENTS; i++) {
		const struct load *x = &a->load[i], *y = &b->load[i];

		assert_int_equal(x->concurrency, y->concurrency);
		assert_int_equal(x->sessions, y->sessions);
		assert_int_equal(x->duration_ns, y->duration_ns);
		assert_true(x->message_rate == y->message_rate);
		assert_int_equal(x->most, y->most);
	}
	assert_int_equal(a->placement.kind, b->placement.kind);
	assert_int_equal(a->budget_ns, b->budget_ns);
	assert_string_equal(a->rerun, b->rerun);
}

void fixture_store_begin(struct store *s, struct config *c,
			 char folder[PATH_MAX])
{
	static int number;
	struct run_end end = { .cells = 24 };
	char why[STORE_WHY];

	*c = fixture_store_config();
	snprintf(folder, PATH_MAX, "%s/run%d", scratch, number++);
	assert_int_equal(store_create(s, folder, c, NULL, why), 0);
	assert_int_equal(store_run(s, c, &end), 0);
}

int fixture_store_set_up(void **state)
{
	return spawn_set_up() < 0 || scratch_make(state) < 0 ||
	       chdir(scratch) < 0;
}

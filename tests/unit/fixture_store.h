#ifndef TESTS_FIXTURE_STORE_H
#define TESTS_FIXTURE_STORE_H

/* Runs that are stored in a folder of the test's own. For tests only. */

#include <limits.h>

#include "bench/measure/store.h"

/* One that sets every member. */
struct config fixture_store_config(void);

/* Fails the test unless all that is stored of them is equal. */
void fixture_store_same(const struct config *a, const struct config *b);

/*
 * Begins a run of that config in a new folder in the scratch one; *folder
 * gets its name. The caller releases *s.
 */
void fixture_store_begin(struct store *s, struct config *c,
			 char folder[PATH_MAX]);

/*
 * For cmocka_run_group_tests(), with scratch_remove(): makes the scratch folder
 * the current one.
 */
int fixture_store_set_up(void **state);

#endif

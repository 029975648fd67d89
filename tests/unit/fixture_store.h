#ifndef TESTS_FIXTURE_STORE_H
#define TESTS_FIXTURE_STORE_H

/* Runs that are stored in a folder of the test's own. For tests only. */

#include <limits.h>

#include "bench/measure/store.h"

/* The folder, which is the current one as well. */
extern char fixture_store_top[];

/* One that sets every member. */
struct config fixture_store_config(void);

/* Fails the test unless all that is stored of them is equal. */
void fixture_store_same(const struct config *a, const struct config *b);

/*
 * Begins a run of that config in a new folder under fixture_store_top; *folder
 * gets its name. The caller releases *s.
 */
void fixture_store_begin(struct store *s, struct config *c,
			 char folder[PATH_MAX]);

/* For cmocka_run_group_tests(). */
int fixture_store_set_up(void **state);
int fixture_store_tear_down(void **state);

#endif

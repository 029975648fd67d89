#ifndef TESTS_FIXTURE_SCRATCH_H
#define TESTS_FIXTURE_SCRATCH_H

/* A folder of the test's own. For tests only. */

#include <stddef.h>

/* Its path; "" when there is none. */
extern char scratch[];

/* For cmocka: makes a new one, and removes it with all that is in it. */
int scratch_make(void **state);
int scratch_remove(void **state);

/* The same, but fails if there is anything in it beside that file. */
int scratch_remove_with(const char *file);

/* The path of a file in it; valid until the next four calls. */
const char *scratch_file(const char *name);

/* How many entries it has. */
size_t scratch_entries(void);

#endif

#ifndef TESTS_UNIT_FIXTURE_CHILD_H
#define TESTS_UNIT_FIXTURE_CHILD_H

/* Children to look at. Each dies with the test at the latest. */

#include <sys/types.h>

/* One that lives until a signal ends it, under a name of its own. */
pid_t child_live(const char *name);

/* One that has died, and stays a zombie until it is reaped. */
pid_t child_zombie(const char *name);

void child_await_zombie(pid_t pid);

/* Ends it, if need be, and collects it. */
void child_reap(pid_t pid);

/* The same of all children: a test's teardown. Returns 0, or -1 with errno. */
int child_reap_all(void **state);

#endif

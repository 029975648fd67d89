#ifndef TESTS_UNIT_FIXTURE_STDERR_H
#define TESTS_UNIT_FIXTURE_STDERR_H

/* What is written to stderr, for a test to look at. */

/* From now on it goes to a file. */
void stderr_catch(void);

/* All of it; what follows is shown again. The next call takes the buffer. */
const char *stderr_caught(void);

#endif

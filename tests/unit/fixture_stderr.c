#include "tests/unit/fixture_stderr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static int kept = -1;
static FILE *shown;

void stderr_catch(void)
{
	fflush(stderr);
	kept = dup(STDERR_FILENO);
	shown = tmpfile();
	assert_true(kept >= 0 && shown);
	assert_true(dup2(fileno(shown), STDERR_FILENO) >= 0);
}

const char *stderr_caught(void)
{
	static char text[4096];
	size_t n;

	fflush(stderr);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
	rewind(shown);
	n = fread(text, 1, sizeof(text) - 1, shown);
	text[n] = '\0';
	fclose(shown);
	return text;
}

/* rules_table: prints the rules of validity as docs/METHODOLOGY.md has them. */

#include <err.h>
#include <stdio.h>

#include "bench/tell/tables_trust.h"
#include "bench/tell/tell_markdown.h"

int main(void)
{
	struct table t = tables_rules(NULL);

	if (t.failed)
		errx(3, "out of memory");
	markdown_table(&t, stdout);
	table_release(&t);
	if (fflush(stdout) == EOF)
		err(3, "stdout");
	return 0;
}

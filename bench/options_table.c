#include "bench/options_table.h"

#include <err.h>
#include <stdlib.h>

int options_table(const struct opt table[], int argc, char *argv[], void *raw,
		  const bool *help, const char *usage)
{
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, raw, why);

	if (first < 0)
		errx(2, "%s", why);
	if (*help) {
		fputs(usage, stdout);
		opt_help(table, stdout);
		exit(fflush(stdout) == 0 ? 0 : 3);
	}
	return first;
}

int options_operands(int argc, char *argv[], int first)
{
	for (int i = first; i < argc; i++)
		if (!*argv[i])
			return 0;
	return argc - first;
}

void options_alone(const struct opt table[], int argc, char *argv[], void *raw,
		   const bool *help, const char *usage)
{
	int first = options_table(table, argc, argv, raw, help, usage);

	if (first != argc)
		errx(2, "%.60s: an operand too many; see forkbench %s --help",
		     argv[first], argv[0]);
}

#include <err.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/options.h"
#include "bench/options_table.h"

static const char *const text_or_json[] = { "text", "json", NULL };

struct options_report options_report(int argc, char *argv[])
{
	struct raw_report {
		size_t format;
		bool help;
	} raw = { .format = REPORT_TEXT };
	const struct opt table[] = {
		{ "format", OPT_CHOICE, offsetof(struct raw_report, format),
		  "NAME", .choices = report_formats,
		  .help = "text (the default) writes the report's files, too; "
			  "the\n"
			  "others are printed alone:" },
		{ "help", OPT_HELP, offsetof(struct raw_report, help),
		  .help = "print this and exit" },
		{ NULL },
	};
	int first = options_table(table, argc, argv, &raw, &raw.help,
				  "usage: forkbench report [options] RUN\n"
				  "\n"
				  "Judges and plots a stored run again, from "
				  "its "
				  "files alone.\n\n");
	int given = options_operands(argc, argv, first);

	if (given != 1)
		errx(2,
		     "%s; give one RUN, as in: forkbench report "
		     "results/latest",
		     given ? "too many operands" : "RUN is missing");
	return (struct options_report){
		.dir = argv[first],
		.format = (enum report_format)raw.format,
	};
}

struct options_compare options_compare(int argc, char *argv[])
{
	struct raw_compare {
		size_t fail_on, format;
		bool help;
	} raw = { .fail_on = COMPARE_NEVER };
	static const char *const fails[] = {
		[COMPARE_WORSE] = "worse",
		[COMPARE_DIFFERS] = "differs",
		[COMPARE_NEVER] = "never",
		NULL,
	};
	const struct opt table[] = {
		{ "fail-on", OPT_CHOICE, offsetof(struct raw_compare, fail_on),
		  "WHAT", .choices = fails,
		  .help = "exit 1 if B is worse (or better, too), leaks what\n"
			  "did not, or if a run is INVALID or INCOMPLETE or\n"
			  "nothing could be compared (default never):" },
		{ "format", OPT_CHOICE, offsetof(struct raw_compare, format),
		  "NAME", .choices = text_or_json,
		  .help = "of what is printed (default text):" },
		{ "help", OPT_HELP, offsetof(struct raw_compare, help),
		  .help = "print this and exit" },
		{ NULL },
	};
	int first = options_table(table, argc, argv, &raw, &raw.help,
				  "usage: forkbench compare [options] A B\n"
				  "\n"
				  "Judges the stored run B against A: each "
				  "mode's "
				  "ratio to its baseline, and the\n"
				  "baseline itself.\n\n");
	int given = options_operands(argc, argv, first);

	if (given != 2)
		errx(2,
		     "%s; give two stored runs, as in: forkbench compare "
		     "results/A results/B",
		     given < 2 ? "A or B is missing" : "too many operands");
	return (struct options_compare){
		.a = argv[first],
		.b = argv[first + 1],
		.fail_on = (enum compare_fail)raw.fail_on,
		.json = raw.format == 1,
	};
}

struct options_list options_list(int argc, char *argv[])
{
	struct raw_list {
		size_t format;
		bool help;
	} raw = { 0 };
	const struct opt table[] = {
		{ "format", OPT_CHOICE, offsetof(struct raw_list, format),
		  "NAME", .choices = text_or_json,
		  .help = "of what is printed (default text):" },
		{ "help", OPT_HELP, offsetof(struct raw_list, help),
		  .help = "print this and exit" },
		{ NULL },
	};
	int first = options_table(table, argc, argv, &raw, &raw.help,
				  "usage: forkbench list [options] [DIR]\n"
				  "\n"
				  "Lists the stored runs of a folder (default "
				  "results), newest first.\n\n");

	if (argc - first > 1)
		errx(2, "%.60s: an operand too many; see forkbench list --help",
		     argv[first + 1]);
	if (first < argc && !*argv[first])
		errx(2, "DIR is empty; give a folder, or nothing for results");
	return (struct options_list){
		.dir = first < argc ? argv[first] : "results",
		.json = raw.format == 1,
	};
}

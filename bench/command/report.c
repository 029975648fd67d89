#include "bench/tell/report.h"

#include <err.h>
#include <stdio.h>

#include "bench/command/command.h"
#include "bench/spawn.h"

_Static_assert((int)REPORT_WHY >= (int)CELLS_WHY, "one text for both");

int command_tell(const char *folder, const char *shown,
		 enum report_format format)
{
	char why[REPORT_WHY];
	struct judged *j;
	struct run run;
	int status = 3, rc = 0;

	if (run_read(&run, folder, why) < 0) {
		warnx("%s", why);
		return 3;
	}
	j = judge_run(&run);
	if (!j)
		warn("cannot judge");
	else if (format == REPORT_TEXT)
		rc = report_write(j, folder, shown, stdout, why);
	else {
		spawn_heed_signals();
		report_print(j, format, stdout);
	}
	if (rc < 0)
		warnx("%s", why);
	else if (j)
		status = j->state == RUN_INVALID;
	judge_free(j);
	run_close(&run);
	return status;
}

int command_report(int argc, char *argv[], const struct programs *p)
{
	static const char *const formats[] = {
		[REPORT_TEXT] = "text",
		[REPORT_MARKDOWN] = "markdown",
		[REPORT_JSON] = "json",
		[REPORT_TSV] = "tsv",
		NULL,
	};
	struct raw {
		size_t format;
		bool help;
	} raw = { .format = REPORT_TEXT };
	const struct opt table[] = {
		{ "format", OPT_CHOICE, offsetof(struct raw, format), "NAME",
		  .choices = formats,
		  .help = "text (the default) writes the report's files, too; "
			  "the\n"
			  "others are printed alone:" },
		{ "help", OPT_HELP, offsetof(struct raw, help),
		  .help = "print this and exit" },
		{ 0 },
	};
	int first = command_options(table, argc, argv, &raw, &raw.help,
				    "usage: forkbench report [options] RUN\n"
				    "\n"
				    "Judges and plots a stored run again, from "
				    "its files alone.\n\n",
				    1, "results/latest");

	(void)p;
	return command_end(command_tell(argv[first], argv[first],
					(enum report_format)raw.format));
}

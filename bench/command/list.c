#include "bench/judge/listing.h"

#include <err.h>
#include <stdio.h>

#include "bench/command/command.h"
#include "bench/place.h"
#include "bench/spawn.h"
#include "bench/tell/report.h"

int command_list(int argc, char *argv[], const struct programs *p)
{
	struct raw {
		size_t format;
		bool help;
	} raw = { 0 };
	const struct opt table[] = {
		{ "format", OPT_CHOICE, offsetof(struct raw, format), "NAME",
		  .choices = command_formats,
		  .help = "of what is printed (default text):" },
		{ "help", OPT_HELP, offsetof(struct raw, help),
		  .help = "print this and exit" },
		{ 0 },
	};
	int first = command_options(table, argc, argv, &raw, &raw.help,
				    "usage: forkbench list [options] [DIR]\n"
				    "\n"
				    "Lists the stored runs in DIR (default "
				    "results), newest first.\n\n",
				    -1, "");
	struct listing listing;
	char why[CELLS_WHY];

	(void)p;
	if (first < argc && !*argv[first])
		errx(2, "DIR is empty; leave it out for results");
	if (argc - first > 1)
		errx(2, "%.60s: an operand too many; see forkbench list --help",
		     argv[first + 1]);
	if (listing_read(first < argc ? argv[first] : place_results(), &listing,
			 why) < 0) {
		warnx("%s", why);
		return command_end(3);
	}
	spawn_heed_signals();
	report_list(&listing, raw.format == COMMAND_JSON, stdout);
	listing_release(&listing);
	return command_end(0);
}

#include "client/options.h"

#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/opt.h"
#include "lib/parse.h"

static const struct opt table[] = {
	{ .name = "help",
	  .kind = OPT_HELP,
	  .offset = offsetof(struct options, help),
	  .help = "print this and exit" },
	{ .name = "version",
	  .kind = OPT_HELP,
	  .offset = offsetof(struct options, version),
	  .help = "print the version and exit" },
	{ 0 },
};

/*
 * Digits and dots, or colons without a scope ("%eth0"): meant as a number, so
 * that a slip is told at once instead of being looked up as a name.
 */
static bool looks_numeric(const char *host)
{
	if (strchr(host, ':'))
		return !strchr(host, '%');
	return !host[strspn(host, "0123456789.")];
}

void options_read(int argc, char *argv[], struct options *o)
{
	char why[OPT_WHY], reason[PARSE_WHY];
	struct address unused = { 0 };
	int first;

	*o = (struct options){ 0 };
	first = opt_parse(table, argc, argv, o, why);
	if (first < 0)
		errx(2, "%s", why);
	if (o->help || o->version)
		return;
	if (argc - first < 2)
		errx(2, "%s missing; see --help",
		     argc == first ? "ADDRESS and PORT are" : "PORT is");
	if (argc - first > 2)
		errx(2, "unexpected argument %.60s; see --help",
		     argv[first + 2]);
	o->host = argv[first];
	o->port = argv[first + 1];
	if (looks_numeric(o->host) &&
	    parse_address(o->host, &unused, reason) < 0)
		errx(2, "ADDRESS %.60s: %s", o->host, reason);
	if (parse_port(o->port, 1, &unused, reason) < 0)
		errx(2, "PORT %.60s: %s", o->port, reason);
}

void options_help(void)
{
	puts("usage: echoc [options] ADDRESS PORT\n"
	     "\n"
	     "Sends each line of input to an echo server as 64-byte records "
	     "and prints what\n"
	     "comes back. ADDRESS is a name or a numeric IPv4 or IPv6 address. "
	     "A line \"quit\"\n"
	     "or the end of input ends it.\n");
	opt_help(table, stdout);
}

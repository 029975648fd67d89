#include "client/options.h"

#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/wait.h"
#include "lib/clock.h"
#include "lib/opt.h"
#include "lib/parse.h"

enum { SIZE_BYTES = 64 }; /* the record of the conversation */

struct given {
	struct options o;
	bool four, six, help, version;
};

#define AT(member) offsetof(struct given, member)

/* A member that is 0 was not given. */
static const struct opt table[] = {
	{ "raw", OPT_FLAG, AT(o.raw),
	  .help = "bytes in, bytes out: no records, no prompts" },
	{ "count", OPT_COUNT, AT(o.ping.count), "N", 1, 1000000000,
	  .help = "send N messages and time their echoes, as ping does\n"
		  "(default with --interval: until SIGINT)" },
	{ "interval", OPT_DURATION, AT(o.ping.interval_ns), "TIME", NS_PER_MS,
	  3600 * NS_PER_S,
	  .help = "one every TIME (default with --count: 1s)" },
	{ "size", OPT_SIZE, AT(o.ping.size_bytes), "BYTES", 8, 64 << 20,
	  .help = "of each of these (default 64)" },
	{ "timeout", OPT_DURATION, AT(o.timeout_ns), "TIME", NS_PER_MS,
	  3600 * NS_PER_S,
	  .help = "wait at most TIME for a connection and for an answer\n"
		  "(default: no limit; with --count or --interval 10s)" },
	{ "ipv4", OPT_FLAG, AT(four), .letter = '4',
	  .help = "only IPv4 addresses of that name (-4)" },
	{ "ipv6", OPT_FLAG, AT(six), .letter = '6',
	  .help = "only IPv6 addresses of that name (-6)" },
	{ "help", OPT_HELP, AT(help), .help = "print this and exit (-h)",
	  .letter = 'h' },
	{ "version", OPT_HELP, AT(version),
	  .help = "print the version and exit (-V)", .letter = 'V' },
	{ 0 },
};

/*
 * Digits and dots, or colons without a scope ("%eth0"): meant as a number, so
 * that a slip is reported at once instead of being looked up as a name.
 */
static bool looks_numeric(const char *host)
{
	if (strchr(host, ':'))
		return !strchr(host, '%');
	return !host[strspn(host, "0123456789.")];
}

static void read_operands(char *const operands[], int count, struct options *o)
{
	struct address unused = { 0 };
	char reason[PARSE_WHY];

	if (count < 2)
		errx(2, "%s missing; see --help",
		     count == 0 ? "ADDRESS and PORT are" : "PORT is");
	if (count > 2)
		errx(2, "unexpected argument %.60s; see --help", operands[2]);
	o->host = operands[0];
	o->port = operands[1];
	if (looks_numeric(o->host) &&
	    parse_address(o->host, &unused, reason) < 0)
		errx(2, "ADDRESS %.60s: %s", o->host, reason);
	if (parse_port(o->port, 1, &unused, reason) < 0)
		errx(2, "PORT %.60s: %s", o->port, reason);
}

static void settle(struct options *o)
{
	o->pings = o->ping.count || o->ping.interval_ns;
	if (o->raw && o->pings)
		errx(2, "--raw with --count or --interval; give one or the "
			"other");
	if (o->ping.size_bytes && !o->pings)
		errx(2, "--size needs --count or --interval; see --help");
	if (!o->ping.interval_ns)
		o->ping.interval_ns = NS_PER_S;
	if (!o->ping.size_bytes)
		o->ping.size_bytes = SIZE_BYTES;
	if (!o->timeout_ns)
		o->timeout_ns = o->pings ? 10 * NS_PER_S : WAIT_FOREVER;
}

static void help(void)
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

struct options options_read(int argc, char *argv[])
{
	struct given given = { 0 };
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, &given, why);

	if (first < 0)
		errx(2, "%s", why);
	if (given.help || given.version) {
		if (given.help)
			help();
		else
			puts("echoc " VERSION);
		if (fflush(stdout) != 0 || ferror(stdout))
			err(3, "cannot write standard output");
		exit(0);
	}
	if (given.four && given.six)
		errx(2, "--ipv4 and --ipv6 exclude each other; give one");
	given.o.family = given.four ? AF_INET :
			 given.six  ? AF_INET6 :
				      AF_UNSPEC;
	read_operands(argv + first, argc - first, &given.o);
	settle(&given.o);
	return given.o;
}

#include "loadgen/options.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "lib/clock.h"
#include "lib/opt.h"

#define USAGE "usage: loadgen [options] ADDRESS PORT\n"

/* What the table fills in beyond struct options. */
struct raw {
	struct options o;
	const char *messages;
	bool help, version;
};

#define AT(field) offsetof(struct raw, field)

static const char *const close_names[] = { "fin", "rst", NULL };
static const char *const arrival_names[] = { "poisson", "uniform", NULL };

static const struct opt table[] = {
	{ "concurrency", OPT_COUNT, AT(o.concurrency), "C", 1, 1000000,
	  .help = "sessions open at once (default 64)" },
	{ "sessions", OPT_COUNT, AT(o.sessions), "N", 1, 1000000000,
	  .help = "begin N sessions in all" },
	{ "duration", OPT_DURATION, AT(o.duration_ns), "TIME", NS_PER_MS,
	  86400 * NS_PER_S,
	  .help = "begin sessions for TIME (default 5s, unless --sessions);\n"
		  "with hold, from when all are open" },
	{ "messages", OPT_TEXT, AT(messages), "M",
	  .help = "echoes a session (default 1), or hold: one echo, then\n"
		  "the session stays open to the end" },
	{ "message-rate", OPT_RATE, AT(o.message_rate), "R", 0, 1000000,
	  .help = "with hold: R messages a second on each session, on a\n"
		  "schedule that waits for no answer" },
	{ "arrivals", OPT_CHOICE, AT(o.arrivals), "KIND",
	  .choices = arrival_names,
	  .help = "gaps of that schedule (default poisson):" },
	{ "size", OPT_SIZE, AT(o.size_bytes), "BYTES", 1, 64 << 20,
	  .help = "of a message (default 64)" },
	{ "workers", OPT_COUNT, AT(o.workers), "N", 1, 64,
	  .help = "processes that share the sessions (default: as few as\n"
		  "the limit of open files allows)" },
	{ "opening", OPT_COUNT, AT(o.opening), "N", 1, 1000000,
	  .help = "at most N sessions still without their first echo, to\n"
		  "spare the server's backlog (default 1024)" },
	{ "close", OPT_CHOICE, AT(o.close_kind), "HOW", .choices = close_names,
	  .help = "how a session ends: by FIN, and waits for the server's;\n"
		  "or by RST, which leaves no TIME_WAIT (default fin):" },
	{ "timeout", OPT_DURATION, AT(o.timeout_ns), "TIME", NS_PER_MS,
	  3600 * NS_PER_S,
	  .help = "give a session up that makes no progress for TIME\n"
		  "(default 10s)" },
	{ "seed", OPT_COUNT, AT(o.seed), "N", 1, UINT64_MAX,
	  .help = "of payloads and schedules (default: random)" },
	{ "json", OPT_TEXT, AT(o.json), "FILE",
	  .help = "write the results to FILE" },
	{ "hist", OPT_TEXT, AT(o.hist), "DIR",
	  .help = "write the latency histograms into DIR" },
	{ "quiet", OPT_FLAG, AT(o.quiet), .help = "no progress, no summary" },
	{ "help", OPT_HELP, AT(help), .help = "print this and exit" },
	{ "version", OPT_HELP, AT(version),
	  .help = "print the version and exit" },
	{ NULL },
};

static void parse_messages(struct raw *raw)
{
	char why[PARSE_WHY];

	raw->o.messages = 1;
	if (!raw->messages)
		return;
	raw->o.hold = strcmp(raw->messages, "hold") == 0;
	if (!raw->o.hold &&
	    parse_u64(raw->messages, 1, UINT32_MAX, &raw->o.messages, why) < 0)
		errx(2, "--messages %.60s: %s, or hold", raw->messages, why);
}

static void check_model(struct options *o)
{
	if (o->hold && o->sessions && o->sessions != o->concurrency)
		errx(2,
		     "--sessions %llu: held sessions are all open at once; "
		     "give --concurrency instead",
		     (unsigned long long)o->sessions);
	if (!o->hold && o->message_rate > 0)
		errx(2, "--message-rate %g: needs --messages hold",
		     o->message_rate);
	if (o->hold)
		o->sessions = o->concurrency;
	if (!o->duration_ns && (o->hold || !o->sessions))
		o->duration_ns = 5 * NS_PER_S;
	if (o->sessions && o->concurrency > o->sessions)
		o->concurrency = o->sessions;
	if (o->workers > o->concurrency)
		o->workers = o->concurrency;
}

struct options options_parse(int argc, char *argv[])
{
	struct raw raw = {
		.o = { .concurrency = 64,
		       .size_bytes = 64,
		       .opening = 1024,
		       .timeout_ns = 10 * NS_PER_S },
	};
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, &raw, why);

	if (first < 0)
		errx(2, "%s", why);
	if (raw.help) {
		printf(USAGE "\nOpens TCP sessions to an echo server, and "
			     "checks and times every echo.\n\n");
		opt_help(table, stdout);
		exit(fflush(stdout) == 0 ? 0 : 3);
	}
	if (raw.version) {
		printf("loadgen " VERSION "\n");
		exit(fflush(stdout) == 0 ? 0 : 3);
	}
	if (argc - first != 2)
		errx(2,
		     "%s; give ADDRESS and PORT, as in: loadgen 127.0.0.1 7000",
		     argc - first < 2 ? "an operand is missing" :
					"too many operands");
	if (parse_address(argv[first], &raw.o.address, why) < 0)
		errx(2, "ADDRESS %.60s: %s", argv[first], why);
	if (parse_port(argv[first + 1], 1, &raw.o.address, why) < 0)
		errx(2, "PORT %.60s: %s", argv[first + 1], why);
	parse_messages(&raw);
	check_model(&raw.o);
	while (!raw.o.seed)
		if (getrandom(&raw.o.seed, sizeof(raw.o.seed), 0) < 0)
			err(3, "cannot get random bits");
	return raw.o;
}

#include "loadgen/options.h"

#include <err.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/un.h>

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/opt.h"

#define USAGE                                     \
	"usage: loadgen [options] ADDRESS PORT\n" \
	"       loadgen [options] PATH\n"         \
	"       loadgen merge [options] FILE FILE...\n"

/* What the table fills in beyond struct options. */
struct raw {
	struct options o;
	const char *messages, *sources, *search, *rate;
	struct opt_list thresholds, beside;
	bool help, version;
};

#define AT(field) offsetof(struct raw, field)

static const char *const close_names[] = { "fin", "rst", NULL };
static const char *const beside_names[] = { "held", "silent", "half", "unread",
					    NULL };
static const char *const arrival_names[] = { "poisson", "uniform", NULL };

static const struct opt table[] = {
	{ "concurrency", OPT_COUNT, AT(o.concurrency), "C", 1, 1000000,
	  .help = "sessions open at once (default 64); with --session-rate,\n"
		  "at most (default 10000)" },
	{ "session-rate", OPT_TEXT, AT(rate), "R",
	  .help = "begin R sessions a second, on a schedule that waits for\n"
		  "no other to end; or in stages, as 100/10s,100:5000/60s" },
	{ "burst", OPT_COUNT, AT(o.burst), "N", 1, 1000000,
	  .help = "let N of them begin at one moment, at the same rate" },
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
	  .help = "R messages a second on each session, on a schedule that\n"
		  "waits for no answer" },
	{ "arrivals", OPT_CHOICE, AT(o.arrivals), "KIND",
	  .choices = arrival_names,
	  .help = "gaps of these schedules (default poisson):" },
	{ "beside", OPT_LIST, AT(beside), "GROUP",
	  .help = "KIND:N: N sessions more, from beginning to end: held\n"
		  "(open after one echo), silent (send nothing), half (send\n"
		  "half a message) or unread (send, and read no answer); may\n"
		  "be given again" },
	{ "ramp", OPT_DURATION, AT(o.ramp_ns), "TIME", 0, 3600 * NS_PER_S,
	  .help = "reach --concurrency over TIME, not at once" },
	{ "warmup", OPT_DURATION, AT(o.warmup_ns), "TIME", 0, 3600 * NS_PER_S,
	  .help = "no figure comes from the first TIME after the ramp" },
	{ "size", OPT_SIZE, AT(o.size_bytes), "BYTES", 1, 64 << 20,
	  .help = "of a message (default 64)" },
	{ "workers", OPT_COUNT, AT(o.workers), "N", 1, 64,
	  .help = "processes that share the sessions (default: as few as\n"
		  "the limit of open files allows)" },
	{ "spin", OPT_FLAG, AT(o.spin),
	  .help = "workers poll and never sleep: sends are on time to a\n"
		  "microsecond, for a whole core each" },
	{ "source", OPT_TEXT, AT(sources), "RANGE",
	  .help = "connect from addresses A-B in turn, or A alone (default:\n"
		  "the kernel's choice, or more on loopback if needed)" },
	{ "opening", OPT_COUNT, AT(o.opening), "N", 1, 1000000,
	  .help = "at most N sessions still without their first echo, to\n"
		  "spare the server's backlog (default: that backlog or\n"
		  "1024; with --session-rate, no limit)" },
	{ "close", OPT_CHOICE, AT(o.close_kind), "HOW", .choices = close_names,
	  .help = "how a session ends: by FIN, and waits for the server's;\n"
		  "or by RST, which leaves no TIME_WAIT (default fin):" },
	{ "timeout", OPT_DURATION, AT(o.timeout_ns), "TIME", NS_PER_MS,
	  3600 * NS_PER_S,
	  .help = "give a session up that makes no progress for TIME\n"
		  "(default 10s)" },
	{ "seed", OPT_COUNT, AT(o.seed), "N", 1, INT64_MAX,
	  .help = "of payloads and schedules (default: random)" },
	{ "start-at", OPT_COUNT, AT(o.start_unix_s), "TIME", 1, UINT32_MAX,
	  .help = "begin at TIME, in seconds since 1970, as others may" },
	{ "threshold", OPT_LIST, AT(thresholds), "CONDITION",
	  .help = "exit 1 unless it is met, as echo_p99<5ms; may be given\n"
		  "again" },
	{ "search", OPT_TEXT, AT(search), "CONDITION",
	  .help = "find the highest session rate that meets it, or with hold\n"
		  "message rate; each try is a run of --duration" },
	{ "interval", OPT_DURATION, AT(o.interval_ns), "TIME", 100 * NS_PER_MS,
	  3600 * NS_PER_S,
	  .help = "write a line of JSON to stdout every TIME; the summary\n"
		  "then goes to stderr" },
	{ "json", OPT_TEXT, AT(o.json), "FILE",
	  .help = "write the results to FILE, or - for stdout; the summary\n"
		  "then goes to stderr" },
	{ "hgrm", OPT_TEXT, AT(o.hgrm), "DIR",
	  .help = "write the percentiles into DIR, as HdrHistogram does" },
	{ "hlog", OPT_TEXT, AT(o.hlog), "FILE",
	  .help = "write the histograms to FILE, as a log of HdrHistogram's,\n"
		  "by --interval" },
	{ "quiet", OPT_FLAG, AT(o.quiet), .help = "no progress, no summary" },
	{ "help", OPT_HELP, AT(help), .help = "print this and exit" },
	{ "version", OPT_HELP, AT(version),
	  .help = "print the version and exit" },
	{ 0 },
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

static void parse_beside(struct raw *raw)
{
	char why[PARSE_WHY];

	for (size_t i = 0; i < raw->beside.count; i++) {
		char kind[16];
		const char *text = raw->beside.item[i];
		const char *colon = strchr(text, ':');
		size_t which;

		snprintf(kind, sizeof(kind), "%.*s",
			 (int)(colon ? colon - text : 15), text);
		if (parse_choice(kind, beside_names, &which, why) < 0)
			errx(2, "--beside %.60s: %s, as held:100", text, why);
		if (parse_u64(colon ? colon + 1 : "", 1, 1000000,
			      &raw->o.beside[which], why) < 0)
			errx(2, "--beside %.60s: %s, as %s:100", text, why,
			     kind);
	}
}

static void parse_session_rate(struct raw *raw)
{
	struct options *o = &raw->o;
	char why[PARSE_WHY];

	if (!raw->rate) {
		if (o->burst)
			errx(2, "--burst: needs --session-rate");
		return;
	}
	if (rate_parse(raw->rate, &o->rate, why) < 0)
		errx(2, "--session-rate %.60s: %s", raw->rate, why);
	o->session_rate = rate_most(&o->rate);
	if (!o->duration_ns && !o->sessions)
		o->duration_ns = rate_length_ns(&o->rate);
}

static void parse_conditions(struct raw *raw)
{
	struct thresholds *t = &raw->o.thresholds;
	char why[PARSE_WHY];

	for (; t->count < raw->thresholds.count; t->count++)
		if (condition_parse(raw->thresholds.item[t->count],
				    &t->condition[t->count], why) < 0)
			errx(2, "--threshold %.60s: %s",
			     raw->thresholds.item[t->count], why);
	raw->o.searching = raw->search;
	if (raw->search && condition_parse(raw->search, &raw->o.goal, why) < 0)
		errx(2, "--search %.60s: %s", raw->search, why);
}

static void parse_sources(struct raw *raw)
{
	char why[PARSE_WHY];

	if (!raw->sources)
		return;
	if (sources_parse(raw->sources, &raw->o.sources, why) < 0)
		errx(2, "--source %.60s: %s", raw->sources, why);
	if (raw->o.sources.first.storage.ss_family !=
	    raw->o.address.storage.ss_family)
		errx(2,
		     "--source %.60s: of another family than ADDRESS; give one "
		     "of the same",
		     raw->sources);
}

/* What contradicts what. */
static void check_model(const struct options *o)
{
	if (o->hold && o->sessions && o->sessions != o->concurrency)
		errx(2,
		     "--sessions %llu: held sessions are all open at once; "
		     "give --concurrency instead",
		     (unsigned long long)o->sessions);
	if (o->hold && o->session_rate > 0)
		errx(2,
		     "--session-rate %g: held sessions are opened once; give "
		     "--ramp instead",
		     o->session_rate);
	if (o->session_rate > 0 && o->ramp_ns)
		errx(2, "--ramp: sessions come at --session-rate; give "
			"--warmup instead");
	if (!o->hold && o->message_rate > 0 && o->messages < 2)
		errx(2,
		     "--message-rate %g: the only message is sent at once; "
		     "give --messages 2 or more, or hold",
		     o->message_rate);
	if (o->searching && (o->sessions || o->session_rate > 0 ||
			     (o->hold && o->message_rate > 0)))
		errx(2, "--search: it chooses the rate; leave out "
			"--session-rate, --sessions, and --message-rate of "
			"hold");
	if (o->searching && (o->json || o->hgrm || o->hlog || o->interval_ns ||
			     o->thresholds.count))
		errx(2, "--search: it tells of many runs in one table; run "
			"again with --session-rate for files, --interval and "
			"--threshold");
}

static void check_files(const struct options *o)
{
	if (o->json && o->hlog && file_same(o->json, o->hlog))
		errx(2, "--hlog %.240s: the file of --json; give another",
		     o->hlog);
	if (o->interval_ns && ((o->json && file_is_stdout(o->json)) ||
			       (o->hlog && file_is_stdout(o->hlog))))
		errx(2, "--interval: its lines go to stdout, too; give --json "
			"and --hlog files");
}

static void fill_in(struct options *o)
{
	bool open = o->session_rate > 0 || (o->searching && !o->hold);

	if (!o->concurrency)
		o->concurrency = open ? 10000 : 64;
	if (o->hold)
		o->sessions = o->concurrency;
	if (!o->duration_ns && (o->hold || !o->sessions))
		o->duration_ns = 5 * NS_PER_S;
	if (o->sessions && o->concurrency > o->sessions)
		o->concurrency = o->sessions;
	if (o->workers > o->concurrency)
		o->workers = o->concurrency;
	while (!o->seed)
		if (getrandom(&o->seed, sizeof(o->seed), 0) < 0)
			err(3, "cannot get random bits");
	o->seed &= INT64_MAX; /* JSON has no more */
}

/* A UNIX domain socket: what has a slash in it. */
static void parse_path(const char *path, struct address *out)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(to.sun_path))
		errx(2, "PATH %.60s...: too long; give at most %zu bytes", path,
		     sizeof(to.sun_path) - 1);
	memcpy(to.sun_path, path, strlen(path) + 1);
	*out = (struct address){ .bytes = sizeof(to) };
	memcpy(&out->storage, &to, sizeof(to));
}

/* A host by its name, or an address with a scope: the first that it has. */
static int look_up(const char *host, struct address *out)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found;
	int rc = getaddrinfo(host, NULL, &hints, &found);

	if (rc)
		return rc;
	*out = (struct address){ .bytes = found->ai_addrlen };
	memcpy(&out->storage, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return 0;
}

static void parse_target(char *operands[], int count, struct address *out)
{
	char why[PARSE_ENDPOINT_WHY];
	struct address host;
	int rc;

	if (count == 1 && strchr(operands[0], '/')) {
		parse_path(operands[0], out);
		return;
	}
	if (count != 2 || parse_address(operands[0], &host, why) == 0) {
		if (parse_endpoint(operands, count, 1, out, why) < 0)
			errx(2, "%s", why);
		return;
	}
	rc = look_up(operands[0], &host);
	if (rc)
		errx(2, "ADDRESS %.60s: %s; give an address or a host's name",
		     operands[0], gai_strerror(rc));
	if (parse_port(operands[1], 1, &host, why) < 0)
		errx(2, "PORT %.60s: %s", operands[1], why);
	*out = host;
}

_Noreturn void options_end_output(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		err(3, "cannot write standard output");
	exit(0);
}

struct options options_parse(int argc, char *argv[])
{
	struct raw raw = {
		.o = { .size_bytes = 64, .timeout_ns = 10 * NS_PER_S },
	};
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, &raw, why);

	if (first < 0)
		errx(2, "%s", why);
	if (raw.help) {
		printf(USAGE "\nOpens TCP sessions to an echo server, and "
			     "checks and times every echo.\n\n");
		opt_help(table, stdout);
		options_end_output();
	}
	if (raw.version) {
		printf("loadgen " VERSION "\n");
		options_end_output();
	}
	parse_target(argv + first, argc - first, &raw.o.address);
	parse_messages(&raw);
	parse_sources(&raw);
	parse_beside(&raw);
	parse_session_rate(&raw);
	parse_conditions(&raw);
	check_model(&raw.o);
	check_files(&raw.o);
	fill_in(&raw.o);
	return raw.o;
}

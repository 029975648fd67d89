#include "tests/honesty/faulty.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "tests/honesty/check.h"

#define START_NS (10 * NS_PER_S)

#define CLOSED "--sessions 6 --concurrency 3 --messages 4"
#define HELD                                             \
	"--messages hold --concurrency 4 --duration 1s " \
	"--message-rate 100 --arrivals uniform"
#define OPEN "--session-rate 40 --duration 1s --arrivals uniform"
#define IMPATIENT " --timeout 500ms"

enum { ANY = -1, PORT_BYTES = 8 };

/* What is not given is 0 or none. */
static const struct faulty {
	const char *name;
	const char *way;     /* NULL: nothing listens */
	const char *options; /* of loadgen */
	int sessions;	     /* that these ask for */
	int served;
	int failed;		      /* sessions */
	const char *cause;	      /* of all failures, or NULL */
	int sent, echoed, mismatched; /* messages */
	struct check also;
} all[] = {
	{ "dead from the start", NULL, CLOSED, .sessions = 6, .failed = 6,
	  .cause = "ECONNREFUSED" },
	/* After the time-out at the latest, it is given up. */
	{ "dead from the start, for a time", NULL, "--duration 9s" IMPATIENT,
	  .sessions = ANY, .failed = ANY, .cause = "ECONNREFUSED",
	  .also = { "generator/elapsed_s", 0, 5 } },
	{ "dead from the start, held", NULL,
	  "--messages hold --concurrency 4 --duration 9s" IMPATIENT,
	  .sessions = 4, .failed = 4, .cause = "ECONNREFUSED",
	  .also = { "generator/elapsed_s", 0, 5 } },
	{ "dead from the start, open model", NULL, OPEN, .sessions = 40,
	  .failed = 40, .cause = "ECONNREFUSED" },
	/* Timed out, or given up with the others that were. */
	{ "never answers", "mute", "--sessions 6 --concurrency 6" IMPATIENT,
	  .sessions = 6, .failed = 6, .sent = 6 },
	{ "never answers, held", "mute", HELD IMPATIENT, .sessions = 4,
	  .failed = 4, .sent = 4 },
	{ "never answers, open model", "mute", OPEN " --timeout 1500ms",
	  .sessions = 40, .failed = 40, .sent = 40 },
	{ "wrong bytes", "alters", CLOSED, .sessions = 6, .failed = 6,
	  .cause = "MISMATCH", .sent = 6, .mismatched = 6 },
	{ "wrong bytes, held", "alters", HELD, .sessions = 4, .failed = 4,
	  .cause = "MISMATCH", .sent = 4, .mismatched = 4 },
	{ "wrong last byte", "pads", CLOSED, .sessions = 6, .failed = 6,
	  .cause = "MISMATCH", .sent = 6, .mismatched = 6 },
	{ "stale bytes", "repeats", CLOSED, .sessions = 6, .served = 6,
	  .failed = 6, .cause = "MISMATCH", .sent = 12, .echoed = 6,
	  .mismatched = 6 },
	{ "stale bytes, held", "repeats", HELD, .sessions = 4, .served = 4,
	  .failed = 4, .cause = "MISMATCH", .sent = ANY, .echoed = 4,
	  .mismatched = 4 },
	{ "one byte at a time", "dribbles", CLOSED, .sessions = 6, .served = 6,
	  .sent = 24, .echoed = 24 },
	{ "one byte at a time, held", "dribbles", HELD, .sessions = 4,
	  .served = 4, .sent = 404, .echoed = 404 },
	{ "more than was sent", "adds", "--sessions 6 --concurrency 3",
	  .sessions = 6, .served = 6, .failed = 6, .cause = "MISMATCH",
	  .sent = 6, .echoed = 6, .mismatched = 6 },
	{ "more than was sent, held", "adds", HELD, .sessions = 4, .served = 4,
	  .failed = 4, .cause = "MISMATCH", .sent = ANY, .echoed = 4,
	  .mismatched = 4 },
	{ "unasked-for bytes", "babbles", CLOSED, .sessions = 6, .failed = 6,
	  .cause = "MISMATCH", .sent = 6, .mismatched = 6 },
	/* Ten of 40, after 0, 1, 2 and 3 echoes in turn: 3 unserved. */
	{ "resets some", "sometimes",
	  "--sessions 40 --concurrency 5 --messages 4", .sessions = 40,
	  .served = 37, .failed = 10, .cause = "ECONNRESET", .sent = 143,
	  .echoed = 133 },
	{ "resets some, open model", "sometimes", OPEN, .sessions = 40,
	  .served = 37, .failed = 3, .cause = "ECONNRESET", .sent = 40,
	  .echoed = 37 },
	/* Two of 8, after 0 and 1 echoes. */
	{ "resets some, held", "sometimes",
	  "--messages hold --concurrency 8 --duration 1s --message-rate 100",
	  .sessions = 8, .served = 7, .failed = 2, .cause = "ECONNRESET",
	  .sent = ANY, .echoed = ANY },
	{ "closes without an answer", "closes", CLOSED, .sessions = 6,
	  .failed = 6, .cause = "EOF", .sent = 6 },
	{ "closes in mid-message", "halves", CLOSED, .sessions = 6, .failed = 6,
	  .cause = "EOF", .sent = 6 },
	{ "closes in mid-message, held", "halves", HELD, .sessions = 4,
	  .failed = 4, .cause = "EOF", .sent = 4 },
	{ "freezes, then serves", "freezes", "--sessions 20 --concurrency 20",
	  .sessions = 20, .served = 20, .sent = 20, .echoed = 20,
	  .also = { "latency_us/first_echo/p50", 500e3, INFINITY } },
	/* Before the steady phase, whose figures know nothing of it. */
	{ "freezes, then serves, held", "freezes", HELD, .sessions = 4,
	  .served = 4, .sent = 404, .echoed = 404,
	  .also = { "latency_us/echo/p50", 0, 400e3 } },
	{ "freezes, then serves, open model", "freezes", OPEN, .sessions = 40,
	  .served = 40, .sent = 40, .echoed = 40,
	  .also = { "latency_us/first_echo/p50", 500e3, INFINITY } },
	{ "answers late", "naps", CLOSED, .sessions = 6, .served = 6,
	  .sent = 24, .echoed = 24,
	  .also = { "latency_us/echo/p50", 100e3, INFINITY } },
	{ "answers late and several at once", "naps", HELD, .sessions = 4,
	  .served = 4, .sent = 404, .echoed = 404,
	  .also = { "latency_us/echo/max", 100e3, INFINITY } },
};

/* Reads the port that a server has printed, or "" if it has not yet. */
static void read_port(const char *path, char port[PORT_BYTES])
{
	FILE *in = fopen(path, "re");

	if (!in || !fgets(port, PORT_BYTES, in) || !strchr(port, '\n'))
		port[0] = '\0';
	if (in)
		fclose(in);
	port[strcspn(port, "\n")] = '\0';
}

/* Starts an odd server and waits for its port. Returns 0, or -1. */
static int start_server(struct spawn *server, const struct site *at,
			const char *way, char port[PORT_BYTES])
{
	char program[PATH_MAX], output[PATH_MAX];
	const char *const argv[] = { program, way, NULL };
	struct spawn_command command = { .argv = argv, .output = output };
	uint64_t until_ns = clock_now_ns() + START_NS;

	snprintf(program, sizeof(program), "%s/tests/peers/odd_server",
		 at->build);
	snprintf(output, sizeof(output), "%s/port", at->folder);
	if (spawn_start(server, &command) < 0)
		return -1;
	port[0] = '\0';
	while (!port[0] && clock_now_ns() < until_ns &&
	       !spawn_wait(server, clock_now_ns() + NS_PER_MS))
		read_port(output, port);
	unlink(output);
	return port[0] ? 0 : -1;
}

/* A port that refuses connections, and that *fd keeps from all others. */
static int reserve_port(int *fd, char port[PORT_BYTES])
{
	struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	socklen_t bytes = sizeof(a);

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0 || bind(*fd, (struct sockaddr *)&a, bytes) < 0 ||
	    getsockname(*fd, (struct sockaddr *)&a, &bytes) < 0)
		return -1;
	snprintf(port, PORT_BYTES, "%u", (unsigned)ntohs(a.sin_port));
	return 0;
}

static struct check count(const char *figure, int n)
{
	return (struct check){ figure, n, n == ANY ? INFINITY : n };
}

static void check(const struct faulty *f, struct trial *t)
{
	char cause[64] = "sessions/failures";
	const struct check checks[] = {
		count("sessions/requested", f->sessions),
		count("sessions/connected", f->way ? f->sessions : 0),
		count("sessions/served", f->served),
		count("sessions/failures", f->failed),
		count(cause, f->failed),
		count("messages/mismatched", f->mismatched),
		count("messages/sent", f->sent),
		count("messages/echoed", f->echoed),
		f->also,
		{ 0 },
	};

	if (f->cause)
		snprintf(cause, sizeof(cause), "sessions/failed/%s", f->cause);
	check_trial(f->name, t, checks);
}

static void try_one(const struct site *at, const struct faulty *f)
{
	struct spawn server = { .pid = -1 };
	struct trial t;
	char port[PORT_BYTES];
	int fd = -1;

	if (f->way ? start_server(&server, at, f->way, port) < 0 :
		     reserve_port(&fd, port) < 0) {
		check_lost(f->name, "the server did not start");
		goto out;
	}
	if (trial_start(&t, at, f->options, "127.0.0.1", port) < 0) {
		check_lost(f->name, "loadgen did not start");
		goto out;
	}
	trial_end(&t);
	check(f, &t);
out:
	spawn_stop(&server, SIGKILL, 0);
	if (fd >= 0)
		close(fd);
}

void faulty_check(const struct site *at)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!spawn_interrupted())
			try_one(at, &all[i]);
}

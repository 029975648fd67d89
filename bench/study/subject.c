#include "bench/study/subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/json.h"
#include "bench/study/scripts.h"

/* The port that inetd and xinetd know their own echo service by. */
enum { ECHO_PORT = 7 };

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

#define ECHOD(mode)                                                            \
	WORDS("{bin}/echod", "--foreground", "--reap", mode, "--log", "{log}", \
	      "--ready-fd", "{ready}", "--lifeline", "{lifeline}",             \
	      "--stats-fd", "{stats}", "--backlog", "{backlog}", "--ballast",  \
	      "{ballast}", "--ballast-pages", "{ballast-pages}",               \
	      "--descriptors", "{descriptors}", "--mappings", "{mappings}",    \
	      "{address}", "0")

#define IGNORED "the kernel discards them: signal(SIGCHLD, SIG_IGN)"
#define ALL_DEAD "calls waitpid() until no dead child is left"

/* For servers that have a limit of sessions at once, or a second. */
#define UNLIMITED "1000000"

/* In echod's order: name, whether it counts what it collects, how it does. */
#define MODES(X)                                                             \
	X("sig-ign", false, IGNORED)                                         \
	X("waitpid-once", true, "a handler calls waitpid() once per signal") \
	X("waitpid-loop", true, "a handler " ALL_DEAD)                       \
	X("none", true, "nobody collects them")                              \
	X("nocldwait", false, "the kernel discards them: SA_NOCLDWAIT")      \
	X("signalfd", true, "the loop reads a signalfd and " ALL_DEAD)       \
	X("self-pipe", true, "a handler wakes the loop, which " ALL_DEAD)    \
	X("pidfd", true, "the loop waits for a pidfd of each child")         \
	X("double-fork", false, "init inherits and collects them")           \
	X("reaper-thread", true, "a thread sleeps in waitpid()")             \
	X("accept-sweep", true, "after each accept the loop " ALL_DEAD)      \
	X("sigchld-blocked", true, "as waitpid-loop, but never in fork()")

/* Of the experiment `floor`: name, program, call, children in flight, what. */
#define WAITED "_Fork(), _exit() in the child, waitpid()"
#define OPERATIONS(X)                                                        \
	X("fork", "primitive", "fork", "1", WAITED)                          \
	X("fork-64", "primitive", "fork", "64", WAITED ", 64 at once")       \
	X("dynamic", "primitive-dynamic", "fork", "1",                       \
	  WAITED ", in a program with shared libraries")                     \
	X("dynamic-64", "primitive-dynamic", "fork", "64",                   \
	  WAITED ", in a program with shared libraries, 64 at once")         \
	X("vfork", "primitive", "vfork", "1", "vfork() in place of _Fork()") \
	X("clone-vm", "primitive", "clone", "1",                             \
	  "clone(CLONE_VM | CLONE_VFORK) in place of _Fork()")               \
	X("connect", "primitive", "connect", "1",                            \
	  "connect(), accept(), close() of both, in one process")            \
	X("ping-pong", "primitive", "ping-pong", "1",                        \
	  "a byte to another process and back")

const char *const subject_operations[] = {
#define X(op, binary, call, in_flight, how) op,
	OPERATIONS(X)
#undef X
		NULL
};

const char *const subject_modes[] = {
#define X(mode, counts, how) mode,
	MODES(X)
#undef X
		NULL
};

const struct subject subjects[] = {
#define X(mode, counts, how)          \
	{ .name = mode,               \
	  .argv = ECHOD(mode),        \
	  .tells_port = true,         \
	  .counters = true,           \
	  .counts_collected = counts, \
	  .explains = how },
	MODES(X)
#undef X
		{ .name = "echod",
		  .label = "echod (sig-ign)",
		  .argv = ECHOD("sig-ign"),
		  .tells_port = true,
		  .counters = true,
		  .explains = "the kernel discards them: signal(SIGCHLD, "
			      "SIG_IGN)" },
	{ .name = "least",
	  .label = "least (fork)",
	  .argv = WORDS("{bin}/least", "{address}", "{ready}", "fork"),
	  .tells_port = true,
	  .explains = IGNORED },
	{ .name = "floor",
	  .label = "floor (_Fork)",
	  .argv = WORDS("{bin}/least", "{address}", "{ready}", "_Fork"),
	  .tells_port = true,
	  .explains = IGNORED },
	{ .name = "socat",
	  .argv = WORDS("/usr/bin/socat",
			"TCP4-LISTEN:{port},bind={address},fork,reuseaddr,"
			"backlog={backlog}",
			"PIPE"),
	  .program = "/usr/bin/socat",
	  .package = "socat",
	  .explains = "a handler " ALL_DEAD },
	{ .name = "inetd",
	  .argv = WORDS("/usr/sbin/inetd", "-i", "-R", UNLIMITED, "{config}"),
	  .config = "{address}:echo stream tcp nowait root internal\n",
	  .port = ECHO_PORT,
	  .needs_root = true,
	  .program = "/usr/sbin/inetd",
	  .package = "openbsd-inetd",
	  .explains = "after a signal the loop " ALL_DEAD },
	{ .name = "xinetd",
	  .argv = WORDS("/usr/sbin/xinetd", "-dontfork", "-f", "{config}",
			"-pidfile", "{pidfile}"),
	  .config = "service echo\n"
		    "{\n"
		    "	type = INTERNAL\n"
		    "	id = echo-stream\n"
		    "	socket_type = stream\n"
		    "	protocol = tcp\n"
		    "	user = root\n"
		    "	wait = no\n"
		    "	instances = UNLIMITED\n"
		    "	per_source = UNLIMITED\n"
		    "	cps = " UNLIMITED " 1\n"
		    "	bind = {address}\n"
		    "}\n",
	  .port = ECHO_PORT,
	  .needs_root = true,
	  .program = "/usr/sbin/xinetd",
	  .package = "xinetd",
	  .explains = "a handler wakes the loop, which " ALL_DEAD },
	{ .name = "ncat",
	  .argv = WORDS("/usr/bin/ncat", "-n", "-k", "-m", UNLIMITED, "-e",
			"/bin/cat", "-l", "{address}", "{port}"),
	  .program = "/usr/bin/ncat",
	  .package = "ncat",
	  .explains = "a handler " ALL_DEAD },
	{ .name = "tcpserver",
	  .argv = WORDS("/usr/bin/tcpserver", "-q", "-D", "-H", "-R", "-l0",
			"-c", UNLIMITED, "-b", "{backlog}", "{address}",
			"{port}", "/bin/cat"),
	  .program = "/usr/bin/tcpserver",
	  .package = "ucspi-tcp",
	  .explains = "a handler " ALL_DEAD },
	{ .name = "tcpsvd",
	  .argv = WORDS("/usr/bin/tcpsvd", "-l0", "-c", UNLIMITED, "-b",
			"{backlog}", "{address}", "{port}", "/bin/cat"),
	  .program = "/usr/bin/tcpsvd",
	  .package = "ipsvd",
	  .explains = "a handler " ALL_DEAD },
	{ .name = "mini-inetd",
	  .argv = WORDS("/usr/bin/mini-inetd", "{address}:{port}", "/bin/cat"),
	  .program = "/usr/bin/mini-inetd",
	  .package = "tcputils",
	  .explains = "a handler " ALL_DEAD },
	{ .name = "systemd",
	  .label = "systemd-socket-activate",
	  .argv = WORDS("/usr/bin/systemd-socket-activate", "--accept",
			"--inetd", "--listen={address}:{port}", "/bin/cat"),
	  .program = "/usr/bin/systemd-socket-activate",
	  .package = "systemd",
	  .explains = "a handler " ALL_DEAD },
	{ .name = "python",
	  .label = "ForkingTCPServer",
	  .argv = WORDS("/usr/bin/python3", "-c", python_echo, "{address}",
			"{port}", "{backlog}"),
	  .program = "/usr/bin/python3",
	  .package = "python3",
	  .explains = "at the next session, or twice a second, the loop asks "
		      "for each child" },
	{ .name = "perl",
	  .label = "Net::Server::Fork",
	  .argv = WORDS("/usr/bin/perl", "-e", perl_echo, "{address}", "{port}",
			"{backlog}"),
	  .program = "/usr/share/perl5/Net/Server/Fork.pm",
	  .package = "libnet-server-perl",
	  .explains = "after a signal the loop " ALL_DEAD },
#define X(op, binary, call, in_flight, how)                             \
	{ .name = op,                                                   \
	  .argv = WORDS("{bin}/" binary, "{ready}", "{lifeline}", call, \
			in_flight),                                     \
	  .tells_port = true,                                           \
	  .operation = true,                                            \
	  .explains = how },
	OPERATIONS(X)
#undef X
};

const size_t subject_count = sizeof(subjects) / sizeof(subjects[0]);

_Static_assert(sizeof(subjects) / sizeof(subjects[0]) <= SUBJECTS_MOST, "too "
									"many "
									"subjec"
									"ts");

const struct subject *subject_find(const char *name)
{
	for (size_t i = 0; i < subject_count; i++)
		if (strcmp(subjects[i].name, name) == 0)
			return &subjects[i];
	return NULL;
}

bool subject_is_there(const struct subject *s, const char **lacks)
{
	*lacks = NULL;
	if (s->program && access(s->program, F_OK) < 0)
		*lacks = s->package;
	else if (s->needs_root && geteuid() != 0)
		*lacks = "root, as its echo service has port 7";
	return !*lacks;
}

bool subject_name_is_good(const char *name)
{
	size_t bytes = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789._+-");

	return bytes > 0 && bytes < SUBJECT_NAME && !name[bytes] &&
	       name[0] != '-';
}

/* --- a user's own ----------------------------------------------------------*/

/*
 * What subjects of users point to. It is kept, so that a struct subject may be
 * copied like any other value, and found again, so that reading the same run
 * many times takes no more memory.
 */
struct kept {
	struct kept *next;
	const char *argv[4];
	char name[SUBJECT_NAME];
	char text[SUBJECT_TEXT];
	char command[SUBJECT_TEXT + sizeof("exec ")];
};

static struct kept *all_kept;

/* Whether the shell can make way for it: one command, and not `A=1 command`. */
static bool is_simple(const char *command)
{
	size_t word = strcspn(command, " \t");

	return !strpbrk(command, ";|&()`\n") && !memchr(command, '=', word) &&
	       strncmp(command, "exec ", 5) != 0;
}

static struct kept *keep(const char *text, const char *name,
			 const char *command)
{
	struct kept *k;

	for (k = all_kept; k; k = k->next)
		if (strcmp(k->text, text) == 0)
			return k;
	k = malloc(sizeof(*k));
	if (!k)
		return NULL;
	*k = (struct kept){ .next = all_kept,
			    .argv = { "/bin/sh", "-c", k->command, NULL } };
	snprintf(k->text, sizeof(k->text), "%s", text);
	snprintf(k->name, sizeof(k->name), "%.*s", SUBJECT_NAME - 1, name);
	snprintf(k->command, sizeof(k->command), "%s%s",
		 is_simple(command) ? "exec " : "", command);
	all_kept = k;
	return k;
}

int subject_parse(const char *text, struct subject *out, char why[SUBJECT_WHY])
{
	const char *equals = strchr(text, '=');
	const char *command = equals ? equals + 1 + strspn(equals + 1, " ") :
				       "";
	int name_bytes = (int)(equals ? equals - text : 0);
	char name[SUBJECT_NAME + 1];
	struct kept *k = NULL;

	snprintf(name, sizeof(name), "%.*s", name_bytes, text);
	if (!equals)
		snprintf(why, SUBJECT_WHY,
			 "no command; give NAME='COMMAND', as in "
			 "mine='./mine {address} {port}'");
	else if (!subject_name_is_good(name))
		snprintf(why, SUBJECT_WHY,
			 "the name is no good; give 1 to %d of A-Z a-z 0-9 . _ "
			 "+ -, the dash not first",
			 SUBJECT_NAME - 1);
	else if (subject_find(name))
		snprintf(why, SUBJECT_WHY,
			 "the name %s is taken by a built-in server; give "
			 "another",
			 name);
	else if (!strstr(command, "{address}") || !strstr(command, "{port}"))
		snprintf(why, SUBJECT_WHY,
			 "the command lacks %s; say where it goes",
			 strstr(command, "{address}") ? "{port}" : "{address}");
	else if (!plain_is(command))
		snprintf(why, SUBJECT_WHY,
			 "the command has control characters; put it into a "
			 "script and give that");
	else if (strlen(text) >= SUBJECT_TEXT)
		snprintf(why, SUBJECT_WHY,
			 "%d bytes or more; put the command into a script and "
			 "give that",
			 SUBJECT_TEXT);
	else if (!(k = keep(text, name, command)))
		snprintf(why, SUBJECT_WHY, "out of memory");
	else
		*out = (struct subject){ .name = k->name,
					 .argv = k->argv,
					 .explains = "as its author chose" };
	return k ? 0 : -1;
}

#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/parse.h"
#include "server/ballast.h"
#include "server/privilege.h"

enum { NO_FD = -1 };

/*
 * What the command line says, as the table in options.c fills it in. A new
 * option needs a field here and a row there. A default other than 0 goes into
 * options_parse(); a descriptor that stays open, into the list in main().
 */
struct options {
	struct address address; /* not with passed_fd */
	size_t reap;		/* index into reap_names */
	bool foreground, log_sessions, help, version;
	int ready_fd, lifeline_fd, stats_fd; /* NO_FD if not given */
	int passed_fd; /* a listening socket by LISTEN_FDS, or NO_FD */
	uint64_t backlog;
	uint64_t max_children, max_per_address; /* 0: no limit */
	uint64_t idle_timeout_ns, keepalive_ns; /* 0: none */
	uint64_t drain_timeout_ns;
	struct ballast ballast;
	const char *pidfile;   /* absolute, or NULL */
	const char *log;       /* absolute, or "stderr" or "syslog" */
	const char *user_text; /* as given, or NULL */
	struct user user;
};

/*
 * Reads the command line. Prints and exits on --help, --version (status 0) and
 * on misuse (one line on stderr, status 2).
 */
struct options options_parse(int argc, char *argv[]);

#endif

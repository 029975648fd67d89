#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/parse.h"
#include "server/ballast.h"
#include "server/privilege.h"

enum { NO_FD = -1 };

struct options {
	struct address address;
	size_t reap; /* index into reap_names */
	bool foreground;
	int ready_fd; /* NO_FD if not asked for, as the next two */
	int lifeline_fd;
	int stats_fd;
	const char *pidfile; /* absolute, or NULL, as the next */
	const char *stats;
	const char *log; /* absolute, or "stderr" or "syslog" */
	int backlog;
	uint64_t max_children;	  /* 0: no limit */
	uint64_t idle_timeout_ns; /* 0: none */
	uint64_t drain_timeout_ns;
	struct ballast ballast;
	struct user user;
};

/*
 * Reads the command line. Prints and exits on --help, --version (status 0) and
 * on misuse (one line on stderr, status 2).
 */
struct options options_parse(int argc, char *argv[]);

#endif

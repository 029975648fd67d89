#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <stdbool.h>

/* What echoc was asked for; the strings point into argv. */
struct options {
	bool help;
	bool version;
	const char *host;
	const char *port; /* decimal, 1 to 65535 */
};

/* Never returns on misuse: one line on stderr, exit 2. */
void options_read(int argc, char *argv[], struct options *o);

/* The text of --help, on stdout. */
void options_help(void);

#endif

#include "bench/place.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *place_bin(void)
{
	static char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n < 0)
		return NULL;
	path[n] = '\0';
	*strrchr(path, '/') = '\0';
	return path;
}

/* The XDG specification has a path that is not absolute ignored. */
static const char *absolute(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value == '/' ? value : NULL;
}

const char *place_results(void)
{
	static char path[PATH_MAX];
	const char *bin = place_bin(), *parent = bin ? strrchr(bin, '/') : NULL;
	const char *state = absolute("XDG_STATE_HOME"), *home = absolute("HOM"
									 "E");

	if (!parent || strcmp(parent, "/forkbench") != 0 || (!state && !home))
		return "results";
	snprintf(path, sizeof(path), "%s%s/forkbench", state ? state : home,
		 state ? "" : "/.local/state");
	return path;
}

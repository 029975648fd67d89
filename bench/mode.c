#include "bench/mode.h"

#include <stddef.h>
#include <string.h>

const struct mode modes[MODE_COUNT] = {
	{ "sig-ign", "SIG_IGN", "SIG_IGN", "#0072b2", "#0072b2" },
	{ "waitpid-loop", "waitpid loop", "waitpid loop", "#009e73",
	  "#00805d" },
	{ "waitpid-once", "waitpid once", "waitpid once", "#e69f00",
	  "#a06a00" },
	{ "none", "none (no reaping)", "none", "#d55e00", "#c25500" },
	{ "nocldwait", "SA_NOCLDWAIT", "SA_NOCLDWAIT", "#56b4e9", "#2279ad" },
	{ "signalfd", "signalfd", "signalfd", "#cc79a7", "#a3557f" },
	{ "self-pipe", "self-pipe", "self-pipe", "#882255", "#882255" },
	{ "pidfd", "pidfd", "pidfd", "#999933", "#6b6b23" },
	{ "double-fork", "double fork", "double fork", "#332288", "#332288" },
	{ "reaper-thread", "reaper thread", "reaper thread", "#661100",
	  "#661100" },
	{ "accept-sweep", "accept sweep", "accept sweep", "#b2182b",
	  "#b2182b" },
	{ "sigchld-blocked", "SIGCHLD blocked", "SIGCHLD blocked", "#94d2bd",
	  "#3c7f6f" },
};

const struct mode *mode_find(const char *name)
{
	for (size_t i = 0; i < MODE_COUNT; i++)
		if (strcmp(modes[i].name, name) == 0)
			return &modes[i];
	return NULL;
}

struct mode mode_look(const char *name)
{
	const struct mode *known = mode_find(name);

	if (known)
		return *known;
	return (struct mode){ name, name, name, "#767676", "#5f5f5f" };
}

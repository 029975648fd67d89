#include "bench/study/look.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The first six reap modes have the colours of Okabe and Ito that show on
 * white; the other six were picked by the smallest distance (CIEDE2000, 9 or
 * more) between any two, as three kinds of colour-blind readers see them.
 * Servers, operations and kinds of pages are never in a picture with more modes
 * than their own, and have the first six again, and others.
 */
static const struct {
	const char *name, *colour;
} looks[] = {
	{ "sig-ign", "#0072B2" },      { "waitpid-loop", "#009E73" },
	{ "waitpid-once", "#E69F00" }, { "none", "#D55E00" },
	{ "nocldwait", "#56B4E9" },    { "signalfd", "#CC79A7" },
	{ "self-pipe", "#882255" },    { "pidfd", "#999933" },
	{ "double-fork", "#332288" },  { "reaper-thread", "#661100" },
	{ "accept-sweep", "#B2182B" }, { "sigchld-blocked", "#94D2BD" },
	{ "echod", "#0072B2" },	       { "least", "#009E73" },
	{ "floor", "#56B4E9" },	       { "socat", "#E69F00" },
	{ "inetd", "#D55E00" },	       { "xinetd", "#CC79A7" },
	{ "ncat", "#882255" },	       { "tcpserver", "#999933" },
	{ "tcpsvd", "#332288" },       { "mini-inetd", "#661100" },
	{ "systemd", "#B2182B" },      { "python", "#94D2BD" },
	{ "perl", "#666666" },	       { "fork", "#0072B2" },
	{ "fork-64", "#0072B2" },      { "dynamic", "#56B4E9" },
	{ "dynamic-64", "#56B4E9" },   { "vfork", "#009E73" },
	{ "clone-vm", "#009E73" },     { "connect", "#E69F00" },
	{ "ping-pong", "#CC79A7" },    { "small", "#0072B2" },
	{ "huge", "#009E73" },	       { "shared", "#E69F00" },
	{ "dirty", "#D55E00" },
};

/* Of the user's own servers: none that a server of the default list has. */
static const char *const others[] = {
	"#882255", "#999933", "#332288", "#661100", "#B2182B", "#94D2BD",
};

const char *look_colour(const char *subject)
{
	uint32_t hash = 2166136261; /* FNV-1a */

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++)
		if (strcmp(looks[i].name, subject) == 0)
			return looks[i].colour;
	for (; *subject; subject++)
		hash = (hash ^ (unsigned char)*subject) * 16777619;
	return others[hash % (sizeof(others) / sizeof(others[0]))];
}

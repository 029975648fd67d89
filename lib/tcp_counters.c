#include "lib/tcp_counters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct tcp_counters unknown = {
#define X(field, name) .field = -1,
	TCP_COUNTERS(X)
#undef X
};

static void take(struct tcp_counters *c, const char *name, const char *text)
{
	const struct {
		const char *name;
		int64_t *value;
	} known[] = {
#define X(field, name) { name, &c->field },
		TCP_COUNTERS(X)
#undef X
	};
	char *end;
	long long value;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, name) != 0)
			continue;
		errno = 0;
		value = strtoll(text, &end, 10);
		if (!errno && end != text && !*end && value >= 0)
			*known[i].value = value;
	}
}

/* A line of names and the line of their values, both begun by the group. */
static void take_group(struct tcp_counters *c, char *names, char *values)
{
	char *name_at, *value_at, *name, *value;

	if (!strchr(values, '\n'))
		return;
	name = strtok_r(names, " \n", &name_at);
	value = strtok_r(values, " \n", &value_at);
	if (!name || !value || strcmp(name, "TcpExt:") != 0 ||
	    strcmp(value, name) != 0)
		return;
	while ((name = strtok_r(NULL, " \n", &name_at)) &&
	       (value = strtok_r(NULL, " \n", &value_at)))
		take(c, name, value);
}

void tcp_counters_parse(FILE *in, struct tcp_counters *c)
{
	char *names = NULL, *values = NULL;
	size_t name_room = 0, value_room = 0;

	*c = unknown;
	while (getline(&names, &name_room, in) > 0 &&
	       getline(&values, &value_room, in) > 0)
		take_group(c, names, values);
	free(names);
	free(values);
}

void tcp_counters_read(struct tcp_counters *c)
{
	FILE *in = fopen("/proc/net/netstat", "re");

	*c = unknown;
	if (!in)
		return;
	tcp_counters_parse(in, c);
	fclose(in);
}

static int64_t rise_of(int64_t before, int64_t after)
{
	return before < 0 || after < before ? -1 : after - before;
}

struct tcp_counters tcp_counters_rise(const struct tcp_counters *before,
				      const struct tcp_counters *after)
{
	return (struct tcp_counters){
#define X(field, name) .field = rise_of(before->field, after->field),
		TCP_COUNTERS(X)
#undef X
	};
}

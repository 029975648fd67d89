#include "bench/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_cpu(struct host_counters *c)
{
	/* user nice system idle iowait irq softirq steal */
	double ticks[8];
	FILE *in = fopen("/proc/stat", "re");

	if (!in)
		return;
	if (fscanf(in, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &ticks[0],
		   &ticks[1], &ticks[2], &ticks[3], &ticks[4], &ticks[5],
		   &ticks[6], &ticks[7]) == 8) {
		c->cpu_ticks = 0;
		for (int i = 0; i < 8; i++)
			c->cpu_ticks += ticks[i];
		c->steal_ticks = ticks[7];
	}
	fclose(in);
}

/* /proc/net/netstat: a line of names, then a line of values, by group. */
static double read_tcp_counter(const char *name)
{
	char *names = NULL, *values = NULL;
	char *name_at, *value_at, *word, *value;
	size_t name_room = 0, value_room = 0;
	double found = -1;
	FILE *in = fopen("/proc/net/netstat", "re");

	if (!in)
		return -1;
	while (found < 0 && getline(&names, &name_room, in) > 0 &&
	       getline(&values, &value_room, in) > 0) {
		name_at = names;
		value_at = values;
		while ((word = strsep(&name_at, " \n")) &&
		       (value = strsep(&value_at, " \n")))
			if (strcmp(word, name) == 0)
				found = strtod(value, NULL);
	}
	free(names);
	free(values);
	fclose(in);
	return found;
}

void host_read(struct host_counters *c)
{
	*c = (struct host_counters){ -1, -1, -1 };
	read_cpu(c);
	c->listen_overflows = read_tcp_counter("ListenOverflows");
}

double host_steal_pct(const struct host_counters *before,
		      const struct host_counters *after)
{
	double ticks = after->cpu_ticks - before->cpu_ticks;

	if (before->cpu_ticks < 0 || after->cpu_ticks < 0 || ticks <= 0)
		return -1;
	return 100.0 * (after->steal_ticks - before->steal_ticks) / ticks;
}

double host_overflows(const struct host_counters *before,
		      const struct host_counters *after)
{
	if (before->listen_overflows < 0 || after->listen_overflows < 0)
		return -1;
	return after->listen_overflows - before->listen_overflows;
}

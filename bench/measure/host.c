#include "bench/measure/host.h"

#include <stdio.h>

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

void host_read(struct host_counters *c)
{
	*c = (struct host_counters){ .cpu_ticks = -1, .steal_ticks = -1 };
	read_cpu(c);
	tcp_counters_read(&c->tcp);
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
	return (double)tcp_counters_rise(&before->tcp, &after->tcp)
		.listen_overflows;
}

#include "bench/measure/host.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"

static FILE *open_in(const char *proc, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", proc, name);
	return fopen(path, "re");
}

/* The number behind `key` in the line that begins so; NAN if not there. */
static double number_in(const char *proc, const char *name, const char *line,
			const char *key)
{
	FILE *in = open_in(proc, name);
	double value = NAN;
	char text[256];

	while (in && fgets(text, sizeof(text), in)) {
		const char *at = strstr(text, key);

		if (strncmp(text, line, strlen(line)) != 0 || !at)
			continue;
		if (sscanf(at + strlen(key), "%lf", &value) != 1)
			value = NAN;
		break;
	}
	if (in)
		fclose(in);
	return value;
}

static void read_cpu(const char *proc, struct host_counters *c)
{
	/* user nice system idle iowait irq softirq steal */
	double ticks[8], sum = 0;
	FILE *in = open_in(proc, "stat");

	c->cpu_ticks = c->steal_ticks = NAN;
	if (!in)
		return;
	if (fscanf(in, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &ticks[0],
		   &ticks[1], &ticks[2], &ticks[3], &ticks[4], &ticks[5],
		   &ticks[6], &ticks[7]) == 8) {
		for (int i = 0; i < 8; i++)
			sum += ticks[i];
		c->cpu_ticks = sum;
		c->steal_ticks = ticks[7];
	}
	fclose(in);
}

static struct host_counters read_counters(const char *proc)
{
	struct host_counters c = { .at_ns = clock_now_ns() };

	read_cpu(proc, &c);
	tcp_counters_read(&c.tcp);
	c.shown = (struct drift_reading){
		.load_1min = number_in(proc, "loadavg", "", ""),
		.cpu_pressure_avg10_pct =
			number_in(proc, "pressure/cpu", "some", "avg10="),
		.cpu_pressure_total_s =
			number_in(proc, "pressure/cpu", "some", "total=") / 1e6,
		.steal_total_s = c.steal_ticks / (double)sysconf(_SC_CLK_TCK),
		.time_wait_sockets =
			number_in(proc, "net/sockstat", "TCP:", " tw "),
		.memory_available_kib = number_in(
			proc, "meminfo", "MemAvailable:", "MemAvailable:"),
	};
	return c;
}

void host_begin(struct host_watch *w, const char *proc)
{
	*w = (struct host_watch){ .proc = proc };
	w->foreign_known = foreign_scan(&w->foreign, proc) == 0;
	w->before = read_counters(proc);
}

/* Counters only rise; where one has not, it is not to be trusted. */
static double share_pct(double before, double after, double of)
{
	double pct = 100 * (after - before) / of;

	return of > 0 && pct >= 0 ? pct : NAN;
}

struct drift host_end(struct host_watch *w, struct evidence *e)
{
	const struct host_counters *before = &w->before;
	struct host_counters after = read_counters(w->proc);
	double elapsed_s = (double)(after.at_ns - before->at_ns) / 1e9;
	struct drift_rise during = {
		.elapsed_s = elapsed_s,
		.cpu_pressure_pct =
			share_pct(before->shown.cpu_pressure_total_s,
				  after.shown.cpu_pressure_total_s, elapsed_s),
		.steal_pct = share_pct(before->steal_ticks, after.steal_ticks,
				       after.cpu_ticks - before->cpu_ticks),
		.foreign_cpu_pct = NAN,
	};

	if (w->foreign_known) {
		struct foreign_use use = foreign_used(&w->foreign, w->proc);

		during.foreign_cpu_pct = share_pct(0, use.cpu_s, elapsed_s);
		e->foreign_cpu_pct = during.foreign_cpu_pct;
		snprintf(e->foreign_most, sizeof(e->foreign_most),
			 "%s (PID %d)", use.most.name, use.most.pid);
	}
	if (!isnan(during.steal_pct))
		e->steal_pct = during.steal_pct;
	e->listen_overflows =
		(double)tcp_counters_rise(&before->tcp, &after.tcp)
			.listen_overflows;
	return (struct drift){ .before = before->shown,
			       .after = after.shown,
			       .during = during };
}

void host_release(struct host_watch *w)
{
	foreign_release(&w->foreign);
}

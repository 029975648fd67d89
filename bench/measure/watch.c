#include "bench/measure/watch.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>

static const char *in(const struct watch *w, const char *name,
		      char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", w->proc, name);
	return path;
}

void watch_open(struct watch *w, const char *proc)
{
	*w = (struct watch){ .proc = proc };
	foreign_init(&w->foreign, proc);
	quota_find(&w->quota, proc);
}

void watch_close(struct watch *w)
{
	foreign_release(&w->foreign);
}

static void read_cpu(const struct watch *w, struct watch_reading *r)
{
	/* user nice system idle iowait irq softirq steal */
	double ticks[8], sum = 0;
	char path[PATH_MAX];
	FILE *stat = fopen(in(w, "stat", path), "re");

	r->cpu_ticks = r->steal_ticks = NAN;
	if (!stat)
		return;
	if (fscanf(stat, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &ticks[0],
		   &ticks[1], &ticks[2], &ticks[3], &ticks[4], &ticks[5],
		   &ticks[6], &ticks[7]) == 8) {
		for (int i = 0; i < 8; i++)
			sum += ticks[i];
		r->cpu_ticks = sum;
		r->steal_ticks = ticks[7];
	}
	fclose(stat);
}

static void read_tcp(const struct watch *w, struct tcp_counters *c)
{
	char path[PATH_MAX];
	FILE *file = fopen(in(w, "net/netstat", path), "re");

	*c = (struct tcp_counters){ .listen_overflows = -1,
				    .syn_retransmits = -1 };
	if (!file)
		return;
	tcp_counters_parse(file, c);
	fclose(file);
}

/* Reads, and keeps it if the last one that is kept is old enough. */
static struct watch_reading take_reading(struct watch *w)
{
	struct watch_reading r = { .at_ns = clock_now_ns() };
	const struct watch_reading *last =
		&w->kept[(w->next + WATCH_KEPT - 1) % WATCH_KEPT];

	read_cpu(w, &r);
	r.foreign_ns = foreign_look(&w->foreign, r.at_ns) == 0 ?
			       (double)w->foreign.used_ns :
			       NAN;
	if (!last->at_ns || r.at_ns - last->at_ns >= WATCH_STEP_NS) {
		w->kept[w->next] = r;
		w->next = (w->next + 1) % WATCH_KEPT;
	}
	return r;
}

void watch_begin(struct watch *w)
{
	char path[PATH_MAX];

	w->time_wait =
		kernel_number(in(w, "net/sockstat", path), "TCP:", " tw ");
	read_tcp(w, &w->tcp);
	w->throttled_s = quota_throttled_s(&w->quota);
	w->begin = take_reading(w);
}

/* Counters only rise; where one has not, it is not to be trusted. */
static double share_pct(double before, double after, double of)
{
	double pct = 100 * (after - before) / of;

	return of > 0 && pct >= 0 ? pct : NAN;
}

static struct watch_reading window_start(const struct watch *w, uint64_t end_ns)
{
	struct watch_reading start = w->begin;

	for (size_t i = 0; i < WATCH_KEPT; i++) {
		const struct watch_reading *r = &w->kept[i];

		if (r->at_ns && end_ns - r->at_ns <= WATCH_WINDOW_NS &&
		    r->at_ns < start.at_ns)
			start = *r;
	}
	return start;
}

static void judge(const struct watch *w, const double value[METRIC_COUNT],
		  struct validity_finding *found)
{
	const struct foreign_process *most = foreign_most(&w->foreign);

	if (value[METRIC_STEAL_PCT] > VALIDITY_STEAL_PCT)
		validity_add(found, VALIDITY_STEAL, "%.0f %%",
			     value[METRIC_STEAL_PCT]);
	if (value[METRIC_FOREIGN_CPU_PCT] > VALIDITY_FOREIGN_PCT && most)
		validity_add(found, VALIDITY_FOREIGN_LOAD,
			     "%.0f %%, most: %s (PID %d)",
			     value[METRIC_FOREIGN_CPU_PCT], most->name,
			     (int)most->pid);
	if (value[METRIC_THROTTLED_PCT] > VALIDITY_THROTTLED_PCT)
		validity_add(found, VALIDITY_THROTTLED, "%.0f %%",
			     value[METRIC_THROTTLED_PCT]);
	if (value[METRIC_LISTEN_OVERFLOWS] > 0)
		validity_add(found, VALIDITY_LISTEN_OVERFLOW, "%.0f",
			     value[METRIC_LISTEN_OVERFLOWS]);
}

static double known(int64_t count)
{
	return count < 0 ? NAN : (double)count;
}

void watch_end(struct watch *w, double value[METRIC_COUNT],
	       struct validity_finding *found)
{
	struct watch_reading end = take_reading(w);
	struct watch_reading start = window_start(w, end.at_ns);
	struct tcp_counters tcp;
	struct tcp_counters rise;

	read_tcp(w, &tcp);
	rise = tcp_counters_rise(&w->tcp, &tcp);
	value[METRIC_STEAL_PCT] = share_pct(start.steal_ticks, end.steal_ticks,
					    end.cpu_ticks - start.cpu_ticks);
	value[METRIC_FOREIGN_CPU_PCT] =
		share_pct(start.foreign_ns, end.foreign_ns,
			  (double)(end.at_ns - start.at_ns));
	/* Counted on each CPU by itself: with many, it may exceed the time. */
	value[METRIC_THROTTLED_PCT] =
		share_pct(w->throttled_s, quota_throttled_s(&w->quota),
			  (double)(end.at_ns - w->begin.at_ns) / 1e9);
	if (value[METRIC_THROTTLED_PCT] > 100)
		value[METRIC_THROTTLED_PCT] = 100;
	value[METRIC_LISTEN_OVERFLOWS] = known(rise.listen_overflows);
	value[METRIC_SYN_RETRANSMITS] = known(rise.syn_retransmits);
	value[METRIC_TIME_WAIT] = w->time_wait;
	if (found)
		judge(w, value, found);
}

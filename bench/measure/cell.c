#include "bench/measure/cell.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/measure/cell_files.h"
#include "bench/measure/daemon.h"
#include "bench/measure/host.h"
#include "bench/measure/sampler.h"
#include "bench/spawn.h"
#include "lib/clock.h"

/* Beyond what the load itself may take; its own time-outs end it before. */
#define LOAD_PATIENCE_NS (120 * NS_PER_S)
/* The daemon is quiet when its counters stood still for so long. */
#define QUIET_NS (100 * NS_PER_MS)
#define SETTLE_NS (3 * NS_PER_S)

struct attempt {
	const struct plan_cell *cell;
	const struct load *load;
	const struct cell_tools *tools;
	const char *folder;
	const struct cell_view *view;
	struct daemon daemon;
	struct sampler sampler;
	struct host_watch host;
	struct evidence evidence;
	uint64_t load_start_ns, load_end_ns;
};

enum { ARGS = 24, ARG_BYTES = 32 };

/* The load generator's command line for this experiment. */
static void load_arguments(const struct attempt *a, const char *argv[ARGS],
			   char text[4][ARG_BYTES])
{
	const struct load *load = a->load;
	int n = 0;

	snprintf(text[0], ARG_BYTES, "%" PRIu64, load->concurrency);
	snprintf(text[1], ARG_BYTES, "%" PRIu64 "ns", load->duration_ns);
	snprintf(text[2], ARG_BYTES, "%" PRIu64, load->most);
	snprintf(text[3], ARG_BYTES, "%g", load->message_rate);
	argv[n++] = a->tools->loadgen;
	argv[n++] = "--quiet";
	argv[n++] = "--concurrency";
	argv[n++] = text[0];
	argv[n++] = "--duration";
	argv[n++] = text[1];
	if (a->cell->experiment == EXPERIMENT_HOLD) {
		argv[n++] = "--messages";
		argv[n++] = "hold";
		argv[n++] = "--message-rate";
		argv[n++] = text[3];
	} else {
		argv[n++] = "--sessions";
		argv[n++] = text[2];
	}
	argv[n++] = "--hist";
	argv[n++] = a->folder;
	argv[n++] = "--json";
	argv[n++] = NULL; /* the path, filled in by the caller */
}

static void show(const struct attempt *a)
{
	const struct sampler *s = &a->sampler;
	struct cell_now now = {
		.open = daemon_stats_live(a->daemon.stats),
		.zombies = s->count ? s->sample[s->count - 1].zombies : 0,
		.forked = a->daemon.stats->forked,
	};

	if (a->view && a->view->show)
		a->view->show(a->view->context, &now);
}

/* Runs the load to its end, sampling. Returns 0, or -1 with why. */
static int run_load(struct attempt *a, char why[CELL_WHY])
{
	char text[4][ARG_BYTES], json[PATH_MAX], log[PATH_MAX];
	const char *argv[ARGS] = { NULL };
	const struct placement *placement = a->tools->placement;
	struct spawn_command command = {
		.argv = argv,
		.output = log,
		.cpus = placement_set(placement, &placement->loadgen),
	};
	struct spawn loadgen;
	uint64_t deadline_ns;
	int n = 0;

	snprintf(json, sizeof(json), "%s/loadgen.json", a->folder);
	snprintf(log, sizeof(log), "%s/loadgen.log", a->folder);
	load_arguments(a, argv, text);
	while (argv[n])
		n++;
	argv[n++] = json;
	argv[n++] = a->daemon.address;
	argv[n++] = a->daemon.port;

	a->load_start_ns = clock_now_ns();
	deadline_ns =
		a->load_start_ns + a->load->duration_ns + LOAD_PATIENCE_NS;
	if (spawn_start(&loadgen, &command) < 0) {
		snprintf(why, CELL_WHY, "cannot run %.200s: %s",
			 a->tools->loadgen, strerror(errno));
		return -1;
	}
	while (!spawn_wait(&loadgen, a->sampler.due_ns) &&
	       !spawn_interrupted() && clock_now_ns() < deadline_ns) {
		sampler_poll(&a->sampler);
		show(a);
	}
	a->load_end_ns = clock_now_ns();
	a->evidence.load_signal = spawn_killed_by(&loadgen);
	spawn_stop(&loadgen, SIGKILL, 0);
	if (access(log, F_OK) == 0 && spawn_succeeded(&loadgen))
		unlink(log);
	if (!spawn_interrupted())
		return 0;
	snprintf(why, CELL_WHY, "interrupted");
	return -1;
}

/*
 * Waits until every child that will exit has, and the last sample is exact:
 * the daemon's counters have not moved for QUIET_NS.
 */
static void settle(struct attempt *a)
{
	bool quiet = false;

	const struct daemon_stats *stats = a->daemon.stats;
	uint64_t give_up_ns = clock_now_ns() + SETTLE_NS;
	uint64_t since_ns = clock_now_ns();
	uint64_t sum = 0;

	while (!quiet && clock_now_ns() < give_up_ns && !spawn_interrupted()) {
		uint64_t now = stats->forked + stats->children_exited +
			       stats->reaped + stats->sigchld_calls;

		if (now != sum || daemon_stats_live(stats))
			since_ns = clock_now_ns();
		quiet = clock_now_ns() - since_ns >= QUIET_NS;
		sum = now;
		clock_sleep_until(clock_now_ns() + 5 * NS_PER_MS);
		sampler_poll(&a->sampler);
	}
	a->evidence.unsettled = !quiet;
}

static void read_counters(struct attempt *a, struct measurement *m)
{
	const struct daemon_stats *stats = a->daemon.stats;
	const struct sampler *s = &a->sampler;
	double *value = m->value;
	uint64_t left = s->count ? s->sample[s->count - 1].zombies : 0;

	value[METRIC_FORKS] = (double)stats->forked;
	value[METRIC_EXITS] = (double)stats->children_exited;
	value[METRIC_HANDLER_CALLS] = (double)stats->sigchld_calls;
	value[METRIC_WAKEUPS] = (double)stats->wakeups;
	value[METRIC_REAPED] = (double)stats->reaped;
	value[METRIC_ZOMBIES_PEAK] = sampler_peak(s);
	value[METRIC_ZOMBIES_LEFT] = (double)left;
	value[METRIC_SAMPLER_CPU_PCT] = sampler_cpu_pct(s);
	value[METRIC_ZOMBIE_LIFETIME_MS] = sampler_lifetime_ms(s);
	a->evidence.fork_failures = (double)stats->fork_failures;
	a->evidence.accept_failures = (double)stats->accept_failures;
	a->evidence.samples = s->count + s->missed;
	a->evidence.samples_missed = s->missed;
	m->load_start_s = (double)(a->load_start_ns - s->start_ns) / 1e9;
	m->load_end_s = (double)(a->load_end_ns - s->start_ns) / 1e9;
}

/* From the daemon's start to its silence. Returns 0, or -1 with why. */
static int observe(struct attempt *a, struct measurement *m, char why[CELL_WHY])
{
	if (run_load(a, why) < 0)
		return -1;
	settle(a);
	m->drift = host_end(&a->host, &a->evidence);
	if (spawn_interrupted()) {
		snprintf(why, CELL_WHY, "interrupted");
		return -1;
	}
	a->evidence.daemon_died = !daemon_alive(&a->daemon);
	a->evidence.daemon_signal = spawn_killed_by(&a->daemon.process);
	if (!a->evidence.daemon_died && sampler_last(&a->sampler) < 0) {
		snprintf(why, CELL_WHY,
			 "cannot read the daemon's children in /proc: %s; the "
			 "kernel needs CONFIG_PROC_CHILDREN",
			 strerror(errno));
		return -1;
	}
	read_counters(a, m);
	if (cell_files_load(a->folder, a->load, m, &a->evidence) < 0)
		a->evidence.load_failed = true;
	if (cell_files_store(a->folder, &a->sampler, a->daemon.stats, m) < 0) {
		snprintf(why, CELL_WHY, "cannot write into %.300s: %s",
			 a->folder, strerror(errno));
		return -1;
	}
	return 0;
}

int cell_measure(const struct plan_cell *cell, const struct load *load,
		 const struct cell_tools *tools, const char *folder,
		 unsigned number, const struct cell_view *view,
		 struct measurement *m, char why[CELL_WHY])
{
	struct attempt a = { .cell = cell,
			     .load = load,
			     .tools = tools,
			     .folder = folder,
			     .view = view,
			     .evidence = validity_no_evidence() };
	const struct placement *placement = tools->placement;
	struct daemon_config config = {
		.program = tools->echod,
		.mode = cell->mode,
		.folder = folder,
		.number = number,
		.cpus = placement_set(placement, &placement->daemon),
	};
	int rc = -1;

	measurement_init(m);
	host_begin(&a.host, "/proc");
	if (daemon_start(&a.daemon, &config, why) < 0)
		goto out;
	if (sampler_start(&a.sampler, a.daemon.process.pid, a.daemon.stats) <
	    0) {
		snprintf(why, CELL_WHY, "cannot start the zombie sampler: %s",
			 strerror(errno));
	} else {
		rc = observe(&a, m, why);
		sampler_release(&a.sampler);
	}
	if (daemon_stop(&a.daemon) < 0)
		a.evidence.daemon_died = true;
	validity_judge(&a.evidence, &m->validity);
out:
	host_release(&a.host);
	return rc;
}

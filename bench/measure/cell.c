#include "bench/measure/cell.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/measure/load.h"
#include "bench/measure/memory.h"
#include "bench/measure/server.h"
#include "bench/measure/zombies.h"
#include "lib/clock.h"

#define PATIENCE_NS (20 * NS_PER_S)
/* An exit storm is over when nothing has moved for so long. */
#define STORM_OVER_NS (5 * NS_PER_MS)

/* What the server has used and counted at one time. */
struct reading {
	double cpu_us, parent_us;
	struct event_counts counts;
	struct hist fork, child_start;
};

struct attempt {
	struct bench *b;
	const struct cell_id *id;
	const struct arm *arm;
	struct load load; /* of this level */
	struct server server;
	struct events events; /* where the experiment counts */
	struct zombies zombies;
	struct reading before, after;
	double zombies_left; /* NAN: it did not settle */
	double kernel_kib;   /* before the load */
	bool memory_known;
	struct cell_line line;
};

/* Once all are open. Sessions are held long enough for that to be read. */
static void read_memory(struct attempt *a)
{
	struct children *children = &a->server.children;
	double *value = a->line.value;

	a->memory_known = true;
	value[METRIC_KERNEL_KIB] = (memory_kernel_kib() - a->kernel_kib) /
				   (double)a->load.sessions;
	if (children_read(children, a->server.process.pid) == 0)
		value[METRIC_PSS_KIB] =
			memory_pss_kib(children->pid, children->count);
}

static void look(void *context)
{
	struct attempt *a = context;
	const struct daemon_stats *stats = a->server.stats;

	zombies_look(&a->zombies);
	if (!stats)
		return;
	if (stats->fork_failures && isnan(a->line.value[METRIC_FORKS_BEFORE]))
		a->line.value[METRIC_FORKS_BEFORE] = (double)stats->forked;
	if (a->load.hold && !a->memory_known &&
	    daemon_stats_live(stats) >= a->load.sessions)
		read_memory(a);
}

static void read_server(const struct attempt *a, struct reading *r)
{
	r->cpu_us = cpu_used_us(a->b->cpu);
	r->parent_us = cpu_process_us(a->server.process.pid);
	events_read(&a->events, &r->counts);
	if (a->server.stats) {
		r->fork = a->server.stats->fork;
		r->child_start = a->server.stats->child_start;
	}
}

static int interrupted(char why[CELL_WHY])
{
	if (!spawn_interrupted())
		return 0;
	snprintf(why, CELL_WHY, "interrupted");
	return -1;
}

/* To rest, so that what is read next stands still. Returns 0, or -1 with why. */
static int settle(struct attempt *a, char why[CELL_WHY])
{
	struct server_count count;

	a->zombies_left = NAN;
	if (server_settle(&a->server, PATIENCE_NS, &count) == 0) {
		a->zombies_left = (double)count.zombies;
		return 0;
	}
	if (interrupted(why) < 0)
		return -1;
	if (!a->server.process.ended)
		validity_add(&a->line.validity, VALIDITY_UNSETTLED,
			     "%zu children", count.children - count.zombies);
	return 0;
}

/*
 * The storm may outlast the load generator: looks on, until the last child has
 * ended and been collected. What follows would come too late to time it.
 */
static void await_storm(struct attempt *a)
{
	uint64_t give_up_ns = clock_now_ns() + PATIENCE_NS, now_ns;

	do {
		zombies_look(&a->zombies);
		now_ns = clock_now_ns();
	} while ((daemon_stats_live(a->server.stats) ||
		  now_ns - a->zombies.moved_ns < STORM_OVER_NS) &&
		 now_ns < give_up_ns && !spawn_interrupted() &&
		 !spawn_wait(&a->server.process, now_ns + NS_PER_MS));
}

static int load(struct attempt *a, char why[CELL_WHY])
{
	const struct placement *placement = &a->b->placement;
	struct load_config config = {
		.bin = a->b->bin,
		.folder = a->b->store->work,
		.load = &a->load,
		.cpus = placement_set(placement, &placement->loadgen),
	};

	if (a->load.warm && load_warm(&config, &a->server, why) < 0)
		return -1;
	/* The child of the connection that found its port, too, shall be gone.
	 */
	if ((a->load.warm || !a->server.subject->tells_port) &&
	    settle(a, why) < 0)
		return -1;
	if (a->arm->experiment->timeline) {
		config.look = look;
		config.context = a;
		config.step_ns = ZOMBIES_STEP_NS;
	}
	zombies_begin(&a->zombies, &a->server, !a->load.hold);
	read_server(a, &a->before);
	a->kernel_kib = memory_kernel_kib();
	if (load_run(&config, &a->server, a->line.value, &a->line.validity,
		     why) < 0)
		return -1;
	if (a->load.hold && a->server.stats)
		await_storm(a);
	if (settle(a, why) < 0)
		return -1;
	read_server(a, &a->after);
	zombies_end(&a->zombies, a->zombies_left);
	return 0;
}

/*
 * No server, but a program that does one operation so often and prints how many
 * nanoseconds that took.
 */
static int operate(struct attempt *a, char why[CELL_WHY])
{
	double count = (double)a->load.sessions, ns, *value;
	struct spawn *program = &a->server.process;
	char text[200], *end;

	read_server(a, &a->before);
	if (dprintf(a->server.lifeline, "%.0f\n", count) < 0)
		errno = 0; /* it has ended, as is seen below */
	spawn_wait(program, clock_now_ns() + PATIENCE_NS);
	read_server(a, &a->after);
	if (interrupted(why) < 0)
		return -1;
	server_first_words(a->server.log, text, sizeof(text));
	ns = strtod(text, &end);
	if (!spawn_succeeded(program) || *end) {
		validity_add(&a->line.validity, VALIDITY_COMMAND_FAILED, "%s",
			     text);
		return 0;
	}
	value = a->line.value;
	value[METRIC_SESSIONS] = count;
	value[METRIC_LOAD_MS] = ns / 1e6;
	value[METRIC_OP_US] = ns / 1e3 / count;
	value[METRIC_OP_CPU_US] = (a->after.cpu_us - a->before.cpu_us) / count;
	return 0;
}

/* --- figures -------------------------------------------------------------- */

static double percentile_us(const struct hist *h, double pct)
{
	uint64_t ns;

	return hist_percentile(h, pct, &ns) < 0 ? NAN : (double)ns / 1e3;
}

static int take_histograms(struct attempt *a)
{
	const struct cell_id *id = a->id;
	double *value = a->line.value;
	double start_s = a->line.start_s,
	       length_s = value[METRIC_LOAD_MS] / 1e3;
	struct hist *fork = malloc(2 * sizeof(*fork)), *child = fork + 1;
	char log[PATH_MAX];
	int rc = -1;

	if (!fork)
		return -1;
	hist_rise(fork, &a->before.fork, &a->after.fork);
	hist_rise(child, &a->before.child_start, &a->after.child_start);
	if (a->server.stats) {
		value[METRIC_FORK_P50_US] = percentile_us(fork, 50);
		value[METRIC_FORK_P99_US] = percentile_us(fork, 99);
		value[METRIC_CHILD_START_P50_US] = percentile_us(child, 50);
	}
	if (isnan(length_s))
		length_s = 0;
	snprintf(log, sizeof(log), "%.*s/load.hlog", PATH_MAX - 64,
		 a->b->store->work);
	if (!a->server.stats || (store_latency(a->b->store, id, "fork", start_s,
					       length_s, fork) == 0 &&
				 store_latency(a->b->store, id, "child_start",
					       start_s, length_s, child) == 0))
		rc = store_latency_log(a->b->store, id, log, start_s);
	free(fork);
	return rc;
}

static void take_counters(struct attempt *a)
{
	const struct daemon_stats *stats = a->server.stats;
	double *value = a->line.value;

	value[METRIC_ZOMBIES_LEFT] = a->zombies_left;
	value[METRIC_ZOMBIES_PEAK] = a->zombies.peak;
	if (!stats)
		return;
	value[METRIC_FORKS] = (double)stats->forked;
	value[METRIC_EXITS] = (double)stats->children_exited;
	value[METRIC_COLLECTED] = (double)stats->reaped;
	value[METRIC_HANDLER_CALLS] = (double)stats->sigchld_calls;
	value[METRIC_WAKEUPS] = (double)stats->wakeups;
	value[METRIC_FORK_FAILURES] = (double)stats->fork_failures;
	if (stats->fork_failures)
		validity_add(&a->line.validity, VALIDITY_FORK_FAILED,
			     "%llu times",
			     (unsigned long long)stats->fork_failures);
	if (stats->accept_failures)
		validity_add(&a->line.validity, VALIDITY_ACCEPT_FAILED,
			     "%llu times",
			     (unsigned long long)stats->accept_failures);
}

static void take_cpu(struct attempt *a)
{
	double *value = a->line.value;
	double sessions = value[METRIC_SESSIONS];

	if (!(sessions > 0))
		return;
	value[METRIC_CPU_US] = (a->after.cpu_us - a->before.cpu_us) / sessions;
	value[METRIC_PARENT_CPU_US] =
		(a->after.parent_us - a->before.parent_us) / sessions;
	events_take(&a->before.counts, &a->after.counts, sessions, value);
	if (!a->load.hold)
		return;
	value[METRIC_STORM_MS] = zombies_storm_ms(&a->zombies);
	value[METRIC_STORM_CPU_US] =
		(a->after.cpu_us - a->zombies.before_cpu_us) / sessions;
}

static void judge_end(struct attempt *a, int ended, int killed_by)
{
	struct validity_finding *found = &a->line.validity;

	if (ended < 0 && killed_by)
		validity_add(found, VALIDITY_SERVER_KILLED, "SIG%s",
			     sigabbrev_np(killed_by));
	else if (ended < 0)
		validity_add(found, VALIDITY_SERVER_DIED, "it ended by itself");
	else if (ended > 0 && a->server.subject->counters)
		validity_add(found, VALIDITY_SERVER_DIED,
			     "it did not stop when told to");
}

/* --- a limit of processes ------------------------------------------------- */

/* A few sessions more, one after the other, when all is at rest. */
static int probe(struct attempt *a, char why[CELL_WHY])
{
	struct load few = { .sessions = SERVED_AFTER_OF, .concurrency = 1 };
	struct load_config config = { .bin = a->b->bin,
				      .folder = a->b->store->work,
				      .load = &few };
	struct validity_finding unused = { 0 };
	double value[METRIC_COUNT];

	if (load_run(&config, &a->server, value, &unused, why) < 0)
		return -1;
	a->line.value[METRIC_SERVED_AFTER] = value[METRIC_SESSIONS];
	return 0;
}

/* --- the whole ------------------------------------------------------------ */

static int measure(struct attempt *a, char why[CELL_WHY])
{
	struct bench *b = a->b;
	const struct level *level = &a->arm->level[a->id->level];
	struct server_config config = {
		.subject = config_subject(b->config, level->subject),
		.bin = b->bin,
		.folder = b->store->work,
		.number = b->servers++,
		.cpus = placement_set(&b->placement, &b->placement.daemon),
		.cpu = b->cpu,
	};
	const struct experiment *e = a->arm->experiment;
	int ended, killed_by, rc;

	config.settings = arm_settings(a->arm, a->id->level, config.setting);
	if (a->arm->experiment->procedure == PROCEDURE_COUNTED)
		config.events = &a->events;
	if (e->processes) {
		config.limit = b->pids->procs;
		if (pids_limit(b->pids, e->processes) < 0) {
			snprintf(why, CELL_WHY, "cannot limit processes: %s",
				 strerror(errno));
			return -1;
		}
	}
	if (server_start(&a->server, &config, why) < 0)
		return -1;
	if (config.subject->operation) {
		rc = operate(a, why);
		server_stop(&a->server, &killed_by);
		return rc;
	}
	rc = load(a, why);
	if (rc == 0) {
		take_counters(a);
		take_cpu(a);
		if (take_histograms(a) < 0 ||
		    (a->arm->experiment->timeline &&
		     store_zombies(b->store, a->id, a->zombies.line,
				   a->zombies.count) < 0)) {
			snprintf(why, CELL_WHY, "cannot write into %.300s: %s",
				 b->store->partial, strerror(errno));
			rc = -1;
		}
	}
	if (rc == 0 && e->processes)
		rc = probe(a, why);
	zombies_release(&a->zombies);
	ended = server_stop(&a->server, &killed_by);
	judge_end(a, ended, killed_by);
	if (e->processes)
		pids_limit(b->pids, 0);
	return rc;
}

int cell_measure(struct bench *b, const struct cell_id *id,
		 enum validity *status, char why[CELL_WHY])
{
	struct attempt *a = calloc(1, sizeof(*a));
	uint64_t start_ns = clock_now_ns();
	int rc;

	if (!a) {
		snprintf(why, CELL_WHY, "out of memory");
		return -1;
	}
	a->b = b;
	a->id = id;
	a->arm = id->arm;
	a->load = arm_load(id->arm, id->level);
	a->line.validity.aims_at = id->arm->experiment->aims_at;
	a->line.start_s = store_elapsed_s(b->store);
	for (int i = 0; i < METRIC_COUNT; i++)
		a->line.value[i] = NAN;
	watch_begin(b->watch);
	for (int i = 0; i < EVENTS; i++)
		a->events.own[i] = a->events.all[i] = -1;
	rc = measure(a, why);
	events_close(&a->events);
	watch_end(b->watch, a->line.value, &a->line.validity);
	a->line.took_s = (double)(clock_now_ns() - start_ns) / 1e9;
	a->line.value[METRIC_OVERHEAD_MS] =
		1e3 * a->line.took_s - a->line.value[METRIC_LOAD_MS];
	if (rc == 0 && a->line.validity.status == VALIDITY_INVALID)
		store_logs(b->store, id);
	if (rc == 0 && store_cell(b->store, id, &a->line) < 0) {
		snprintf(why, CELL_WHY, "cannot write into %.300s: %s",
			 b->store->partial, strerror(errno));
		rc = -1;
	}
	*status = a->line.validity.status;
	free(a);
	return rc;
}

int cell_calibrate(struct bench *b, struct arm *arm, char why[CELL_WHY])
{
	enum { SERVERS = 3, SESSIONS_OF_CHURN = 10 };
	struct load load = experiment_find("churn")->load;
	double reached[SERVERS];

	load.sessions *= SESSIONS_OF_CHURN;
	for (int i = 0; i < SERVERS; i++) {
		struct server_config config = {
			.subject = config_subject(b->config,
						  arm->level[0].subject),
			.bin = b->bin,
			.folder = b->store->work,
			.number = b->servers++,
			.cpus = placement_set(&b->placement,
					      &b->placement.daemon),
			.cpu = b->cpu,
		};
		struct load_config run = {
			.bin = b->bin,
			.folder = b->store->work,
			.load = &load,
			.cpus = placement_set(&b->placement,
					      &b->placement.loadgen),
		};
		struct validity_finding unused = { 0 };
		double value[METRIC_COUNT];
		struct server server;
		int killed_by, rc;

		value[METRIC_SESSIONS_PER_S] = NAN;
		if (server_start(&server, &config, why) < 0)
			return -1;
		rc = load_run(&run, &server, value, &unused, why);
		server_stop(&server, &killed_by);
		if (rc < 0)
			return -1;
		reached[i] = value[METRIC_SESSIONS_PER_S];
		if (!(reached[i] >= 1)) {
			snprintf(why, CELL_WHY,
				 "%s: the load generator served no session",
				 arm->level[0].subject);
			return -1;
		}
	}
	arm->load.reference_per_s = (uint64_t)llround(
		fmax(fmin(reached[0], reached[1]),
		     fmin(fmax(reached[0], reached[1]), reached[2])));
	return 0;
}

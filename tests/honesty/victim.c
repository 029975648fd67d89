#include "tests/honesty/victim.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/measure/server.h"
#include "lib/children.h"
#include "lib/clock.h"
#include "tests/honesty/check.h"

#define STEADY_NS (10 * NS_PER_S) /* the most that getting there may take */
#define FREEZE_NS NS_PER_S
#define STALL_NS (500 * NS_PER_MS)

#define LAG "generator/send_lag_us/p99"

enum { MESSAGE_BYTES = 64 };

struct victim {
	struct server server;
	struct children children;
	struct trial trial;
};

/* Bytes that a process has written, all told; 0 if it cannot be known. */
static uint64_t written(pid_t pid)
{
	char path[64], line[128];
	uint64_t bytes = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/io", (int)pid);
	in = fopen(path, "re");
	if (!in)
		return 0;
	while (fgets(line, sizeof(line), in))
		if (sscanf(line, "wchar: %" SCNu64, &bytes) == 1)
			break;
	fclose(in);
	return bytes;
}

/*
 * A child that has answered twice has a session whose first echo was read.
 * Held sessions send a second message in the steady phase alone.
 */
static bool all_answered_twice(struct victim *v, size_t sessions)
{
	if (children_read(&v->children, v->server.process.pid) < 0 ||
	    v->children.count != sessions)
		return false;
	for (size_t i = 0; i < sessions; i++)
		if (written(v->children.pid[i]) < 2 * MESSAGE_BYTES)
			return false;
	return true;
}

/*
 * Starts the server and its load, and returns in the midst of it: 0, or -1
 * with why; nothing is left running then.
 */
static int begin(struct victim *v, const struct site *at, const char *options,
		 size_t sessions, char why[SERVER_WHY])
{
	char bin[PATH_MAX];
	struct server_config config = { .subject = subject_find("sig-ign"),
					.bin = bin,
					.folder = at->folder };
	uint64_t until_ns = clock_now_ns() + STEADY_NS;
	int killed_by;

	snprintf(bin, sizeof(bin), "%s/bin", at->build);
	if (children_init(&v->children) < 0 ||
	    server_start(&v->server, &config, why) < 0) {
		children_release(&v->children);
		return -1;
	}
	if (trial_start(&v->trial, at, options, v->server.address,
			v->server.port) < 0) {
		snprintf(why, SERVER_WHY, "cannot run loadgen: %s",
			 strerror(errno));
		goto stop;
	}
	while (!all_answered_twice(v, sessions)) {
		if (spawn_wait(&v->trial.loadgen, clock_now_ns() + NS_PER_MS) ||
		    spawn_interrupted() || clock_now_ns() > until_ns) {
			snprintf(why, SERVER_WHY,
				 "not every session had two echoes");
			goto stop;
		}
	}
	return 0;
stop:
	server_stop(&v->server,
		    &killed_by); /* and loadgen, which is our child as well */
	children_release(&v->children);
	return -1;
}

static void end(struct victim *v)
{
	int killed_by;

	trial_end(&v->trial);
	server_stop(&v->server, &killed_by);
	children_release(&v->children);
}

/* One process (0: none), and a list of them. */
static void signal_these(pid_t one, const struct children *list, int number)
{
	if (one)
		kill(one, number);
	for (size_t i = 0; i < list->count; i++)
		kill(list->pid[i], number);
}

/*
 * By a process of its own, which outlives us if need be: nothing is left
 * stopped. Returns for how long they were, in seconds.
 */
static double stop_for(pid_t one, const struct children *list,
		       uint64_t length_ns)
{
	uint64_t begin_ns = clock_now_ns();
	pid_t pid = fork();

	if (pid == 0) {
		signal_these(one, list, SIGSTOP);
		clock_sleep_until(begin_ns + length_ns);
		signal_these(one, list, SIGCONT);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) < 0)
		return NAN;
	return (double)(clock_now_ns() - begin_ns) / 1e9;
}

/* One run. Returns 1 if this machine kept its times, 0 if not, -1 with why. */
static int try_freeze(struct victim *v, const struct site *at,
		      char why[SERVER_WHY])
{
	static const char options[] = "--messages hold --concurrency 50 "
				      "--message-rate 100 "
				      "--arrivals uniform --duration 4s "
				      "--workers 1";
	double stopped_s = NAN;

	if (begin(v, at, options, 50, why) < 0)
		return -1;
	spawn_wait(&v->trial.loadgen, clock_now_ns() + 3 * NS_PER_S / 2);
	if (!spawn_interrupted())
		stopped_s = stop_for(v->server.process.pid, &v->children,
				     FREEZE_NS);
	end(v);
	printf("# stopped for %.4f s; loadgen's own lag was %.1f ms\n",
	       stopped_s, trial_figure(&v->trial, LAG) / 1e3);
	return stopped_s <= 1.02 && !trial_lagged(&v->trial);
}

void victim_check_freeze(const struct site *at)
{
	static const char name[] = "frozen for 1.0 s of 4 s";
	/* A lag as long as the freeze: it has waited for answers. */
	static const struct check checks[] = {
		{ LAG, 0, 200e3 },
		{ "sessions/served", 50, 50 },
		{ "sessions/failures", 0, 0 },
		{ "messages/unsent", 0, 0 },
		{ "messages/mismatched", 0, 0 },
		{ "latency_us/echo/count", 20000, 20000 },
		{ "latency_us/echo/p90", 500e3, 700e3 },
		{ "latency_us/echo/p99", 900e3, 1000e3 },
		{ "latency_us/echo_uncorrected/p90", 0, 50e3 },
		{ 0 },
	};
	struct victim v;
	char why[SERVER_WHY];
	int calm = try_freeze(&v, at, why);

	for (int more = 2; more && calm == 0 && !spawn_interrupted() &&
			   !check_holds(&v.trial, checks);
	     more--) {
		printf("# this machine was disturbed: once more\n");
		trial_release(&v.trial);
		calm = try_freeze(&v, at, why);
	}
	if (calm < 0)
		check_lost(name, why);
	else
		check_trial(name, &v.trial, checks);
}

/* What is done to a server or to its load: how, and what must hold then. */
struct harm {
	const char *name, *options;
	const struct check *checks;
	bool parent,
		workers; /* of loadgen, that are stopped; none: see below */
};

/* Without any, the server and all its children are killed. */
static void do_harm(const struct victim *v, const struct harm *h)
{
	pid_t loadgen = v->trial.loadgen.pid;
	struct children workers;

	if (!h->parent && !h->workers) {
		signal_these(v->server.process.pid, &v->children, SIGKILL);
		return;
	}
	if (children_init(&workers) < 0)
		return;
	if (h->workers)
		children_read(&workers, loadgen);
	stop_for(h->parent ? loadgen : 0, &workers, STALL_NS);
	children_release(&workers);
}

/* 20 sessions, of which each has been answered twice. */
static void check_harm(const struct site *at, const struct harm *h)
{
	struct victim v;
	char why[SERVER_WHY];

	if (spawn_interrupted())
		return;
	if (begin(&v, at, h->options, 20, why) < 0) {
		check_lost(h->name, why);
		return;
	}
	do_harm(&v, h);
	end(&v);
	check_trial(h->name, &v.trial, h->checks);
}

/* The load generator itself: it, its workers, or both. */
void victim_check_stalls(const struct site *at)
{
	static const struct check checks[] = {
		{ "verdict/gravity", 1, 2 },
		{ "generator/stalls/seconds", 0.3, 5 },
		{ "sessions/served", 20, 20 },
		{ "messages/mismatched", 0, 0 },
		{ 0 },
	};
	static const char open[] = "--messages hold --concurrency 20 "
				   "--message-rate 50 --duration 1s";
	static const char closed[] = "--messages 1000000000 --sessions 20 "
				     "--concurrency 20 --duration 1s";
	static const struct harm stalls[] = {
		{ "generator stopped for 0.5 s, open", open, checks, true,
		  true },
		{ "generator stopped for 0.5 s, closed", closed, checks, true,
		  true },
		{ "its workers stopped, open", open, checks, false, true },
		{ "its parent stopped, closed", closed, checks, true, false },
	};

	for (size_t i = 0; i < sizeof(stalls) / sizeof(stalls[0]); i++)
		check_harm(at, &stalls[i]);
}

void victim_check_deaths(const struct site *at)
{
	static const struct check checks[] = {
		{ "sessions/requested", 20, 20 },
		{ "sessions/connected", 20, 20 },
		{ "sessions/served", 20, 20 },
		{ "sessions/completed", 0, 0 },
		{ "sessions/failures", 20, 20 },
		{ "messages/mismatched", 0, 0 },
		{ 0 },
	};
	static const struct harm deaths[] = {
		{ .name = "killed, held sessions",
		  .options = "--messages hold --concurrency 20 "
			     "--message-rate 50 --duration 1s",
		  .checks = checks },
		{ .name = "killed, closed model",
		  .options = "--messages 1000000000 --sessions 20 "
			     "--concurrency 20",
		  .checks = checks },
	};

	for (size_t i = 0; i < sizeof(deaths) / sizeof(deaths[0]); i++)
		check_harm(at, &deaths[i]);
}

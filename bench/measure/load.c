#include "bench/measure/load.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"

/* Its own time-outs end it long before. */
#define PATIENCE_NS (300 * NS_PER_S)

enum { ARGS = 32, NUMBER = 24 };

/* Runs it with these arguments to its end. */
static int run(const struct load_config *c, const char *const argv[],
	       struct spawn *loadgen, char why[LOAD_WHY])
{
	char log[PATH_MAX];
	struct spawn_command command = { .argv = argv,
					 .output = log,
					 .cpus = c->cpus };
	uint64_t deadline_ns = clock_now_ns() + PATIENCE_NS;
	uint64_t step_ns = c->look ? c->step_ns : NS_PER_S;

	snprintf(log, sizeof(log), "%.*s/load.log", PATH_MAX - 64, c->folder);
	unlink(log);
	if (spawn_start(loadgen, &command) < 0) {
		snprintf(why, LOAD_WHY, "cannot run %.200s: %s", argv[0],
			 strerror(errno));
		return -1;
	}
	while (!spawn_wait(loadgen, clock_now_ns() + step_ns) &&
	       !spawn_interrupted() && clock_now_ns() < deadline_ns)
		if (c->look)
			c->look(c->context);
	spawn_stop(loadgen, SIGKILL, 0);
	if (!spawn_interrupted())
		return 0;
	snprintf(why, LOAD_WHY, "interrupted");
	return -1;
}

static int common_arguments(const struct load_config *c, uint64_t sessions,
			    const char *argv[ARGS], char path[PATH_MAX],
			    char number[2][NUMBER])
{
	uint64_t concurrency = c->load->concurrency;
	int n = 0;

	if (concurrency > sessions)
		concurrency = sessions;
	snprintf(path, PATH_MAX, "%.*s/loadgen", PATH_MAX - 64, c->bin);
	snprintf(number[0], NUMBER, "%" PRIu64, sessions);
	snprintf(number[1], NUMBER, "%" PRIu64, concurrency);
	argv[n++] = path;
	argv[n++] = "--quiet";
	argv[n++] = "--concurrency";
	argv[n++] = number[1];
	if (!c->load->hold) {
		argv[n++] = "--sessions";
		argv[n++] = number[0];
	}
	if (c->load->rst) {
		argv[n++] = "--close";
		argv[n++] = "rst";
	}
	return n;
}

int load_warm(const struct load_config *c, const struct server *s,
	      char why[LOAD_WHY])
{
	const char *argv[ARGS];
	char path[PATH_MAX], number[2][NUMBER];
	struct spawn loadgen;
	int n = common_arguments(c, c->load->warm, argv, path, number);

	argv[n++] = s->address;
	argv[n++] = s->port;
	argv[n] = NULL;
	if (run(c, argv, &loadgen, why) < 0)
		return -1;
	if (spawn_succeeded(&loadgen))
		return 0;
	snprintf(why, LOAD_WHY,
		 "the load generator failed in the warm-up; see load.log");
	return -1;
}

/* --- what it found -------------------------------------------------------- */

static double number(const json_t *object, const char *group, const char *key)
{
	const json_t *at = json_object_get(json_object_get(object, group), key);

	return json_is_number(at) ? json_number_value(at) : NAN;
}

static void take_latencies(const json_t *root, double value[METRIC_COUNT])
{
	static const struct {
		enum metric_id id;
		const char *latency, *key;
	} wanted[] = {
		{ METRIC_CONNECT_P50_US, "connect", "p50" },
		{ METRIC_CONNECT_P99_US, "connect", "p99" },
		{ METRIC_FIRST_ECHO_P50_US, "first_echo", "p50" },
		{ METRIC_FIRST_ECHO_P99_US, "first_echo", "p99" },
		{ METRIC_ECHO_P50_US, "echo", "p50" },
		{ METRIC_ECHO_P99_US, "echo", "p99" },
		{ METRIC_CLOSE_P50_US, "close", "p50" },
	};
	const json_t *latencies = json_object_get(root, "latency_us");

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		value[wanted[i].id] =
			number(latencies, wanted[i].latency, wanted[i].key);
}

static double busiest_worker_pct(const json_t *root)
{
	const json_t *workers =
		json_object_get(json_object_get(root, "generator"), "workers");
	const json_t *worker;
	double most = NAN;
	size_t i;

	json_array_foreach(workers, i, worker)
	{
		const json_t *pct = json_object_get(worker, "cpu_pct");

		if (json_is_number(pct))
			most = fmax(most, json_number_value(pct));
	}
	return most;
}

static double failed_in(const json_t *root)
{
	json_t *failed =
		json_object_get(json_object_get(root, "sessions"), "failed");
	const char *name;
	json_t *count;
	double sum = 0;

	json_object_foreach(failed, name, count)
		sum += json_number_value(count);
	return failed ? sum : NAN;
}

/* Its own judgement, with the first of its reasons. */
static void take_verdict(const json_t *root, struct validity_finding *found)
{
	const json_t *verdict = json_object_get(root, "verdict");
	const char *status = json_string_value(json_object_get(verdict, "statu"
									"s"));
	const char *first = json_string_value(
		json_array_get(json_object_get(verdict, "reasons"), 0));

	if (status && strcmp(status, "valid") == 0)
		return;
	validity_add(found,
		     status && strcmp(status, "suspect") == 0 ?
			     VALIDITY_GENERATOR_SUSPECT :
			     VALIDITY_GENERATOR_INVALID,
		     "%s", first ? first : "no reason given");
}

static void take(const struct load_config *c, const json_t *root,
		 double value[METRIC_COUNT], struct validity_finding *found)
{
	take_latencies(root, value);
	value[METRIC_FAILED] = failed_in(root);
	value[METRIC_SESSIONS] = number(root, "sessions", "completed");
	value[METRIC_SESSIONS_PER_S] = number(root, "rates", "sessions_per_s");
	value[METRIC_LOAD_MS] =
		1e3 * number(root, "generator",
			     c->load->hold ? "elapsed_s" : "window_s");
	value[METRIC_LOADGEN_CPU_PCT] = busiest_worker_pct(root);
	take_verdict(root, found);
}

int load_run(const struct load_config *c, const struct server *s,
	     double value[METRIC_COUNT], struct validity_finding *found,
	     char why[LOAD_WHY])
{
	const char *argv[ARGS];
	char rate[NUMBER], burst[NUMBER], hold[NUMBER];
	char path[PATH_MAX], json[PATH_MAX], hlog[PATH_MAX];
	char numbers[2][NUMBER];
	struct spawn loadgen;
	json_t *root;
	int n = common_arguments(c, c->load->sessions, argv, path, numbers);
	/* One burst is all there is: the rate is that of a second one. */
	double rate_per_s = c->load->burst ?
				    (double)c->load->burst :
				    (double)c->load->reference_per_s *
					    (double)c->load->rate_pct / 100;

	snprintf(json, sizeof(json), "%.*s/load.json", PATH_MAX - 64,
		 c->folder);
	snprintf(hlog, sizeof(hlog), "%.*s/load.hlog", PATH_MAX - 64,
		 c->folder);
	unlink(json);
	unlink(hlog);
	if (c->load->hold) {
		argv[n++] = "--messages";
		argv[n++] = "hold";
		argv[n++] = "--duration";
		/* Meanwhile their memory is read. */
		snprintf(hold, sizeof(hold), "%" PRIu64 "us",
			 50000 + 10 * c->load->sessions);
		argv[n++] = hold;
	}
	if (rate_per_s > 0) {
		snprintf(rate, sizeof(rate), "%.3f", rate_per_s);
		snprintf(burst, sizeof(burst), "%" PRIu64,
			 c->load->burst ? c->load->burst : 1);
		argv[n++] = "--session-rate";
		argv[n++] = rate;
		argv[n++] = "--burst";
		argv[n++] = burst;
		value[METRIC_OFFERED_PER_S] = rate_per_s;
	}
	argv[n++] = "--json";
	argv[n++] = json;
	argv[n++] = "--hlog";
	argv[n++] = hlog;
	argv[n++] = s->address;
	argv[n++] = s->port;
	argv[n] = NULL;
	if (run(c, argv, &loadgen, why) < 0)
		return -1;
	if (spawn_killed_by(&loadgen)) {
		validity_add(found, VALIDITY_GENERATOR_KILLED, "SIG%s",
			     sigabbrev_np(spawn_killed_by(&loadgen)));
		return 0;
	}
	root = json_load_file(json, 0, NULL);
	if (root)
		take(c, root, value, found);
	else
		validity_add(found, VALIDITY_GENERATOR_INVALID, "no result");
	json_decref(root);
	return 0;
}

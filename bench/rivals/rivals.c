#include "bench/rivals/rivals.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/json_file.h"
#include "lib/clock.h"
#include "lib/rng.h"

#define PATIENCE_NS (60 * NS_PER_S)

/*
 * Where every client is. xinetd asks for the name of each client: this one is
 * in /etc/hosts. The load generator's own choice are many addresses of the
 * loopback network, about which xinetd's children would ask a name server, and
 * wait for it.
 */
#define CLIENT "127.0.0.1"

enum { LOADGEN_SCHEMA = 1 };

/* --- one measurement ------------------------------------------------------ */

/* What every measurement is made with. */
struct contest {
	const struct rivals_config *config;
	const struct rival_site *site;
	const char *loadgen;
	struct rng rng;
	unsigned measured; /* so far: each daemon has an address of its own */
	char *why;	   /* of RIVALS_WHY bytes */
};

struct rivals_rate {
	double per_s, lost; /* sessions served, in a second; and not */
};

static double figure(const json_t *root, const char *group, const char *key)
{
	return json_number_value(
		json_object_get(json_object_get(root, group), key));
}

/*
 * Of a rate that says something every byte is right; and of our own servers,
 * every session was served. Those of others may have lost some: that is told.
 */
static int read_rate(const char *path, int which, struct rivals_rate *rate,
		     char why[RIVALS_WHY])
{
	char wrong[JSON_FILE_WHY];
	json_t *root = json_file_read(path, LOADGEN_SCHEMA, wrong);
	double requested, served, mismatched;

	if (!root) {
		snprintf(why, RIVALS_WHY, "%.200s: %s", path, wrong);
		return -1;
	}
	requested = figure(root, "sessions", "requested");
	served = figure(root, "sessions", "served");
	mismatched = figure(root, "messages", "mismatched");
	rate->per_s = figure(root, "rates", "sessions_per_s");
	rate->lost = requested - served;
	json_decref(root);
	if (served > 0 && rate->per_s > 0 && !(mismatched > 0) &&
	    (!(rate->lost > 0) || rival_is_foreign(which)))
		return 0;
	snprintf(why, RIVALS_WHY,
		 "served %.0f of %.0f sessions, with %.0f echoes wrong", served,
		 requested, mismatched);
	return -1;
}

static int load(const struct contest *c, const struct rival *r,
		uint64_t at_once, struct rivals_rate *rate,
		char why[RIVALS_WHY])
{
	char concurrency[24], duration[32], json[PATH_MAX];
	const char *const argv[] = { c->loadgen,   "--quiet",	    "--source",
				     CLIENT,	   "--concurrency", concurrency,
				     "--duration", duration,	    "--json",
				     json,	   r->address,	    r->port,
				     NULL };
	const struct spawn_command command = { .argv = argv };
	uint64_t duration_ns = c->config->duration_ns;
	struct spawn process;

	snprintf(concurrency, sizeof(concurrency), "%" PRIu64, at_once);
	snprintf(duration, sizeof(duration), "%" PRIu64 "ns", duration_ns);
	snprintf(json, sizeof(json), "%.*s/loadgen.json", PATH_MAX - 32,
		 c->site->folder);
	unlink(json);
	if (spawn_start(&process, &command) < 0) {
		snprintf(why, RIVALS_WHY, "cannot run %.200s: %s", c->loadgen,
			 strerror(errno));
		return -1;
	}
	spawn_wait(&process, clock_now_ns() + duration_ns + PATIENCE_NS);
	spawn_stop(&process, SIGKILL, 0);
	if (spawn_interrupted()) {
		snprintf(why, RIVALS_WHY, "interrupted");
		return -1;
	}
	return read_rate(json, r->which, rate, why);
}

static int measure(struct contest *c, int which, uint64_t at_once,
		   struct rivals_rate *rate)
{
	char wrong[RIVALS_WHY];
	struct rival server;
	int rc;

	if (rival_start(&server, which, c->site, c->measured++, c->why) < 0)
		return -1;
	rc = load(c, &server, at_once, rate, wrong);
	rival_stop(&server);
	if (rc < 0)
		snprintf(c->why, RIVALS_WHY, "%s, %" PRIu64 " at once: %.400s",
			 rival_names[which], at_once, wrong);
	return rc;
}

/* --- all of them ---------------------------------------------------------- */

static size_t order(struct contest *c, int out[RIVALS])
{
	size_t n = 0;

	for (int which = 0; which < RIVALS; which++)
		if (which == RIVAL_ECHOD || c->config->with[which])
			out[n++] = which;
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)rng_below(&c->rng, i);
		int other = out[i - 1];

		out[i - 1] = out[j];
		out[j] = other;
	}
	return n;
}

/* What is to come, and the seed that gives the same order again. */
static void tell_plan(const struct rivals_config *config)
{
	size_t servers = 1;
	double seconds;

	for (int which = 0; which < RIVALS; which++)
		servers += which != RIVAL_ECHOD && config->with[which];
	seconds = (double)config->duration_ns / 1e9 * (double)servers *
		  (double)config->levels * (config->rounds + 1);
	fprintf(stderr,
		"servers: %zu, levels of concurrency: %zu, rounds: %u and a "
		"warm-up; above %.0f s; seed %" PRIu64 "\n",
		servers, config->levels, config->rounds, seconds, config->seed);
}

static void tell_rate(const struct contest *c, unsigned round, int which,
		      uint64_t at_once, const struct rivals_rate *rate)
{
	fprintf(stderr,
		"round %u/%u  %-6s %4" PRIu64 " at once  %6.0f sessions/s",
		round, c->config->rounds, rival_names[which], at_once,
		rate->per_s);
	if (rate->lost > 0)
		fprintf(stderr, ", %.0f lost", rate->lost);
	fputc('\n', stderr);
}

/* Every server once; the results, by server, get those of a round that counts.
 */
static int measure_level(struct contest *c, unsigned round, uint64_t at_once,
			 struct rivals_result results[RIVALS])
{
	int which[RIVALS];
	size_t n = order(c, which);

	for (size_t i = 0; i < n; i++) {
		struct rivals_result *result = &results[which[i]];
		struct rivals_rate rate;

		if (measure(c, which[i], at_once, &rate) < 0)
			return -1;
		tell_rate(c, round, which[i], at_once, &rate);
		if (!round)
			continue;
		result->per_s[round - 1] = rate.per_s;
		result->lost += rate.lost;
	}
	return 0;
}

static int measure_all(struct contest *c, struct rivals *out)
{
	tell_plan(c->config);
	for (unsigned round = 0; round <= c->config->rounds; round++)
		for (size_t level = 0; level < c->config->levels; level++)
			if (measure_level(c, round,
					  c->config->concurrency[level],
					  out->result[level]) < 0)
				return -1;
	return 0;
}

static int judge(struct rivals_result *echod, struct rivals_result *r,
		 unsigned rounds)
{
	double d[RIVALS_ROUNDS], values[RIVALS_ROUNDS];

	for (unsigned i = 0; i < rounds; i++) {
		values[i] = r->per_s[i];
		d[i] = log(echod->per_s[i] / r->per_s[i]);
	}
	r->median = stats_median(values, rounds);
	return r == echod ? 0 : stats_paired(d, rounds, &r->echod);
}

int rivals_measure(const struct rivals_config *config,
		   const struct rival_site *site, const char *loadgen,
		   struct rivals *out, char why[RIVALS_WHY])
{
	struct contest c = { .config = config,
			     .site = site,
			     .loadgen = loadgen,
			     .rng = { .state = config->seed },
			     .why = why };

	*out = (struct rivals){ 0 };
	if (measure_all(&c, out) < 0)
		return -1;
	for (size_t level = 0; level < config->levels; level++)
		for (int which = 0; which < RIVALS; which++) {
			struct rivals_result *all = out->result[level];

			if (which != RIVAL_ECHOD && !config->with[which])
				continue;
			if (judge(&all[RIVAL_ECHOD], &all[which],
				  config->rounds) < 0) {
				snprintf(why, RIVALS_WHY, "out of memory");
				return -1;
			}
		}
	return 0;
}

#include "bench/measure/stored_config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static json_t *loads(const struct config *config)
{
	json_t *list = json_array();

	for (int kind = 0; kind < EXPERIMENTS; kind++) {
		const struct load *load = &config->load[kind];

		if (!config->with[kind])
			continue;
		json_array_append_new(
			list,
			json_pack("{s:s, s:I, s:I, s:f, s:f, s:I}", "name",
				  experiment_names[kind], "concurrency",
				  (json_int_t)load->concurrency, "sessions",
				  (json_int_t)(kind == EXPERIMENT_HOLD ?
						       load->concurrency :
						       load->sessions),
				  "duration_s", (double)load->duration_ns / 1e9,
				  "message_rate", load->message_rate,
				  "sessions_most", (json_int_t)load->most));
	}
	return list;
}

static json_t *placement_of(const struct placement *p)
{
	char daemon[PLACEMENT_LIST], loadgen[PLACEMENT_LIST];
	char forkbench[PLACEMENT_LIST];

	return json_pack("{s:s, s:s, s:s, s:s}", "kind",
			 placement_names[p->kind], "daemon_cpus",
			 placement_list(&p->daemon, daemon), "loadgen_cpus",
			 placement_list(&p->loadgen, loadgen), "forkbench_cpus",
			 placement_list(&p->forkbench, forkbench));
}

json_t *stored_config_make(const struct config *config)
{
	json_t *budget = config->budget_ns ?
				 json_real((double)config->budget_ns / 1e9) :
				 json_null();
	json_t *modes = json_array();

	for (size_t i = 0; i < config->modes; i++)
		json_array_append_new(modes, json_string(config->mode[i]));
	return json_pack("{s:s, s:I, s:i, s:i, s:s, s:o, s:b, s:b, s:o, s:s, "
			 "s:o, s:o}",
			 "profile", config->profile, "seed",
			 (json_int_t)config->seed, "rounds",
			 (int)config->rounds, "warmup_rounds",
			 (int)config->warmups, "baseline", config->mode[0],
			 "modes", modes, "aa", config->aa, "verdicts",
			 config->verdicts, "experiments", loads(config),
			 "rerun", config->rerun, "placement",
			 placement_of(&config->placement), "budget_s", budget);
}

/* The name in the list, or -1 with why. */
static int known(const char *name, const char *const names[], const char *what,
		 char why[STORED_CONFIG_WHY])
{
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	snprintf(why, STORED_CONFIG_WHY, "%s `%.60s` is unknown", what, name);
	return -1;
}

static int wrong(const char *what, char why[STORED_CONFIG_WHY])
{
	snprintf(why, STORED_CONFIG_WHY, "%.200s", what);
	return -1;
}

static int read_modes(const json_t *list, struct config *c,
		      char why[STORED_CONFIG_WHY])
{
	const json_t *item;
	size_t i;

	if (!json_array_size(list) || json_array_size(list) > PLAN_MODES)
		return wrong("`modes` is not a list of modes", why);
	json_array_foreach(list, i, item)
	{
		const char *name = json_string_value(item);

		if (!name)
			return wrong("`modes` holds what is no text", why);
		if (known(name, experiment_modes, "mode", why) < 0)
			return -1;
		snprintf(c->mode[i], SLOT_NAME, "%s", name);
	}
	c->modes = json_array_size(list);
	return 0;
}

static int read_load(const json_t *item, struct config *c,
		     char why[STORED_CONFIG_WHY])
{
	json_int_t concurrency, sessions, most;
	double duration_s, rate;
	json_error_t error;
	const char *name;
	int kind;

	if (json_unpack_ex((json_t *)(uintptr_t)item, &error, 0,
			   "{s:s, s:I, s:I, s:F, s:F, s:I}", "name", &name,
			   "concurrency", &concurrency, "sessions", &sessions,
			   "duration_s", &duration_s, "message_rate", &rate,
			   "sessions_most", &most) < 0)
		return wrong(error.text, why);
	kind = known(name, experiment_names, "experiment", why);
	if (kind < 0)
		return -1;
	if (concurrency < 1 || sessions < 0 || most < 0 || rate < 0 ||
	    duration_s < 0 || duration_s > 1e6)
		return wrong("a load is out of range", why);
	c->with[kind] = true;
	c->load[kind] = (struct load){
		.concurrency = (uint64_t)concurrency,
		/* What hold holds is written as both. */
		.sessions = kind == EXPERIMENT_HOLD ? 0 : (uint64_t)sessions,
		.duration_ns = (uint64_t)llround(duration_s * 1e9),
		.message_rate = rate,
		.most = (uint64_t)most,
	};
	return 0;
}

/* The CPUs are shared out anew: env.json tells whether they are the same. */
static int read_placement(json_t *item, struct config *c,
			  char why[STORED_CONFIG_WHY])
{
	const char *name = placement_names[PLACEMENT_NONE];
	json_error_t error;
	int kind;

	if (item && json_unpack_ex(item, &error, 0, "{s:s}", "kind", &name) < 0)
		return wrong(error.text, why);
	kind = known(name, placement_names, "placement", why);
	if (kind < 0)
		return -1;
	return placement_make(&c->placement, (enum placement_kind)kind, why);
}

/* Null, or none at all: as long as it takes. */
static int read_budget(const json_t *item, struct config *c,
		       char why[STORED_CONFIG_WHY])
{
	double budget_s = json_number_value(item);

	if (item && !json_is_null(item) && !json_is_number(item))
		return wrong("`budget_s` is not a number", why);
	if (budget_s < 0 || budget_s > 1e6)
		return wrong("`budget_s` is out of range", why);
	c->budget_ns = (uint64_t)llround(budget_s * 1e9);
	return 0;
}

int stored_config_read(const json_t *run, struct config *c,
		       char why[STORED_CONFIG_WHY])
{
	const char *profile, *rerun;
	json_t *modes, *experiments;
	int rounds, warmups, aa, verdicts, at;
	const json_t *item;
	json_error_t error;
	json_int_t seed;
	size_t i;

	*c = (struct config){ 0 };
	if (json_unpack_ex((json_t *)(uintptr_t)run, &error, 0,
			   "{s:s, s:I, s:i, s:i, s:o, s:b, s:b, s:o, s:s}",
			   "profile", &profile, "seed", &seed, "rounds",
			   &rounds, "warmup_rounds", &warmups, "modes", &modes,
			   "aa", &aa, "verdicts", &verdicts, "experiments",
			   &experiments, "rerun", &rerun) < 0)
		return wrong(error.text, why);
	at = known(profile, profile_names, "profile", why);
	if (at < 0 || read_modes(modes, c, why) < 0)
		return -1;
	if (seed < 1 || rounds < 1 || rounds > 1000 || warmups < 0 ||
	    warmups > 100)
		return wrong("seed or rounds are out of range", why);
	if (!json_array_size(experiments))
		return wrong("`experiments` is not a list of experiments", why);
	json_array_foreach(experiments, i, item)
	{
		if (read_load(item, c, why) < 0)
			return -1;
	}
	if (read_placement(json_object_get(run, "placement"), c, why) < 0)
		return -1;
	if (read_budget(json_object_get(run, "budget_s"), c, why) < 0)
		return -1;
	c->profile = profile_names[at];
	c->seed = (uint64_t)seed;
	c->rounds = (unsigned)rounds;
	c->warmups = (unsigned)warmups;
	c->aa = aa;
	c->verdicts = verdicts;
	snprintf(c->rerun, sizeof(c->rerun), "%s", rerun);
	return 0;
}

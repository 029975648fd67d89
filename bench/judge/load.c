#include "bench/judge/load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/judge/load_cell.h"
#include "bench/judge/load_json.h"
#include "bench/plain.h"

/* Names become parts of paths, tables and pictures. */
static bool is_name(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length < LOAD_NAME - sizeof("-aa") &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length;
}

static bool is_listed(const struct load_run *r, const char *experiment)
{
	for (size_t i = 0; i < r->n_experiments; i++)
		if (strcmp(r->experiments[i].name, experiment) == 0)
			return true;
	return false;
}

static int read_experiments(const struct load_source *from, struct load_run *r)
{
	json_t *list, *item;
	size_t i;

	if (load_part(from, r->source, "experiments", LOAD_REQUIRED, JSON_ARRAY,
		      &list) < 0)
		return -1;
	if (json_array_size(list) < 1 ||
	    json_array_size(list) > LOAD_EXPERIMENTS)
		return load_fail(from,
				 "%zu experiments, not 1 to %d; the run must "
				 "be measured again",
				 json_array_size(list), LOAD_EXPERIMENTS);
	json_array_foreach(list, i, item)
	{
		struct load_experiment *e = &r->experiments[i];

		if (load_text(from, item, "name", LOAD_REQUIRED, &e->name) ||
		    load_count(from, item, "concurrency", LOAD_OPTIONAL,
			       &e->concurrency) ||
		    load_count(from, item, "sessions", LOAD_OPTIONAL,
			       &e->sessions) ||
		    load_number(from, item, "duration_s", LOAD_OPTIONAL,
				&e->duration_s) ||
		    load_number(from, item, "message_rate", LOAD_OPTIONAL,
				&e->message_rate))
			return -1;
		if (!is_name(e->name) || is_listed(r, e->name))
			return load_fail(from,
					 "`%.80s` is no experiment's name, or "
					 "named before; the run must be "
					 "measured again",
					 e->name);
		r->n_experiments++;
	}
	return 0;
}

/* The baseline's own place comes first, the others as asked for, then A/A. */
static void fill_slots(struct load_run *r, const char *const modes[], size_t n,
		       bool again)
{
	size_t first = 0;

	while (strcmp(modes[first], r->baseline) != 0)
		first++;
	r->n_slots = 1;
	for (size_t i = 0; i < n; i++) {
		struct load_slot *s = &r->slots[i == first ? 0 : r->n_slots++];

		slot_name(modes, i, s->name);
		s->mode = modes[i];
	}
	if (!again)
		return;
	slot_name_again(r->baseline, r->slots[r->n_slots].name);
	r->slots[r->n_slots].mode = r->baseline;
	r->slots[r->n_slots++].again = true;
}

static int read_slots(const struct load_source *from, struct load_run *r)
{
	bool again = false, listed = false;
	const char *modes[LOAD_MODES];
	json_t *list, *item;
	size_t i;

	if (load_text(from, r->source, "baseline", LOAD_REQUIRED,
		      &r->baseline) ||
	    load_truth(from, r->source, "aa", LOAD_OPTIONAL, &again) ||
	    load_part(from, r->source, "modes", LOAD_REQUIRED, JSON_ARRAY,
		      &list))
		return -1;
	if (json_array_size(list) > LOAD_MODES)
		return load_fail(from,
				 "%zu modes, and at most %d are read; the run "
				 "must be measured again",
				 json_array_size(list), LOAD_MODES);
	json_array_foreach(list, i, item)
	{
		const char *mode = json_string_value(item);

		if (!mode || !is_name(mode))
			return load_fail(from,
					 "`modes` holds `%.60s`, which is no "
					 "mode's name; the run must be "
					 "measured again",
					 mode ? mode : "something else");
		listed |= strcmp(mode, r->baseline) == 0;
		modes[i] = mode;
	}
	if (!listed)
		return load_fail(from,
				 "`modes` is without the baseline, `%.60s`; "
				 "the run must be measured again",
				 r->baseline);
	fill_slots(r, modes, json_array_size(list), again);
	return 0;
}

static int read_resumptions(const struct load_source *from, struct load_run *r)
{
	json_t *list;

	if (load_part(from, r->source, "resumed", LOAD_OPTIONAL, JSON_ARRAY,
		      &list) < 0)
		return -1;
	r->n_resumed = json_array_size(list);
	if (!r->n_resumed)
		return 0;
	return load_count(from, json_array_get(list, r->n_resumed - 1),
			  "at_cell", LOAD_REQUIRED, &r->resumed_at);
}

static int read_run(struct load_run *r, char why[LOAD_WHY])
{
	struct load_source from = { .why = why };

	if (load_at(&from, "%s/run.json", r->path) ||
	    load_json(&from, LOAD_REQUIRED, &r->source))
		return -1;
	if (load_truth(&from, r->source, "finished", LOAD_REQUIRED,
		       &r->finished) ||
	    load_truth(&from, r->source, "verdicts", LOAD_OPTIONAL,
		       &r->verdicts) ||
	    load_count(&from, r->source, "rounds", LOAD_REQUIRED, &r->rounds) ||
	    load_count(&from, r->source, "cells", LOAD_REQUIRED,
		       &r->planned_cells) ||
	    load_number(&from, r->source, "elapsed_s", LOAD_OPTIONAL,
			&r->elapsed_s) ||
	    load_text(&from, r->source, "profile", LOAD_OPTIONAL,
		      &r->profile) ||
	    load_text(&from, r->source, "started_utc", LOAD_OPTIONAL,
		      &r->started_utc) ||
	    load_text(&from, r->source, "rerun", LOAD_OPTIONAL, &r->rerun) ||
	    load_text(&from, r->source, "interrupted_by", LOAD_OPTIONAL,
		      &r->interrupted_by))
		return -1;
	if (r->rounds < 1 || r->rounds > LOAD_ROUNDS)
		return load_fail(&from,
				 "`rounds` is %ju, not 1 to %d; the run must "
				 "be measured again",
				 (uintmax_t)r->rounds, LOAD_ROUNDS);
	if (read_slots(&from, r) < 0 || read_resumptions(&from, r) < 0)
		return -1;
	return read_experiments(&from, r);
}

static int read_env(struct load_run *r, char why[LOAD_WHY])
{
	struct load_source from = { .why = why };

	if (load_at(&from, "%s/env.json", r->path) < 0)
		return -1;
	return load_json(&from, LOAD_REQUIRED, &r->env);
}

/* The same name whatever path led here, a link or the folder itself. */
static int name_run(struct load_run *r, char why[LOAD_WHY])
{
	struct load_source from = { .why = why };
	char *real, *end;

	if (load_at(&from, "%s", r->path) < 0)
		return -1;
	real = realpath(r->path, NULL);
	if (!real)
		return load_fail(&from,
				 "cannot be read: %s; give the folder of a "
				 "stored run, results/latest for one",
				 strerror(errno));
	snprintf(r->name, sizeof(r->name), "%s", strrchr(real, '/') + 1);
	end = strstr(r->name, ".partial");
	if (end && strcmp(end, ".partial") == 0)
		*end = '\0';
	plain_text(r->name);
	free(real);
	return 0;
}

int load_head(const char *path, struct load_run *run, char why[LOAD_WHY])
{
	*run = (struct load_run){ .profile = "-",
				  .started_utc = "-",
				  .rerun = "-",
				  .verdicts = true };
	snprintf(run->path, sizeof(run->path), "%s", path);
	return name_run(run, why) || read_run(run, why) ? -1 : 0;
}

int load_run(const char *path, struct load_run *run, char why[LOAD_WHY])
{
	if (load_head(path, run, why) || read_env(run, why))
		return -1;
	return load_cells(run, why);
}

void load_release(struct load_run *run)
{
	for (size_t i = 0; i < run->n_cells; i++)
		load_cell_release(&run->cells[i]);
	free(run->cells);
	json_decref(run->source);
	json_decref(run->env);
	*run = (struct load_run){ 0 };
}

bool load_usable(const struct load_cell *cell)
{
	return !cell->excluded && !cell->warmup &&
	       cell->validity != CELL_INVALID;
}

const struct load_cell *load_find(const struct load_run *run, size_t experiment,
				  size_t slot, unsigned round)
{
	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];

		if (c->experiment == experiment && c->slot == slot &&
		    c->round == round && load_usable(c))
			return c;
	}
	return NULL;
}

const char *load_env(const struct load_run *run, const char *group,
		     const char *key)
{
	return json_string_value(
		json_object_get(json_object_get(run->env, group), key));
}

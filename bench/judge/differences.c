#include "bench/judge/differences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of run.json: what was planned. The loads are compared by experiment. */
static const char *const planned[] = {
	"profile", "rounds", "warmup_rounds", "baseline",
	"modes",   "aa",     "sampler",	      "placement",
};

/* Of env.json: what comes first. */
static const struct {
	const char *group, *key;
} first[] = {
	{ "build", "commit" },	 { "build", "dirty" }, { "build", "flags" },
	{ "build", "compiler" }, { "host", "kernel" }, { "host", "cpu" },
};

/* Of env.json: what says nothing of the machine's speed. */
static const char *const ignored[] = { "schema_version", "doctor" };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool is_listed(const char *key, const char *const list[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], key) == 0)
			return true;
	return false;
}

static bool is_first(const char *path)
{
	for (size_t i = 0; i < COUNT(first); i++) {
		size_t length = strlen(first[i].group);

		if (strncmp(path, first[i].group, length) == 0 &&
		    path[length] == '.' &&
		    strcmp(path + length + 1, first[i].key) == 0)
			return true;
	}
	return false;
}

/* Null and absent are the same: not known. */
static const json_t *known(const json_t *value)
{
	return json_is_null(value) ? NULL : value;
}

static int add(struct differences *d, const char *path, const json_t *a,
	       const json_t *b)
{
	struct difference *list;

	a = known(a);
	b = known(b);
	if (a == b || (a && b && json_equal(a, b)))
		return 0;
	list = realloc(d->list, (d->n + 1) * sizeof(*list));
	if (!list)
		return -1;
	d->list = list;
	list[d->n] = (struct difference){ .a = a, .b = b };
	snprintf(list[d->n].key, sizeof(list[d->n].key), "%s", path);
	d->n++;
	return 0;
}

static int walk(struct differences *d, const char *prefix, const json_t *a,
		const json_t *b);

/* One key of two objects: a leaf, or what is below it. */
static int visit(struct differences *d, const char *prefix, const char *key,
		 const json_t *a, const json_t *b)
{
	char path[3 * LOAD_NAME];

	snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix ? "." : "", key);
	if (is_listed(path, ignored, COUNT(ignored)) || is_first(path))
		return 0;
	if (json_is_object(a) || json_is_object(b))
		return walk(d, path, a, b);
	return add(d, path, a, b);
}

static int walk(struct differences *d, const char *prefix, const json_t *a,
		const json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)a, key, value)
	{
		if (visit(d, prefix, key, value, json_object_get(b, key)) < 0)
			return -1;
	}
	json_object_foreach((json_t *)b, key, value)
	{
		if (!json_object_get(a, key) &&
		    visit(d, prefix, key, NULL, value) < 0)
			return -1;
	}
	return 0;
}

int differences_find(const struct load_run *a, const struct load_run *b,
		     struct differences *d)
{
	char path[3 * LOAD_NAME];

	*d = (struct differences){ 0 };
	for (size_t i = 0; i < COUNT(planned); i++)
		if (add(d, planned[i], json_object_get(a->source, planned[i]),
			json_object_get(b->source, planned[i])) < 0)
			return -1;
	for (size_t i = 0; i < COUNT(first); i++) {
		const json_t *in_a = json_object_get(a->env, first[i].group);
		const json_t *in_b = json_object_get(b->env, first[i].group);

		snprintf(path, sizeof(path), "%s.%s", first[i].group,
			 first[i].key);
		if (add(d, path, json_object_get(in_a, first[i].key),
			json_object_get(in_b, first[i].key)) < 0)
			return -1;
	}
	return walk(d, "", a->env, b->env);
}

void differences_release(struct differences *d)
{
	free(d->list);
	*d = (struct differences){ 0 };
}

#include "bench/judge/load_json.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int load_at(struct load_source *from, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(from->path, sizeof(from->path), format, args);
	va_end(args);
	if (length < (int)sizeof(from->path))
		return 0;
	return load_fail(from, "path too long; move the run nearer to /");
}

int load_fail(const struct load_source *from, const char *format, ...)
{
	va_list args;
	int used = snprintf(from->why, LOAD_WHY, "%.300s: ", from->path);

	va_start(args, format);
	vsnprintf(from->why + used, LOAD_WHY - (size_t)used, format, args);
	va_end(args);
	return -1;
}

int load_json(const struct load_source *from, json_t **out)
{
	FILE *in = fopen(from->path, "re");
	json_error_t error;
	uint64_t version = 0;

	if (!in)
		return load_fail(from,
				 "cannot be read: %s; give the folder of a "
				 "stored run",
				 strerror(errno));
	*out = json_loadf(in, JSON_REJECT_DUPLICATES, &error);
	fclose(in);
	if (!*out)
		return load_fail(from,
				 "not whole JSON: line %d: %.120s; the run "
				 "must "
				 "be measured again",
				 error.line, error.text);
	if (!json_is_object(*out))
		return load_fail(from, "not a JSON object; the run must be "
				       "measured again");
	if (load_count(from, *out, "schema_version", LOAD_REQUIRED, &version) <
	    0)
		return -1;
	if (version > LOAD_SCHEMA)
		return load_fail(from,
				 "schema_version is %ju, and this program "
				 "reads "
				 "up to %d; read it with a newer forkbench",
				 (uintmax_t)version, LOAD_SCHEMA);
	return 0;
}

/* *found is NULL where nothing stands; an error only if it must. */
static int find(const struct load_source *from, const json_t *object,
		const char *key, enum load_need need, const json_t **found)
{
	*found = json_object_get(object, key);
	if (json_is_null(*found))
		*found = NULL;
	if (!*found && need == LOAD_REQUIRED)
		return load_fail(from,
				 "`%s` is missing; the run must be measured "
				 "again",
				 key);
	return 0;
}

static int wrong(const struct load_source *from, const json_t *value,
		 const char *key, const char *wanted)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	load_fail(from, "`%s` is %.60s, not %s; the run must be measured again",
		  key, text ? text : "something else", wanted);
	free(text);
	return -1;
}

int load_text(const struct load_source *from, const json_t *object,
	      const char *key, enum load_need need, const char **out)
{
	const json_t *value;

	if (find(from, object, key, need, &value) < 0)
		return -1;
	if (value && !json_is_string(value))
		return wrong(from, value, key, "a text");
	if (value)
		*out = json_string_value(value);
	return 0;
}

int load_count(const struct load_source *from, const json_t *object,
	       const char *key, enum load_need need, uint64_t *out)
{
	const json_t *value;

	if (find(from, object, key, need, &value) < 0)
		return -1;
	if (value && (!json_is_integer(value) || json_integer_value(value) < 0))
		return wrong(from, value, key, "a whole number from 0 up");
	if (value)
		*out = (uint64_t)json_integer_value(value);
	return 0;
}

int load_number(const struct load_source *from, const json_t *object,
		const char *key, enum load_need need, double *out)
{
	const json_t *value;

	if (find(from, object, key, need, &value) < 0)
		return -1;
	if (value && (!json_is_number(value) || json_number_value(value) < 0))
		return wrong(from, value, key, "a number from 0 up");
	if (value)
		*out = json_number_value(value);
	return 0;
}

int load_truth(const struct load_source *from, const json_t *object,
	       const char *key, enum load_need need, bool *out)
{
	const json_t *value;

	if (find(from, object, key, need, &value) < 0)
		return -1;
	if (value && !json_is_boolean(value))
		return wrong(from, value, key, "true or false");
	if (value)
		*out = json_is_true(value);
	return 0;
}

int load_part(const struct load_source *from, const json_t *object,
	      const char *key, enum load_need need, json_type type,
	      json_t **out)
{
	const json_t *value;

	if (find(from, object, key, need, &value) < 0)
		return -1;
	if (value && json_typeof(value) != type)
		return wrong(from, value, key,
			     type == JSON_ARRAY ? "an array" : "an object");
	*out = (json_t *)value;
	return 0;
}

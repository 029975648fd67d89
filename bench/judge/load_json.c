#include "bench/judge/load_json.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bench/json_file.h"
#include "bench/plain.h"
#include "bench/regular.h"

/* Of a message: the end of a path tells more than its beginning. */
enum { PATH_SHOWN = 300 };

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
	size_t length = strlen(from->path);
	size_t cut = length > PATH_SHOWN ? length - PATH_SHOWN : 0;
	int used = snprintf(from->why, LOAD_WHY, "%s%s: ", cut ? "..." : "",
			    from->path + cut);
	va_list args;

	va_start(args, format);
	vsnprintf(from->why + used, LOAD_WHY - (size_t)used, format, args);
	va_end(args);
	plain_text(from->why);
	return -1;
}

static bool is_absent(enum load_need need)
{
	return need == LOAD_OPTIONAL && (errno == ENOENT || errno == ENOTDIR);
}

int load_open(const struct load_source *from, enum load_need need, FILE **in)
{
	char why[REGULAR_WHY];

	*in = regular_open(from->path, why);
	if (*in || is_absent(need))
		return 0;
	return load_fail(from, "%s; the cell must be measured again", why);
}

int load_json(const struct load_source *from, enum load_need need, json_t **out)
{
	char why[JSON_FILE_WHY];

	*out = json_file_read(from->path, LOAD_SCHEMA, why);
	if (*out || is_absent(need))
		return 0;
	return load_fail(from,
			 "%s; give the folder of a stored run, or "
			 "measure it again",
			 why);
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
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
					       JSON_REAL_PRECISION(15));

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
	double number;

	if (find(from, object, key, need, &value) < 0)
		return -1;
	if (!value)
		return 0;
	number = json_number_value(value);
	if (!json_is_number(value) || number < 0 || number > 1e15 ||
	    (number > 0 && number < 1e-15))
		return wrong(from, value, key, "0 or a number up to 1e15");
	*out = number;
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

#include "loadgen/stored_json.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Some 250 KiB if every bucket of every histogram is in use. */
enum { FILE_MOST_BYTES = 4 << 20 };

int stored_refuse(const struct stored_json *from, const char *format, ...)
{
	int used = snprintf(from->why, STORED_WHY, "%.240s: ", from->path);
	va_list args;

	va_start(args, format);
	vsnprintf(from->why + used, STORED_WHY - (size_t)used, format, args);
	va_end(args);
	return -1;
}

int stored_refuse_key(const struct stored_json *from, const char *within,
		      const char *key, const char *wanted)
{
	return stored_refuse(from,
			     "`%s%s%.60s` is not %s; give a file that loadgen "
			     "--json wrote",
			     within, *within ? "." : "", key, wanted);
}

int stored_part(const struct stored_json *from, const json_t *object,
		const char *within, const char *key, json_t **out)
{
	*out = json_object_get(object, key);
	if (json_is_object(*out))
		return 0;
	return stored_refuse_key(from, within, key, "an object");
}

int stored_count(const struct stored_json *from, const json_t *object,
		 const char *within, const char *key, uint64_t *out)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return stored_refuse_key(from, within, key,
					 "a whole number from 0");
	*out = (uint64_t)json_integer_value(value);
	return 0;
}

int stored_number(const struct stored_json *from, const json_t *object,
		  const char *within, const char *key, double *out)
{
	const json_t *value = json_object_get(object, key);

	if (json_is_null(value))
		return 0;
	if (!json_is_number(value) || json_number_value(value) < 0)
		return stored_refuse_key(from, within, key,
					 "a number from 0 or null");
	*out = json_number_value(value);
	return 0;
}

int stored_root(const struct stored_json *from, json_t **out)
{
	char *text = malloc(FILE_MOST_BYTES + 1);
	FILE *in = fopen(from->path, "re");
	json_error_t error;
	size_t bytes = 0;
	int rc = 0;

	*out = NULL;
	if (in && text)
		bytes = fread(text, 1, FILE_MOST_BYTES + 1, in);
	if (!in || !text || ferror(in))
		rc = stored_refuse(from,
				   "cannot be read: %s; give a file that "
				   "loadgen --json wrote",
				   strerror(errno));
	else if (bytes > FILE_MOST_BYTES)
		rc = stored_refuse(from,
				   "longer than %d bytes, which no result is; "
				   "give a file that loadgen --json wrote",
				   FILE_MOST_BYTES);
	else if (!(*out = json_loadb(text, bytes, JSON_REJECT_DUPLICATES,
				     &error)))
		rc = stored_refuse(from,
				   "not whole JSON: line %d: %.120s; measure "
				   "again",
				   error.line, error.text);
	if (in)
		fclose(in);
	free(text);
	return rc;
}

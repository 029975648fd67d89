#include "bench/json_file.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/plain.h"
#include "bench/regular.h"
#include "lib/file.h"

int json_file_write(const json_t *root, const char *path)
{
	struct file f;

	if (!root) {
		errno = ENOMEM;
		return -1;
	}
	if (file_open(&f, path) < 0)
		return -1;
	if (json_dumpf(root, f.out, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) <
		    0 ||
	    fputc('\n', f.out) == EOF) {
		file_abort(&f);
		return -1;
	}
	return file_commit(&f);
}

/*
 * Every text becomes plain. The values may be the machine's own words; the
 * keys are forkbench's, so a strange one is an error.
 */
static int make_plain(json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value)) {
		char *text = strdup(json_string_value(value));

		if (!text)
			return -1;
		plain_text(text);
		json_string_set(value, text);
		free(text);
	}
	json_array_foreach(value, i, item)
	{
		if (make_plain(item) < 0)
			return -1;
	}
	json_object_foreach(value, key, item)
	{
		if (!plain_is(key) || make_plain(item) < 0)
			return -1;
	}
	return 0;
}

json_t *json_file_read(const char *path, int newest, char why[JSON_FILE_WHY])
{
	char opening[REGULAR_WHY];
	FILE *in = regular_open(path, opening);
	json_t *root, *number;
	json_error_t error;

	if (!in) {
		snprintf(why, JSON_FILE_WHY, "%s", opening);
		return NULL;
	}
	root = json_loadf(in, JSON_REJECT_DUPLICATES, &error);
	fclose(in);
	number = json_object_get(root, "schema_version");
	if (!root)
		snprintf(why, JSON_FILE_WHY, "not whole JSON: line %d: %.120s",
			 error.line, error.text);
	else if (!json_is_object(root))
		snprintf(why, JSON_FILE_WHY, "not a JSON object");
	else if (json_integer_value(number) < 1)
		snprintf(why, JSON_FILE_WHY,
			 "`schema_version` is not a whole number from 1 up");
	else if (json_integer_value(number) > newest)
		snprintf(why, JSON_FILE_WHY,
			 "schema_version is %jd, and this program reads up to "
			 "%d; use a newer forkbench",
			 (intmax_t)json_integer_value(number), newest);
	else if (make_plain(root) < 0)
		snprintf(why, JSON_FILE_WHY, "a key that is no plain text");
	else
		return root;
	plain_text(why);
	json_decref(root);
	errno = EINVAL;
	return NULL;
}

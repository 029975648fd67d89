#include "bench/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"

static bool is_shown(uint32_t code)
{
	if (code < ' ' || (code >= 0x7f && code < 0xa0)) /* C0, DEL, C1 */
		return false;
	if (code == 0x200e || code == 0x200f) /* marks of direction */
		return false;
	if (code >= 0x2028 && code <= 0x202e) /* ends of line, embeddings */
		return false;
	if (code >= 0x2066 && code <= 0x2069) /* isolates */
		return false;
	if (code >= 0xd800 && code <= 0xdfff) /* surrogates */
		return false;
	return (code & 0xfffe) != 0xfffe && code <= 0x10ffff;
}

/* Bytes of the character that begins there; 0 if it is not to be shown. */
static size_t shown_bytes(const char *at)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char lead = (unsigned char)*at;
	size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t code = bytes == 1 ? lead : lead & (0xffU >> (bytes + 1));

	if ((lead >= 0x80 && lead < 0xc0) || lead >= 0xf8)
		return 0;
	for (size_t i = 1; i < bytes; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	return code >= least[bytes] && is_shown(code) ? bytes : 0;
}

void plain_text(char *text)
{
	while (*text) {
		size_t bytes = shown_bytes(text);

		if (!bytes) {
			*text = '?';
			bytes = 1;
		}
		text += bytes;
	}
}

bool plain_is(const char *text)
{
	size_t bytes;

	while ((bytes = *text ? shown_bytes(text) : 0))
		text += bytes;
	return !*text;
}

const char *plain_word(const char *name, char *out, size_t room)
{
	static const char harmless[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789._,+=:/@%-";
	bool bare = *name && !name[strspn(name, harmless)];
	bool plain = plain_is(name);
	FILE *to = fmemopen(out, room, "w");
	int rc;

	if (!to)
		return NULL;
	fputs(bare ? "" : plain ? "'" : "\"$(printf '", to);
	fputs(*name == '-' ? "./" : "", to);
	for (; *name; name++) {
		if (plain && *name == '\'')
			fputs("'\\''", to);
		else if (plain || strchr(harmless, *name) == NULL)
			fprintf(to, plain ? "%c" : "\\%03o",
				(unsigned char)*name);
		else
			fprintf(to, *name == '%' ? "%%%%" : "%c", *name);
	}
	fputs(bare ? "" : plain ? "'" : "')\"", to);
	fputc('\0', to);
	rc = fflush(to) == 0 && !ferror(to) ? 0 : -1;
	return fclose(to) == 0 && rc == 0 ? out : NULL;
}

FILE *regular_open(const char *path, long bytes_most, char why[JSON_WHY])
{
	/* To open a pipe would wait for somebody who writes to it. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	FILE *in = NULL;
	struct stat st;
	int saved;

	errno = fd < 0 ? errno : 0;
	if (fd < 0 || fstat(fd, &st) < 0) {
		snprintf(why, JSON_WHY, "cannot be read: %s", strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		snprintf(why, JSON_WHY, "not a regular file");
		errno = EINVAL;
	} else if (st.st_size > bytes_most) {
		snprintf(why, JSON_WHY,
			 "%jd bytes long, and at most %ld are read",
			 (intmax_t)st.st_size, bytes_most);
		errno = EFBIG;
	} else {
		in = fdopen(fd, "r");
		if (!in)
			snprintf(why, JSON_WHY, "cannot be read: %s",
				 strerror(errno));
	}
	saved = errno;
	if (!in && fd >= 0)
		close(fd);
	errno = saved;
	return in;
}

int json_write(const json_t *root, const char *path)
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

json_t *json_read(const char *path, int newest, char why[JSON_WHY])
{
	FILE *in = regular_open(path, JSON_BYTES, why);
	json_t *root, *number;
	json_error_t error;

	if (!in)
		return NULL;
	root = json_loadf(in, JSON_REJECT_DUPLICATES, &error);
	fclose(in);
	number = json_object_get(root, "schema_version");
	if (!root)
		snprintf(why, JSON_WHY, "not whole JSON: line %d: %.120s",
			 error.line, error.text);
	else if (!json_is_object(root))
		snprintf(why, JSON_WHY, "not a JSON object");
	else if (json_integer_value(number) < 1)
		snprintf(why, JSON_WHY,
			 "`schema_version` is not a whole number from 1 up");
	else if (json_integer_value(number) > newest)
		snprintf(why, JSON_WHY,
			 "schema_version is %jd, and this program reads up to "
			 "%d; use a newer forkbench",
			 (intmax_t)json_integer_value(number), newest);
	else if (make_plain(root) < 0)
		snprintf(why, JSON_WHY, "a key that is no plain text");
	else
		return root;
	plain_text(why);
	json_decref(root);
	errno = EINVAL;
	return NULL;
}

#include "bench/table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/json.h"
#include "lib/sock.h"

_Static_assert((int)JSON_WHY <= (int)TABLE_WHY, "regular_open() writes to why");

/* --- reading ---------------------------------------------------------------*/

/* Reads all of a file; *bytes of it, and a NUL behind them. */
static char *read_all(const char *path, size_t *bytes, char why[TABLE_WHY])
{
	FILE *in = regular_open(path, TABLE_BYTES, why);
	char *text = NULL, *larger;
	size_t room = 1 << 16, n = 0;

	if (!in)
		return NULL;
	for (;;) {
		larger = realloc(text, room + 1);
		if (!larger)
			break;
		text = larger;
		n += fread(text + n, 1, room - n, in);
		if (n < room)
			break;
		room *= 2;
		/* It grows while it is read: what fits is enough. */
		if (room > 2 * (size_t)TABLE_BYTES)
			break;
	}
	if (!larger || ferror(in)) {
		errno = larger ? EIO : ENOMEM;
		snprintf(why, TABLE_WHY, "cannot be read: %s", strerror(errno));
		free(text);
		text = NULL;
	} else {
		text[n] = '\0';
		*bytes = n;
	}
	fclose(in);
	return text;
}

/* Ends every field by a NUL. Returns 0, or -1 with what is wrong in why. */
static int split(struct table *t, size_t bytes, char why[TABLE_WHY])
{
	size_t fields = 0, line = 1, at_line = 0;
	char *from = t->text;

	for (size_t i = 0; i < bytes; i++) {
		char end = t->text[i];

		if (end != '\t' && end != '\n')
			continue;
		if (end == '\n' && t->text + i > from && t->text[i - 1] == '\r')
			t->text[i - 1] = '\0';
		t->text[i] = '\0';
		plain_text(from);
		t->field[fields++] = (uint32_t)(from - t->text);
		from = t->text + i + 1;
		at_line++;
		if (line == 1 && at_line > TABLE_COLUMNS) {
			snprintf(why, TABLE_WHY,
				 "more than %d columns; is it a table?",
				 TABLE_COLUMNS);
			return -1;
		}
		if (end == '\t')
			continue;
		if (line == 1) {
			t->columns = at_line;
		} else if (at_line != t->columns) {
			snprintf(why, TABLE_WHY,
				 "line %zu has %zu fields, and the header has "
				 "%zu; remove that line",
				 line, at_line, t->columns);
			return -1;
		}
		t->rows = line - 1;
		at_line = 0;
		line++;
	}
	return 0;
}

static int check_header(const struct table *t, char why[TABLE_WHY])
{
	for (size_t i = 0; i < t->columns; i++) {
		const char *name = t->text + t->field[i];

		if (table_column(t, name) == (int)i)
			continue;
		snprintf(why, TABLE_WHY, "two columns are named `%.60s`", name);
		plain_text(why);
		return -1;
	}
	return 0;
}

int table_read(struct table *t, const char *path, char why[TABLE_WHY])
{
	size_t bytes = 0, fields = 0;
	char *last, *nul;

	*t = (struct table){ .text = read_all(path, &bytes, why) };
	if (!t->text)
		return -1;
	last = memrchr(t->text, '\n', bytes);
	bytes = last ? (size_t)(last - t->text) + 1 : 0;
	t->text[bytes] = '\0';
	nul = memchr(t->text, '\0', bytes);
	for (size_t i = 0; i < bytes; i++)
		fields += t->text[i] == '\t' || t->text[i] == '\n';
	t->field = malloc((fields + 1) * sizeof(*t->field));
	if (!t->field) {
		snprintf(why, TABLE_WHY, "cannot be read: %s",
			 strerror(ENOMEM));
		table_release(t);
		errno = ENOMEM;
		return -1;
	}
	if (nul)
		snprintf(why, TABLE_WHY, "byte %zu is NUL: this is no text",
			 (size_t)(nul - t->text) + 1);
	else if (split(t, bytes, why) == 0 && check_header(t, why) == 0)
		return 0;
	table_release(t);
	errno = EINVAL;
	return -1;
}

void table_release(struct table *t)
{
	free(t->text);
	free(t->field);
	*t = (struct table){ 0 };
}

int table_column(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->columns; i++)
		if (strcmp(t->text + t->field[i], name) == 0)
			return (int)i;
	return -1;
}

const char *table_text(const struct table *t, size_t row, int column)
{
	if (column < 0)
		return "";
	return t->text + t->field[(row + 1) * t->columns + (size_t)column];
}

double table_number(const struct table *t, size_t row, int column)
{
	const char *text = table_text(t, row, column);
	char *end;
	double value;

	/* strtod() takes more: blanks, "inf", and hexadecimal numbers. */
	if (!*text || strspn(text, "+-.eE0123456789") != strlen(text))
		return NAN;
	value = strtod(text, &end);
	return *end || !isfinite(value) ? NAN : value;
}

/* --- writing ---------------------------------------------------------------*/

/*
 * Removes an incomplete last line. *bytes: what is left. Looks back as far as
 * the last newline alone: a long table is not read again.
 */
static int cut(int fd, off_t *bytes)
{
	char buf[4096];
	off_t end = lseek(fd, 0, SEEK_END), at = end;

	while (at > 0) {
		size_t part = at < (off_t)sizeof(buf) ? (size_t)at :
							sizeof(buf);
		const char *newline;

		if (pread(fd, buf, part, at - (off_t)part) != (ssize_t)part)
			return -1;
		at -= (off_t)part;
		newline = memrchr(buf, '\n', part);
		if (newline) {
			at += newline - buf + 1;
			break;
		}
	}
	*bytes = at;
	return end < 0 || (at < end && ftruncate(fd, at) < 0) ? -1 : 0;
}

/* Whether the file begins with that line. */
static bool begins_with(int fd, const char *line, size_t bytes)
{
	char *buf = malloc(bytes);
	bool same = buf && pread(fd, buf, bytes, 0) == (ssize_t)bytes &&
		    memcmp(buf, line, bytes) == 0;

	free(buf);
	return same;
}

/* A whole line, with its newline; to be freed, or NULL. */
static char *line_of(const char *const field[], size_t count, size_t *bytes)
{
	char *line = NULL;
	FILE *out = open_memstream(&line, bytes);
	size_t from = 0;

	if (!out)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		fputs(field[i] ? field[i] : "", out);
		if (fputc('\0', out) == EOF)
			break;
	}
	if (fclose(out) != 0) {
		free(line);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		plain_text(line + from);
		from += strlen(line + from);
		line[from++] = i + 1 < count ? '\t' : '\n';
	}
	return line;
}

FILE *table_open(const char *path, const char *const columns[], size_t count,
		 char why[TABLE_WHY])
{
	FILE *out = fopen(path, "a+e");
	size_t bytes = 0;
	char *header = line_of(columns, count, &bytes);
	off_t left;
	int saved;

	if (!out || !header || cut(fileno(out), &left) < 0) {
		saved = out && !header ? ENOMEM : errno;
		snprintf(why, TABLE_WHY, "cannot be written: %s",
			 strerror(saved));
	} else if (left > 0 && !begins_with(fileno(out), header, bytes)) {
		saved = EINVAL;
		snprintf(why, TABLE_WHY,
			 "its columns are not those that this program writes; "
			 "go on with the forkbench that made it");
	} else if (left == 0 &&
		   sock_write_all(fileno(out), header, bytes) < 0) {
		saved = errno;
		snprintf(why, TABLE_WHY, "cannot be written: %s",
			 strerror(saved));
	} else {
		free(header);
		return out;
	}
	free(header);
	if (out)
		fclose(out);
	errno = saved;
	return NULL;
}

int table_row(FILE *out, const char *const field[], size_t count)
{
	size_t bytes = 0;
	char *line = line_of(field, count, &bytes);
	int rc = -1;

	if (!line) {
		errno = ENOMEM;
		return -1;
	}
	if (fwrite(line, 1, bytes, out) == bytes && fflush(out) == 0)
		rc = 0;
	free(line);
	return rc;
}

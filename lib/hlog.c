#include "lib/hlog.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/hdr.h"

int hlog_begin(FILE *out, double start_unix_s)
{
	time_t whole_s = (time_t)start_unix_s;
	char date[64];
	struct tm tm;

	if (!gmtime_r(&whole_s, &tm))
		return -1;
	strftime(date, sizeof(date), "%a %b %d %H:%M:%S UTC %Y", &tm);
	fprintf(out,
		"#[Histogram log format version 1.3]\n"
		"#[StartTime: %.3f (seconds since epoch), %s]\n"
		"\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
		"\"Interval_Compressed_Histogram\"\n",
		start_unix_s, date);
	return ferror(out) ? -1 : 0;
}

int hlog_line(FILE *out, const char *tag, double start_s, double length_s,
	      const struct hist *h)
{
	char *text;

	if (hdr_encode(h, &text) < 0)
		return -1;
	fprintf(out, "Tag=%s,%.3f,%.3f,%.3f,%s\n", tag, start_s, length_s,
		(double)h->max_ns / 1e6, text);
	free(text);
	return ferror(out) ? -1 : 0;
}

/*
 * The next line that has a newline, is not too long and holds no NUL. Returns
 * false at the end of the file, or if it can't be read.
 */
static bool take_line(FILE *in, char line[HLOG_LINE])
{
	size_t n = 0;
	bool whole = true;
	int c;

	while ((c = getc_unlocked(in)) != EOF) {
		if (c == '\n' && whole) {
			line[n] = '\0';
			return true;
		}
		if (c == '\n') {
			whole = true;
			n = 0;
		} else if (c == '\0' || n == HLOG_LINE - 1) {
			whole = false;
		} else {
			line[n++] = (char)c;
		}
	}
	return false;
}

/* A number from 0 on, followed by a comma; moves *at past it. */
static bool take_number(char **at, double *value)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	*value = strtod(*at, &end);
	if (*end != ',' || !isfinite(*value))
		return false;
	*at = end + 1;
	return true;
}

static bool take_entry(char *line, struct hlog_entry *e)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/=";
	double max_ms;
	char *end;

	e->tag = line + strlen(line);
	if (strncmp(line, "Tag=", 4) == 0) {
		e->tag = line + 4;
		end = strchr(line, ',');
		if (!end)
			return false;
		*end = '\0';
		line = end + 1;
	}
	if (!take_number(&line, &e->start_s) ||
	    !take_number(&line, &e->length_s) || !take_number(&line, &max_ms))
		return false;
	e->text = line;
	return *line && !line[strspn(line, base64)];
}

int hlog_next(FILE *in, char line[HLOG_LINE], struct hlog_entry *entry)
{
	while (take_line(in, line))
		if (take_entry(line, entry))
			return 1;
	return ferror(in) ? -1 : 0;
}

#include "loadgen/hlog.h"

#include <stdlib.h>
#include <time.h>

#include "loadgen/hdr.h"

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

#include "lib/hist_tsv.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC "# forkbench histogram 1\n"
#define COLUMNS "lower_ns\tupper_ns\tcount\n"

int hist_tsv_write(const struct hist *h, FILE *out)
{
	fprintf(out,
		MAGIC "# sum_ns=%" PRIu64 " max_ns=%" PRIu64 " over=%" PRIu64
		      "\n" COLUMNS,
		h->sum_ns, h->max_ns, h->over);
	for (size_t i = 0; i < HIST_BUCKETS; i++)
		if (h->bucket[i])
			fprintf(out, "%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
				hist_lower_ns(i), hist_upper_ns(i),
				h->bucket[i]);
	return ferror(out) ? -1 : 0;
}

/* A run of digits at *at, followed by `end`; moves *at past it. */
static bool take_number(const char **at, char end, uint64_t *value)
{
	char *stop;

	if (!isdigit((unsigned char)**at))
		return false;
	errno = 0;
	*value = strtoull(*at, &stop, 10);
	if (errno || *stop != end)
		return false;
	*at = stop + 1;
	return true;
}

static bool take_word(const char **at, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*at, word, length) != 0)
		return false;
	*at += length;
	return true;
}

static bool read_totals(const char *at, struct hist *h)
{
	uint64_t sum_ns, max_ns, over;

	if (!take_word(&at, "# sum_ns=") || !take_number(&at, ' ', &sum_ns) ||
	    !take_word(&at, "max_ns=") || !take_number(&at, ' ', &max_ns) ||
	    !take_word(&at, "over=") || !take_number(&at, '\n', &over))
		return false;
	h->sum_ns = sum_ns;
	h->max_ns = max_ns;
	h->over = over;
	return true;
}

static bool read_bucket(const char *at, struct hist *h, size_t *next)
{
	uint64_t lower, upper, count;
	size_t i;

	if (!take_number(&at, '\t', &lower) ||
	    !take_number(&at, '\t', &upper) ||
	    !take_number(&at, '\n', &count) || count == 0)
		return false;
	if (lower >> HIST_RANGE_BITS)
		return false;
	i = hist_bucket(lower);
	if (i < *next || hist_lower_ns(i) != lower || hist_upper_ns(i) != upper)
		return false;
	h->bucket[i] = count;
	*next = i + 1;
	return true;
}

int hist_tsv_read(struct hist *into, FILE *in, unsigned *line)
{
	struct hist *h = calloc(1, sizeof(*h));
	size_t next = 0;
	char text[128];
	bool good = true;
	int rc = -1;

	*line = 0;
	if (!h)
		return -1;
	while (good && fgets(text, sizeof(text), in)) {
		switch (++*line) {
		case 1:
			good = strcmp(text, MAGIC) == 0;
			break;
		case 2:
			good = read_totals(text, h);
			break;
		case 3:
			good = strcmp(text, COLUMNS) == 0;
			break;
		default:
			good = read_bucket(text, h, &next);
		}
	}
	if (ferror(in)) {
		*line = 0;
		goto out;
	}
	if (!good || *line < 3) {
		errno = EINVAL;
		goto out;
	}
	hist_merge(into, h);
	rc = 0;
out:
	free(h);
	return rc;
}

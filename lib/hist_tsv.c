#include "lib/hist_tsv.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC_1 "# forkbench histogram 1\n"
#define MAGIC_2 "# forkbench histogram 2\n"
#define COLUMNS "lower_ns\tupper_ns\tcount\n"

/* More samples than any run has; sums of many such files do not overflow. */
#define COUNT_MOST (UINT64_C(1) << 53)

int hist_tsv_write(const struct hist *h, FILE *out)
{
	fprintf(out,
		MAGIC_2 "# sum_ns=%" PRIu64 " max_ns=%" PRIu64 " over=%" PRIu64
			" count=%" PRIu64 "\n" COLUMNS,
		h->sum_ns, h->max_ns, h->over, hist_count(h));
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

/* A file on its way into a histogram. */
struct reading {
	struct hist *h;
	bool counted;	/* the header says how many samples there are */
	uint64_t ahead; /* of them, those not met yet */
	size_t next;	/* the lowest bucket that may follow */
};

static bool read_magic(const char *text, struct reading *r)
{
	r->counted = strcmp(text, MAGIC_2) == 0;
	return r->counted || strcmp(text, MAGIC_1) == 0;
}

static bool read_totals(const char *at, struct reading *r)
{
	uint64_t sum_ns, max_ns, over, count = COUNT_MOST;

	if (!take_word(&at, "# sum_ns=") || !take_number(&at, ' ', &sum_ns) ||
	    !take_word(&at, "max_ns=") || !take_number(&at, ' ', &max_ns) ||
	    !take_word(&at, "over=") ||
	    !take_number(&at, r->counted ? ' ' : '\n', &over))
		return false;
	if (r->counted &&
	    (!take_word(&at, "count=") || !take_number(&at, '\n', &count)))
		return false;
	if (over > count || count > COUNT_MOST)
		return false;
	r->h->sum_ns = sum_ns;
	r->h->max_ns = max_ns;
	r->h->over = over;
	r->ahead = count - over;
	return true;
}

static bool read_bucket(const char *at, struct reading *r)
{
	uint64_t lower, upper, count;
	size_t i;

	if (!take_number(&at, '\t', &lower) ||
	    !take_number(&at, '\t', &upper) ||
	    !take_number(&at, '\n', &count) || count == 0 || count > r->ahead)
		return false;
	if (lower >> HIST_RANGE_BITS)
		return false;
	i = hist_bucket(lower);
	if (i < r->next || hist_lower_ns(i) != lower ||
	    hist_upper_ns(i) != upper)
		return false;
	r->h->bucket[i] = count;
	r->ahead -= count;
	r->next = i + 1;
	return true;
}

static bool read_line(unsigned line, const char *text, struct reading *r)
{
	switch (line) {
	case 1:
		return read_magic(text, r);
	case 2:
		return read_totals(text, r);
	case 3:
		return strcmp(text, COLUMNS) == 0;
	default:
		return read_bucket(text, r);
	}
}

int hist_tsv_read(struct hist *into, FILE *in, unsigned *line)
{
	struct reading r = { .h = calloc(1, sizeof(*r.h)) };
	char text[128];
	int rc = -1;

	*line = 0;
	if (!r.h)
		return -1;
	while (fgets(text, sizeof(text), in))
		if (!read_line(++*line, text, &r)) {
			errno = EINVAL;
			goto out;
		}
	if (ferror(in)) {
		*line = 0;
		goto out;
	}
	if (*line < 3 || (r.counted && r.ahead) || !hist_plausible(r.h)) {
		++*line;
		errno = EINVAL;
		goto out;
	}
	hist_merge(into, r.h);
	rc = 0;
out:
	free(r.h);
	return rc;
}

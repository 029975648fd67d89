#include "loadgen/tally.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const char *tally_cause_name(int cause)
{
	const char *name;

	switch (cause) {
	case FAILED_EOF:
		return "EOF";
	case FAILED_MISMATCH:
		return "MISMATCH";
	case FAILED_UNFINISHED:
		return "UNFINISHED";
	default:
		name = strerrorname_np(cause);
		return name ? name : "UNKNOWN";
	}
}

int tally_cause_number(const char *name)
{
	for (int c = 1; c < FAILED_CAUSES; c++)
		if (strcmp(tally_cause_name(c), name) == 0)
			return c;
	return -1;
}

struct board *tally_board(unsigned workers)
{
	struct shm_header header = {
		.magic = UINT64_C(0x6472616f62676c66),
		.version = 1,
		.bytes = (uint32_t)(sizeof(struct board) +
				    workers * sizeof(struct tally)),
	};

	return shm_anonymous(header);
}

struct tally *tally_new(void)
{
	struct tally *t = aligned_alloc(_Alignof(struct tally), sizeof(*t));

	if (t)
		*t = (struct tally){ 0 };
	return t;
}

void tally_sum_counters(const struct board *b, unsigned workers,
			struct tally *sum)
{
	uint64_t last_end_ns = 0;

#define X(name) sum->name = 0;
	TALLY_COUNTERS(X)
#undef X
	for (unsigned i = 0; i < workers; i++) {
		const struct tally *t = &b->worker[i];

#define X(name) sum->name += t->name;
		TALLY_COUNTERS(X)
#undef X
		if (t->last_end_ns > last_end_ns)
			last_end_ns = t->last_end_ns;
	}
	sum->last_end_ns = last_end_ns; /* a time, not a count */
}

void tally_sum(const struct board *b, unsigned workers, struct tally *sum)
{
	*sum = (struct tally){ 0 };
	tally_sum_counters(b, workers, sum);
	for (unsigned i = 0; i < workers; i++) {
		const struct tally *t = &b->worker[i];

#define X(name) hist_merge(&sum->name, &t->name);
		TALLY_HISTS(X)
#undef X
		for (int c = 0; c < FAILED_CAUSES; c++)
			sum->cause[c] += t->cause[c];
	}
}

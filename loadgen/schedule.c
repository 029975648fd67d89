#include "loadgen/schedule.h"

#include <math.h>
#include <stdlib.h>

static double gap_ns(struct arrival_stream *a)
{
	if (!a->poisson)
		return a->mean_gap_ns;
	return -log(1.0 - rng_unit(&a->rng)) * a->mean_gap_ns;
}

void arrival_init(struct arrival_stream *a, uint64_t seed, double rate_per_s,
		  int poisson)
{
	*a = (struct arrival_stream){
		.rng = { .state = seed },
		.mean_gap_ns = 1e9 / rate_per_s,
		.poisson = poisson,
	};
	a->next_ns = poisson ? gap_ns(a) : rng_unit(&a->rng) * a->mean_gap_ns;
}

uint64_t arrival_take(struct arrival_stream *a)
{
	uint64_t at_ns = (uint64_t)a->next_ns;

	a->next_ns += gap_ns(a);
	return at_ns;
}

int due_init(struct due_heap *h, size_t room)
{
	*h = (struct due_heap){ .room = room };
	h->entry = calloc(room, sizeof(h->entry[0]));
	return h->entry ? 0 : -1;
}

void due_release(struct due_heap *h)
{
	free(h->entry);
}

void due_push(struct due_heap *h, uint64_t at_ns, void *item)
{
	size_t i = h->count++;

	while (i && h->entry[(i - 1) / 2].at_ns > at_ns) {
		h->entry[i] = h->entry[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->entry[i] = (struct due){ .at_ns = at_ns, .item = item };
}

struct due due_pop(struct due_heap *h)
{
	struct due first = h->entry[0];
	struct due last = h->entry[--h->count];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= h->count)
			break;
		if (child + 1 < h->count &&
		    h->entry[child + 1].at_ns < h->entry[child].at_ns)
			child++;
		if (h->entry[child].at_ns >= last.at_ns)
			break;
		h->entry[i] = h->entry[child];
		i = child;
	}
	h->entry[i] = last;
	return first;
}

#include "loadgen/timetable.h"

#include <math.h>
#include <stdlib.h>

/* Moves on by so many mean gaps. */
static void advance(struct arrival_stream *a, const struct arrival_law *law,
		    double gaps)
{
	double whole_ns;

	if (law->rate) {
		a->expected += gaps * law->every;
		return;
	}
	a->fraction = modf(a->fraction + gaps * law->mean_gap_ns, &whole_ns);
	a->next_ns += (uint64_t)whole_ns;
}

static double exponential(struct arrival_stream *a)
{
	return -log(1.0 - rng_unit(&a->rng));
}

void arrival_init(struct arrival_stream *a, const struct arrival_law *law,
		  uint64_t seed)
{
	*a = (struct arrival_stream){ .rng = { .state = seed } };
	advance(a, law, law->poisson ? exponential(a) : rng_unit(&a->rng));
}

uint64_t arrival_take(struct arrival_stream *a, const struct arrival_law *law)
{
	uint64_t at_ns = law->rate ? rate_when_ns(law->rate, a->expected) :
				     a->next_ns;

	if (++a->taken < law->burst)
		return at_ns;
	a->taken = 0;
	advance(a, law, law->poisson ? exponential(a) : 1);
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
	*h = (struct due_heap){ 0 };
}

static int make_room(struct due_heap *h)
{
	size_t room = h->room ? 2 * h->room : 16;
	struct due *grown = reallocarray(h->entry, room, sizeof(*grown));

	if (!grown)
		return -1;
	h->entry = grown;
	h->room = room;
	return 0;
}

int due_push(struct due_heap *h, struct due d)
{
	size_t i = h->count;

	if (h->count == h->room && make_room(h) < 0)
		return -1;
	h->count++;
	while (i && h->entry[(i - 1) / 2].at_ns > d.at_ns) {
		h->entry[i] = h->entry[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->entry[i] = d;
	return 0;
}

static struct due pop(struct due_heap *h)
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

uint64_t due_next_ns(const struct due_heap *h)
{
	return h->count ? h->entry[0].at_ns : UINT64_MAX;
}

bool due_take(struct due_heap *h, uint64_t now_ns, struct due *out)
{
	if (!h->count || h->entry[0].at_ns > now_ns)
		return false;
	*out = pop(h);
	return true;
}

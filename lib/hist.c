#include "lib/hist.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>

_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "histograms in shared memory need "
					    "lock-free 64-bit counters");

#define RANGE_END (UINT64_C(1) << HIST_RANGE_BITS)

static uint64_t get(const _Atomic uint64_t *slot)
{
	return atomic_load_explicit(slot, memory_order_relaxed);
}

static void set(_Atomic uint64_t *slot, uint64_t value)
{
	atomic_store_explicit(slot, value, memory_order_relaxed);
}

static void add_shared(_Atomic uint64_t *slot, uint64_t n)
{
	atomic_fetch_add_explicit(slot, n, memory_order_relaxed);
}

size_t hist_bucket(uint64_t value_ns)
{
	int shift;

	if (value_ns < HIST_SUBS)
		return (size_t)value_ns;
	shift = 63 - __builtin_clzll(value_ns) - HIST_SUB_BITS;
	return (size_t)shift * HIST_SUBS + (size_t)(value_ns >> shift);
}

uint64_t hist_lower_ns(size_t i)
{
	size_t octave = i / HIST_SUBS;

	if (octave < 2)
		return i;
	return (uint64_t)(HIST_SUBS + i % HIST_SUBS) << (octave - 1);
}

uint64_t hist_upper_ns(size_t i)
{
	return hist_lower_ns(i + 1) - 1;
}

static _Atomic uint64_t *slot_of(struct hist *h, uint64_t value_ns)
{
	return value_ns < RANGE_END ? &h->bucket[hist_bucket(value_ns)] :
				      &h->over;
}

void hist_record(struct hist *h, uint64_t value_ns)
{
	_Atomic uint64_t *slot = slot_of(h, value_ns);

	set(slot, get(slot) + 1);
	set(&h->sum_ns, get(&h->sum_ns) + value_ns);
	if (value_ns > get(&h->max_ns))
		set(&h->max_ns, value_ns);
}

void hist_record_shared(struct hist *h, uint64_t value_ns)
{
	uint64_t max_ns = get(&h->max_ns);

	add_shared(slot_of(h, value_ns), 1);
	add_shared(&h->sum_ns, value_ns);
	while (value_ns > max_ns &&
	       !atomic_compare_exchange_weak_explicit(
		       &h->max_ns, &max_ns, value_ns, memory_order_relaxed,
		       memory_order_relaxed))
		;
}

void hist_merge(struct hist *into, const struct hist *from)
{
	uint64_t max_ns = get(&from->max_ns);

	for (size_t i = 0; i < HIST_BUCKETS; i++) {
		uint64_t n = get(&from->bucket[i]);

		if (n)
			set(&into->bucket[i], get(&into->bucket[i]) + n);
	}
	set(&into->over, get(&into->over) + get(&from->over));
	set(&into->sum_ns, get(&into->sum_ns) + get(&from->sum_ns));
	if (max_ns > get(&into->max_ns))
		set(&into->max_ns, max_ns);
}

void hist_rise(struct hist *out, const struct hist *earlier,
	       const struct hist *later)
{
	uint64_t max_ns = get(&later->max_ns);
	uint64_t highest_ns = 0;

	for (size_t i = 0; i < HIST_BUCKETS; i++) {
		uint64_t n = get(&later->bucket[i]) - get(&earlier->bucket[i]);

		set(&out->bucket[i], n);
		if (n)
			highest_ns = hist_upper_ns(i);
	}
	set(&out->over, get(&later->over) - get(&earlier->over));
	set(&out->sum_ns, get(&later->sum_ns) - get(&earlier->sum_ns));
	if (out->over || highest_ns > max_ns)
		highest_ns = max_ns;
	set(&out->max_ns, highest_ns);
}

uint64_t hist_count(const struct hist *h)
{
	uint64_t count = get(&h->over);

	for (size_t i = 0; i < HIST_BUCKETS; i++)
		count += get(&h->bucket[i]);
	return count;
}

double hist_mean_ns(const struct hist *h)
{
	uint64_t count = hist_count(h);

	return count ? (double)get(&h->sum_ns) / (double)count : -1.0;
}

bool hist_plausible(const struct hist *h)
{
	uint64_t count = hist_count(h), max_ns = get(&h->max_ns);
	uint64_t sum_ns = get(&h->sum_ns), least_ns = RANGE_END;

	if (!count)
		return !sum_ns && !max_ns;
	if ((max_ns >= RANGE_END) != (get(&h->over) > 0))
		return false;
	if (max_ns < RANGE_END) {
		size_t i = hist_bucket(max_ns);

		if (!get(&h->bucket[i]))
			return false;
		least_ns = hist_lower_ns(i);
		while (++i < HIST_BUCKETS)
			if (get(&h->bucket[i]))
				return false;
	}
	return sum_ns >= least_ns && sum_ns / count <= max_ns;
}

int hist_percentile(const struct hist *h, double pct, uint64_t *out_ns)
{
	uint64_t count = hist_count(h);
	uint64_t max_ns = get(&h->max_ns);
	uint64_t rank, seen = 0;

	if (!(pct > 0.0 && pct <= 100.0)) {
		errno = EINVAL;
		return -1;
	}
	if (!count) {
		errno = ENODATA;
		return -1;
	}
	/* The slack keeps 99.9 % of 10,000 from becoming rank 9,991. */
	rank = (uint64_t)ceil(pct / 100.0 * (double)count - 1e-6);
	if (rank < 1)
		rank = 1;
	if (rank > count)
		rank = count;
	if (pct < 100.0 && count - rank < HIST_MIN_BEYOND) {
		errno = ERANGE;
		return -1;
	}
	*out_ns = max_ns;
	for (size_t i = 0; i < HIST_BUCKETS; i++) {
		seen += get(&h->bucket[i]);
		if (seen >= rank) {
			if (hist_upper_ns(i) < max_ns)
				*out_ns = hist_upper_ns(i);
			break;
		}
	}
	return 0;
}

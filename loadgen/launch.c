#include "loadgen/launch.h"

#include "lib/clock.h"

void launch_sum_level(struct launch *l, uint64_t now_ns)
{
	const struct load *load = l->load;

	tally_add(&load->tally->open_area_ns,
		  load->tally->open * control_overlap_ns(load->control,
							 l->level_ns, now_ns));
	l->level_ns = now_ns;
}

/* Sessions that may be open now: fewer while the ramp lasts. */
static uint64_t room_now(const struct launch *l, uint64_t now_ns)
{
	const struct load *load = l->load;
	uint64_t since_ns = now_ns - load->control->load_ns;

	if (since_ns >= load->o->ramp_ns)
		return l->share;
	return (uint64_t)((double)l->share * (double)since_ns /
			  (double)load->o->ramp_ns) +
	       1;
}

static uint64_t failed_lately(const struct launch *l)
{
	return l->load->tally->failed - l->failed;
}

static bool is_wanted(const struct launch *l, uint64_t now_ns)
{
	const struct load *load = l->load;

	if (load->o->session_rate > 0)
		return load->tally->begun < load->tally->due;
	return failed_lately(l) <= load->tally->served - l->served &&
	       now_ns < load->control->window_end_ns;
}

bool launch_may(const struct launch *l, uint64_t now_ns)
{
	const struct load *load = l->load;
	const struct tally *t = load->tally;
	uint64_t opening = t->begun - t->served - t->unserved;
	uint64_t taken = t->open;

	if (load->o->session_rate <= 0)
		taken += failed_lately(l);
	return !load->finishing && now_ns >= load->control->load_ns &&
	       is_wanted(l, now_ns) && t->begun < l->quota &&
	       taken < room_now(l, now_ns) && opening < l->opening_limit;
}

uint64_t launch_begin(struct launch *l, uint64_t now_ns, uint64_t *due_ns)
{
	struct tally *t = l->load->tally;

	*due_ns = now_ns;
	if (l->load->o->session_rate > 0)
		*due_ns = l->load->control->load_ns +
			  arrival_take(&l->begun_at, &l->law);
	launch_sum_level(l, now_ns);
	tally_add(&t->begun, 1);
	tally_add(&t->open, 1);
	return l->index + (t->begun - 1) * l->count;
}

bool launch_next(struct launch *l, uint64_t *at_ns)
{
	uint64_t after_ns;

	if (l->load->tally->due >= l->quota || !l->law.burst)
		return false;
	after_ns = arrival_take(&l->due_at, &l->law);
	*at_ns = l->load->control->load_ns + after_ns;
	return after_ns != UINT64_MAX;
}

void launch_due(struct launch *l, uint64_t at_ns, uint64_t now_ns)
{
	struct tally *t = l->load->tally;

	tally_add(&t->due, 1);
	if (!load_in_window(l->load, at_ns))
		return;
	tally_add(&t->due_in_window, 1);
	hist_record(&t->send_lag, now_ns - at_ns);
}

void launch_ended(struct launch *l, bool served, int cause, uint64_t connect_ns,
		  uint64_t now_ns)
{
	struct tally *t = l->load->tally;

	launch_sum_level(l, now_ns);
	tally_add(&t->open, -(uint64_t)1);
	atomic_store_explicit(&t->last_end_ns, now_ns, memory_order_relaxed);
	if (!served)
		tally_add(&t->unserved, 1);
	if (cause) {
		tally_add(&t->failed, 1);
		tally_add(&t->cause[cause], 1);
		return;
	}
	tally_add(&t->completed, 1);
	if (load_in_window(l->load, now_ns)) {
		tally_add(&t->completed_in_window, 1);
		tally_add(&t->lifetime_ns, now_ns - connect_ns);
	}
}

void launch_tick(struct launch *l)
{
	l->failed = l->load->tally->failed;
	l->served = l->load->tally->served;
}

bool launch_is_done(const struct launch *l)
{
	return l->load->tally->begun == l->quota;
}

/* Share number `index` of `total` things among `count`. */
static uint64_t share_of(uint64_t total, uint64_t index, uint64_t count)
{
	return total / count + (index < total % count);
}

uint64_t launch_share(const struct launch *l, uint64_t total)
{
	return share_of(total, l->index, l->count);
}

/* How this worker's sessions come: every so manyth, or its part of a burst. */
static struct arrival_law law_of(const struct options *o, uint64_t index,
				 uint64_t count)
{
	double every = (double)(o->burst ? o->burst : count);

	return (struct arrival_law){
		.mean_gap_ns = 1e9 * every / o->session_rate,
		.poisson = o->arrivals == ARRIVALS_POISSON,
		.burst = o->burst ? share_of(o->burst, index, count) : 1,
		.rate = o->rate.stages > 1 ? &o->rate : NULL,
		.every = every,
	};
}

void launch_init(struct launch *l, const struct load *load, uint64_t index,
		 uint64_t count)
{
	const struct options *o = load->o;

	*l = (struct launch){
		.load = load,
		.share = share_of(o->concurrency, index, count),
		.quota = o->sessions ? share_of(o->sessions, index, count) :
				       UINT64_MAX,
		.opening_limit = share_of(o->opening, index, count),
		.index = index,
		.count = count,
	};
	if (o->session_rate <= 0)
		return;
	l->law = law_of(o, index, count);
	/* All workers have their part of the same bursts. */
	arrival_init(&l->due_at, &l->law,
		     rng_mix(rng_mix(o->seed) + (o->burst ? 0 : index)));
	l->begun_at = l->due_at;
}

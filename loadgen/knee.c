#include "loadgen/knee.h"

#include <err.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "lib/rng.h"
#include "loadgen/judge.h"
#include "loadgen/run.h"
#include "loadgen/search.h"

static const struct search_config method = {
	.start_rate = 200,
	.least_rate = 1,
	.most_rate = 1000000,
	.resolution = 0.05,
	.most_steps = 40,
};

/* So long may a run be that had too few samples: whichever is shorter. */
enum { MOST_DURATIONS = 32, MOST_S = 60 };
/* And so much longer is the next one, at most: of no sample, nothing is known. */
enum { MOST_FACTOR = 8 };

struct knee {
	const struct options *o;
	const struct preflight *preflight;
	unsigned steps;
	double rate; /* of this step: sessions, or messages on all held ones */
	int interrupted_by;
};

uint64_t knee_seed(uint64_t seed, unsigned step)
{
	return rng_stream(seed, step);
}

/*
 * What a run says of the server. Its own faults (unserved sessions, errors)
 * miss the goal. What is invalid otherwise says nothing, unless it met the goal
 * in spite of the generator's own faults: they are in every figure.
 */
static enum step_outcome outcome_of(const struct run *r,
				    const struct finding *f)
{
	const struct tally *t = r->result.sum;

	if (r->outcome.interrupted_by)
		return STEP_STOPPED;
	if (t->cause[EMFILE] || t->cause[ENFILE] || t->cause[EADDRNOTAVAIL])
		return STEP_UNUSABLE;
	if (*f->why)
		return STEP_MISSED;
	if (f->what == CONDITION_UNMEASURED && !r->outcome.gave_up_why)
		return STEP_TOO_FEW;
	if (f->what == CONDITION_MET)
		return STEP_MET;
	return r->result.verdict.status == VERDICT_INVALID ? STEP_UNUSABLE :
							     STEP_MISSED;
}

/* Prints a line, which a signal may end if nobody reads. */
static void print_step(const struct knee *k, const struct run *r,
		       const char *value, enum step_outcome outcome)
{
	static const char *const names[] = {
		[STEP_MET] = "met",
		[STEP_MISSED] = "missed",
		[STEP_UNUSABLE] = "unusable",
		[STEP_TOO_FEW] = "too few",
		[STEP_STOPPED] = "interrupted",
	};
	const struct verdict *v = &r->result.verdict;

	crew_heed_signals();
	printf("%4u %12.1f %12.1f  %-12s %-12s %s\n", k->steps, k->rate,
	       r->o->hold ? r->result.messages_per_s : r->result.sessions_per_s,
	       value, names[outcome], v->reasons ? v->reason[0] : "");
	fflush(stdout);
	crew_block_signals();
}

/* One run at a rate. *samples: as in struct finding. */
static enum step_outcome attempt(struct knee *k, const struct options *o,
				 double *samples)
{
	enum step_outcome outcome;
	struct finding f;
	struct run r;

	if (run_load(&r, o, k->preflight) < 0)
		err(3, "cannot start %u workers", k->preflight->workers);
	judge(&r, &r.result.verdict);
	f = condition_look(&o->goal, &r.result);
	outcome = outcome_of(&r, &f);
	*samples = f.samples;
	k->interrupted_by = r.outcome.interrupted_by;
	k->steps++;
	print_step(k, &r, f.value, outcome);
	run_release(&r);
	return outcome;
}

/* A run with too few samples is made again, for as long as it takes. */
static enum step_outcome step(void *context, double rate)
{
	struct knee *k = context;
	struct options o = *k->o;
	enum step_outcome outcome;
	double samples, ns = (double)o.duration_ns;
	double most_ns = fmax(fmin(MOST_DURATIONS * ns, MOST_S * 1e9), ns);

	k->rate = rate;
	if (o.hold)
		o.message_rate = rate / (double)o.concurrency;
	else
		o.session_rate = rate;
	for (;;) {
		o.duration_ns = (uint64_t)ns;
		o.seed = knee_seed(k->o->seed, k->steps);
		outcome = attempt(k, &o, &samples);
		if (outcome != STEP_TOO_FEW || ns >= most_ns)
			return outcome;
		/* A quarter more than it takes: arrivals vary. */
		ns *= fmin(fmax(2, 1.25 / samples), MOST_FACTOR);
		ns = fmin(ns, most_ns);
	}
}

static void tell(const struct search_outcome *s, const struct options *o)
{
	const char *goal = o->goal.text,
		   *what = o->hold ? "message" : "session";

	if (s->stopped)
		printf("interrupted; ");
	else if (!s->confirmed)
		printf("not confirmed in %u runs: the figure varies too much, "
		       "raise --duration; ",
		       s->steps);
	if (s->low <= 0 && s->last_met > 0)
		printf("%s was met at %.1f %ss/s, and missed in a later "
		       "run\n",
		       goal, s->last_met, what);
	else if (s->low <= 0 && s->too_few > 0 && s->high <= 0)
		printf("too few samples for %s up to %.1f %ss/s; raise "
		       "--duration\n",
		       goal, s->too_few, what);
	else if (s->low <= 0 && s->too_few > 0)
		printf("no %s rate met %s; up to %.1f/s there were too few "
		       "samples\n",
		       what, goal, s->too_few);
	else if (s->low <= 0)
		printf("no %s rate met %s\n", what, goal);
	else if (s->limited_by_generator)
		printf("%s is met at %.1f %ss/s; above, the generator "
		       "could not keep to its schedule\n",
		       goal, s->low, what);
	else if (s->high <= 0)
		printf("%s is met at %.1f %ss/s\n", goal, s->low, what);
	else
		printf("%s is met at %.1f %ss/s, and missed at %.1f\n", goal,
		       s->low, what, s->high);
}

int knee_find(const struct options *o, const struct preflight *p)
{
	struct knee k = { .o = o, .preflight = p };
	struct search_outcome s;

	printf("%4s %12s %12s  %-12s %s\n", "run", "offered/s", "achieved/s",
	       "measured", "goal");
	if (search_run(&method, step, &k, &s) < 0)
		err(3, "cannot search");
	crew_heed_signals();
	tell(&s, o);
	if (fflush(stdout) != 0)
		err(3, "cannot write to stdout");
	if (k.interrupted_by)
		return 128 + k.interrupted_by;
	return s.low > 0 && s.confirmed ? 0 : 1;
}

#include "loadgen/knee.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "loadgen/run.h"
#include "loadgen/search.h"

static const struct search_config method = {
	.start_rate = 200,
	.least_rate = 1,
	.most_rate = 1000000,
	.resolution = 0.05,
	.most_steps = 40,
};

/* Of a step's time, when it had too few samples. */
enum { MOST_DOUBLINGS = 5 };

struct knee {
	const struct options *o;
	const struct preflight *preflight;
	unsigned steps;
	int interrupted_by;
};

/*
 * What a run says of the server. Its own faults (unserved sessions, errors)
 * miss the goal; what is invalid otherwise says nothing.
 */
static enum step_outcome outcome_of(const struct run *r, bool met)
{
	const struct tally *t = r->result.sum;

	if (r->outcome.interrupted_by)
		return STEP_STOPPED;
	if (t->cause[EMFILE] || t->cause[ENFILE] || t->cause[EADDRNOTAVAIL])
		return STEP_UNUSABLE;
	if (t->served < r->result.requested || t->failed)
		return STEP_MISSED;
	if (r->result.verdict.status == VERDICT_INVALID)
		return STEP_UNUSABLE;
	return met ? STEP_MET : STEP_MISSED;
}

static void print_step(const struct knee *k, const struct run *r,
		       const char *value, enum step_outcome outcome)
{
	static const char *const names[] = {
		[STEP_MET] = "met",
		[STEP_MISSED] = "missed",
		[STEP_UNUSABLE] = "unusable",
		[STEP_STOPPED] = "interrupted",
	};
	const struct verdict *v = &r->result.verdict;

	printf("%4u %12.1f %12.1f  %-12s %-12s %s\n", k->steps,
	       r->o->session_rate, r->result.sessions_per_s, value,
	       names[outcome], v->reasons ? v->reason[0] : "");
	fflush(stdout);
}

/* One run at a rate; *too_few: it had too few samples for the figure. */
static enum step_outcome attempt(struct knee *k, const struct options *o,
				 bool *too_few)
{
	char value[FIGURE_BYTES];
	enum step_outcome outcome;
	struct run r;

	if (run_load(&r, o, k->preflight) < 0)
		err(3, "cannot start %u workers", k->preflight->workers);
	outcome = outcome_of(&r, condition_met(&o->goal, &r.result, value));
	*too_few = strcmp(value, "-") == 0 && r.result.sum->served &&
		   !r.outcome.gave_up_why;
	k->interrupted_by = r.outcome.interrupted_by;
	k->steps++;
	print_step(k, &r, value, *too_few ? STEP_UNUSABLE : outcome);
	run_release(&r);
	return outcome;
}

/* A rate so low that its run has too few samples is tried for longer. */
static enum step_outcome step(void *context, double rate)
{
	struct knee *k = context;
	struct options o = *k->o;
	enum step_outcome outcome;
	bool too_few;

	o.session_rate = rate;
	for (int longer = 0;; longer++) {
		o.seed = k->o->seed + k->steps; /* arrivals of its own */
		outcome = attempt(k, &o, &too_few);
		if (!too_few || longer == MOST_DOUBLINGS)
			return outcome;
		o.duration_ns *= 2;
	}
}

static void tell(const struct search_outcome *s, const char *goal)
{
	if (s->stopped)
		printf("interrupted; ");
	else if (!s->confirmed)
		printf("not confirmed in %u runs: the figure varies too much, "
		       "raise --duration; ",
		       s->steps);
	if (s->low <= 0 && s->last_met > 0)
		printf("%s was met at %.1f sessions/s, and missed in a later "
		       "run\n",
		       goal, s->last_met);
	else if (s->low <= 0)
		printf("no session rate met %s\n", goal);
	else if (s->limited_by_generator)
		printf("%s is met at %.1f sessions/s; above, the generator "
		       "could not keep to its schedule\n",
		       goal, s->low);
	else if (s->high <= 0)
		printf("%s is met at %.1f sessions/s\n", goal, s->low);
	else
		printf("%s is met at %.1f sessions/s, and missed at %.1f\n",
		       goal, s->low, s->high);
}

int knee_find(const struct options *o, const struct preflight *p)
{
	struct knee k = { .o = o, .preflight = p };
	struct search_outcome s;

	printf("%4s %12s %12s  %-12s %s\n", "run", "offered/s", "achieved/s",
	       "measured", "goal");
	if (search_run(&method, step, &k, &s) < 0)
		err(3, "cannot search");
	tell(&s, o->goal.text);
	if (fflush(stdout) != 0)
		err(3, "cannot write to stdout");
	if (k.interrupted_by)
		return 128 + k.interrupted_by;
	return s.low > 0 && s.confirmed ? 0 : 1;
}

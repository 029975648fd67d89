#include <math.h>
#include <string.h>

#include "bench/tell/findings_parts.h"
#include "bench/tell/words.h"

static void say_clean(const struct load_run *run, size_t e,
		      const struct judgement *j, char text[FINDING])
{
	size_t n = 0, i = 0, known = 0, modes = 0, fewest = SIZE_MAX;
	char name[FINDING_NAME];

	for (size_t slot = 0; slot < run->n_slots; slot++) {
		const struct judge_zombies *z = judge_find_zombies(j, e, slot);

		known += z != NULL;
		modes += !run->slots[slot].again;
		if (z && !(z->left_max > 0)) {
			n++;
			fewest = z->n < fewest ? z->n : fewest;
		}
	}
	words_add(text, FINDING,
		  "zombies left in %s: ", run->experiments[e].name);
	if (!known)
		words_add(text, FINDING, "not measured");
	else if (!n)
		words_add(text, FINDING, "every mode%s leaks",
			  known < modes ? " measured so far" : "");
	for (size_t slot = 0; slot < run->n_slots; slot++) {
		const struct judge_zombies *z = judge_find_zombies(j, e, slot);

		if (z && !(z->left_max > 0))
			words_add(text, FINDING, "%s%s", words_join(i++, n),
				  finding_name(run, slot, name));
	}
	if (n && fewest == 1)
		words_add(text, FINDING, " left none in the one round");
	else if (n)
		words_add(text, FINDING, " left none in any of %zu rounds",
			  fewest);
}

/* A child is reaped by a handler's call or stays: one call, one child. */
static void cross_check(const struct load_run *run,
			const struct judge_zombies *z, char text[FINDING])
{
	const double *worst = z->worst->value;
	double wanted = worst[METRIC_FORKS] - worst[METRIC_HANDLER_CALLS];
	char forks[WORDS], calls[WORDS], difference[WORDS], left[WORDS];
	size_t equal = 0, known = 0;

	if (isnan(wanted))
		return;
	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];
		const double *v = c->value;
		double d = v[METRIC_FORKS] - v[METRIC_HANDLER_CALLS];

		if (c->experiment != z->experiment || c->slot != z->slot ||
		    !load_usable(c) || isnan(d - v[METRIC_ZOMBIES_LEFT]))
			continue;
		known++;
		equal += d >= v[METRIC_ZOMBIES_LEFT] &&
			 d <= v[METRIC_ZOMBIES_LEFT];
	}
	words_count(worst[METRIC_FORKS], forks);
	words_count(worst[METRIC_HANDLER_CALLS], calls);
	words_count(wanted, difference);
	words_count(z->left_max, left);
	words_add(text, FINDING, ": %s forks − %s handler calls = %s", forks,
		  calls, difference);
	if (wanted >= z->left_max && wanted <= z->left_max)
		words_add(text, FINDING, " zombies; equal in %zu of %zu rounds",
			  equal, known);
	else
		words_add(text, FINDING,
			  ", NOT equal to the %s left; equal in %zu of %zu "
			  "rounds",
			  left, equal, known);
}

static void say_leak(const struct load_run *run, const struct judge_zombies *z,
		     char text[FINDING])
{
	double of = z->worst->value[METRIC_FORKS];
	char left[WORDS], forks[WORDS], name[FINDING_NAME];

	words_count(z->left_max, left);
	words_count(of, forks);
	words_add(text, FINDING, "%s left %s of %s children as zombies in %s",
		  finding_name(run, z->slot, name), left,
		  isnan(of) ? "its" : forks,
		  run->experiments[z->experiment].name);
	if (z->n > 1)
		words_add(text, FINDING, ", in the worst of %zu rounds", z->n);
	if (strcmp(run->slots[z->slot].mode, "waitpid-once") == 0)
		cross_check(run, z, text);
}

/* What came of a slot's SIGCHLDs, over the rounds that count both sides. */
struct signals {
	double children, calls, left;
	bool equal; /* in every round as many merged as zombies are left */
};

static struct signals count_signals(const struct load_run *run,
				    size_t experiment, size_t slot)
{
	struct signals s = { .equal = true };

	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];
		double forks = c->value[METRIC_FORKS];
		double calls = c->value[METRIC_HANDLER_CALLS];
		double left = c->value[METRIC_ZOMBIES_LEFT];

		if (c->experiment != experiment || c->slot != slot ||
		    !load_usable(c) || isnan(forks + calls + left))
			continue;
		s.children += forks;
		s.calls += calls;
		s.left += left;
		s.equal &= !(fabs(forks - calls - left) > 0);
	}
	return s;
}

static void add_signals(const struct signals *s, const char *name,
			char text[FINDING])
{
	char calls[WORDS], children[WORDS], merged[WORDS], left[WORDS];

	words_add(text, FINDING,
		  "%s had %s handler calls for %s children, so %s SIGCHLDs "
		  "merged with one that was pending, ",
		  name, words_count(s->calls, calls),
		  words_count(s->children, children),
		  words_count(s->children - s->calls, merged));
	if (!(s->left > 0))
		words_add(text, FINDING, "and no child stayed a zombie");
	else if (s->equal)
		words_add(text, FINDING,
			  "and exactly as many children stayed zombies");
	else
		words_add(text, FINDING, "and %s children stayed zombies",
			  words_count(s->left, left));
}

/* Of modes with a handler: signals are bits, and coalesce. */
static void say_coalesced(const struct load_run *run, size_t experiment,
			  struct findings *f)
{
	char name[FINDING_NAME], *text = NULL;

	for (size_t slot = 0; slot < run->n_slots; slot++) {
		struct signals s = count_signals(run, experiment, slot);

		if (run->slots[slot].again || !(s.calls > 0) ||
		    s.calls >= s.children)
			continue;
		if (!text) {
			text = finding_next(f);
			words_add(text, FINDING,
				  "signals coalesced in %s, all rounds: ",
				  run->experiments[experiment].name);
		} else {
			words_add(text, FINDING, "; ");
		}
		add_signals(&s, finding_name(run, slot, name), text);
	}
}

void findings_zombies(const struct load_run *run, const struct judgement *j,
		      size_t experiment, struct findings *f)
{
	say_clean(run, experiment, j, finding_next(f));
	for (size_t i = 0; i < j->n_zombies; i++)
		if (j->zombies[i].experiment == experiment &&
		    j->zombies[i].left_max > 0)
			say_leak(run, &j->zombies[i], finding_next(f));
	say_coalesced(run, experiment, f);
}

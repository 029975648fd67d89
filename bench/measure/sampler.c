#include "bench/measure/sampler.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"

#define INTERVAL_NS (SAMPLER_INTERVAL_MS * NS_PER_MS)

enum {
	/* First guesses; measured from then on, on samples of some size. */
	LIST_EACH_NS = 600,
	LOOK_EACH_NS = 1000,
	STATE_NS = 10000,
	TRUSTED = 1000,
	FORKS_TRUSTED = 200,
};

int sampler_start(struct sampler *s, pid_t daemon,
		  const struct daemon_stats *stats)
{
	*s = (struct sampler){
		.daemon = daemon,
		.stats = stats,
		.room = 256,
		.list_each_ns = LIST_EACH_NS,
		.look_each_ns = LOOK_EACH_NS,
		.start_ns = clock_now_ns(),
	};
	s->due_ns = s->start_ns;
	s->sample = calloc(s->room, sizeof(s->sample[0]));
	if (s->sample && pid_set_init(&s->zombies) == 0 &&
	    children_init(&s->children) == 0)
		return 0;
	sampler_release(s);
	errno = ENOMEM;
	return -1;
}

void sampler_release(struct sampler *s)
{
	free(s->sample);
	pid_set_release(&s->zombies);
	children_release(&s->children);
	*s = (struct sampler){ 0 };
}

/* Moves the children that `is` true of to the front, from `from` on. */
static size_t sort_out(struct children *c, size_t from, size_t end,
		       bool (*is)(pid_t pid))
{
	size_t found = from;

	for (size_t i = from; i < end; i++) {
		pid_t pid = c->pid[i];

		if (!is(pid))
			continue;
		c->pid[i] = c->pid[found];
		c->pid[found++] = pid;
	}
	return found;
}

/* Moves some of [from, end), evenly spaced, to the front of that range. */
static size_t pick(struct children *c, size_t from, size_t end)
{
	size_t picked = from;

	for (size_t i = 0; i < SAMPLER_STATES; i++) {
		size_t at = from + i * (end - from) / SAMPLER_STATES;
		pid_t pid = c->pid[at];

		c->pid[at] = c->pid[picked];
		c->pid[picked++] = pid;
	}
	return picked;
}

/*
 * The zombies among the listed children. *known is how many of them stand at
 * the front of the list, to be remembered.
 */
static size_t find_zombies(struct sampler *s, bool exact, size_t *known)
{
	struct children *c = &s->children;
	uint64_t before_ns = clock_cpu_ns();
	size_t old = 0, exited, picked, zombies, others;

	for (size_t i = 0; i < c->count; i++) {
		pid_t pid = c->pid[i];

		if (!pid_set_has(&s->zombies, pid))
			continue;
		c->pid[i] = c->pid[old];
		c->pid[old++] = pid;
	}
	if (exact)
		return *known = sort_out(c, old, c->count, children_is_zombie);

	exited = sort_out(c, old, c->count, children_has_exited);
	if (c->count - old >= TRUSTED)
		s->look_each_ns =
			(clock_cpu_ns() - before_ns) / (c->count - old);
	if (exited - old <= SAMPLER_STATES)
		return *known = sort_out(c, old, exited, children_is_zombie);

	picked = pick(c, old, exited);
	zombies = sort_out(c, old, picked, children_is_zombie) - old;
	others = exited - picked;
	*known = zombies == SAMPLER_STATES ? exited : old + zombies;
	return old + zombies + others * zombies / SAMPLER_STATES;
}

static uint64_t movement(const struct daemon_stats *stats)
{
	return stats->children_exited + stats->reaped;
}

static int append(struct sampler *s, const struct sample *sample)
{
	if (s->count == s->room) {
		struct sample *larger =
			realloc(s->sample, 2 * s->room * sizeof(*larger));

		if (!larger)
			return -1;
		s->sample = larger;
		s->room *= 2;
	}
	s->sample[s->count++] = *sample;
	return 0;
}

static int take(struct sampler *s, bool exact)
{
	uint64_t cpu_ns = clock_cpu_ns();
	const struct sample *last = s->count ? &s->sample[s->count - 1] : NULL;
	uint64_t forks;
	size_t known;
	struct sample now = {
		.at_ns = clock_now_ns() - s->start_ns,
		.forked = s->stats->forked,
		.exited = s->stats->children_exited,
		.handler_calls = s->stats->sigchld_calls,
	};

	s->moved = movement(s->stats);
	if (exact)
		pid_set_clear(&s->zombies);
	if (children_read(&s->children, s->daemon) < 0)
		return -1;
	now.children = s->children.count;
	if (now.children >= TRUSTED)
		s->list_each_ns = (clock_cpu_ns() - cpu_ns) / now.children;
	forks = now.forked - (last ? last->forked : 0);
	if (forks >= FORKS_TRUSTED) {
		uint64_t before = last ? last->children : 0;

		s->kept = now.children > before ?
				  (double)(now.children - before) /
					  (double)forks :
				  0.0;
	}
	now.zombies = find_zombies(s, exact, &known);
	if (pid_set_assign(&s->zombies, s->children.pid, known) < 0)
		return -1;
	now.cost_ns = clock_cpu_ns() - cpu_ns;
	return append(s, &now);
}

/* What the next sample will cost: the list, and a look at what is new in it. */
static uint64_t expected_cost_ns(const struct sampler *s)
{
	const struct sample *last = &s->sample[s->count - 1];
	uint64_t forks = s->stats->forked - last->forked;
	uint64_t children =
		last->children + (uint64_t)(s->kept * (double)forks);

	uint64_t unknown =
		children > s->zombies.count ? children - s->zombies.count : 0;

	return children * s->list_each_ns + unknown * s->look_each_ns +
	       (unknown < SAMPLER_STATES ? unknown : SAMPLER_STATES) * STATE_NS;
}

/*
 * Nothing had moved up to a moment ago: then the last sample still held, but
 * for the children forked since.
 */
static int note_stillness(struct sampler *s)
{
	struct sample still;

	if (!s->still)
		return 0;
	s->still = false;
	still = s->sample[s->count - 1];
	still.at_ns = s->still_ns - s->start_ns;
	still.children += s->still_forked - still.forked;
	still.forked = s->still_forked;
	still.cost_ns = 0;
	return append(s, &still);
}

static bool is_earned(const struct sampler *s, uint64_t now_ns)
{
	return s->cost_ns + expected_cost_ns(s) <=
	       (now_ns - s->start_ns) * SAMPLER_CPU_PCT / 100;
}

void sampler_poll(struct sampler *s)
{
	uint64_t now_ns = clock_now_ns();
	uint64_t exited = s->stats->children_exited;
	bool exiting = exited > s->exited;
	const struct sample *taken;

	if (now_ns < s->due_ns)
		return;
	s->due_ns = now_ns + INTERVAL_NS;
	s->exited = exited;
	if (s->count && movement(s->stats) == s->moved) {
		s->still = true;
		s->still_ns = now_ns;
		s->still_forked = s->stats->forked;
		return;
	}
	if (note_stillness(s) < 0) {
		s->missed++;
		return;
	}
	if (s->count && !is_earned(s, now_ns))
		return;
	if (take(s, false) < 0) {
		s->missed++;
		return;
	}
	taken = &s->sample[s->count - 1];
	s->cost_ns += taken->cost_ns;
	s->exiting += exiting;
	s->exiting_seen += exiting && taken->zombies;
}

int sampler_last(struct sampler *s)
{
	return note_stillness(s) < 0 ? -1 : take(s, true);
}

double sampler_cpu_pct(const struct sampler *s)
{
	uint64_t end_ns = s->count ? s->sample[s->count - 1].at_ns : 0;

	return end_ns ? 100.0 * (double)s->cost_ns / (double)end_ns : 0.0;
}

double sampler_lifetime_ms(const struct sampler *s)
{
	const struct sample *last;
	double zombie_ns = 0;

	if (s->exiting_seen < SAMPLER_LIFETIME_NEEDS)
		return NAN;
	last = &s->sample[s->count - 1];
	if (last->zombies)
		return NAN;
	for (const struct sample *at = s->sample; at < last; at++)
		zombie_ns +=
			(double)at->zombies * (double)(at[1].at_ns - at->at_ns);
	return zombie_ns / 1e6 / (double)last->exited;
}

double sampler_peak(const struct sampler *s)
{
	uint64_t peak = 0;

	if (s->exiting < SAMPLER_PEAK_NEEDS)
		return NAN;
	for (size_t i = 0; i < s->count; i++)
		if (s->sample[i].zombies > peak)
			peak = s->sample[i].zombies;
	return (double)peak;
}

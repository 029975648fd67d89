#include "bench/sampler.h"

#include <errno.h>
#include <stdbool.h>
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

static size_t pid_limit(void)
{
	unsigned long limit = 4194304;
	FILE *in = fopen("/proc/sys/kernel/pid_max", "re");

	if (!in)
		return limit;
	if (fscanf(in, "%lu", &limit) != 1)
		limit = 4194304;
	fclose(in);
	return limit;
}

int sampler_start(struct sampler *s, pid_t daemon,
		  const struct daemon_stats *stats)
{
	*s = (struct sampler){
		.daemon = daemon,
		.stats = stats,
		.room = 256,
		.zombie_room = 1024,
		.pid_limit = pid_limit(),
		.list_each_ns = LIST_EACH_NS,
		.look_each_ns = LOOK_EACH_NS,
		.start_ns = clock_now_ns(),
	};
	s->due_ns = s->start_ns;
	s->sample = calloc(s->room, sizeof(s->sample[0]));
	s->zombie = calloc(s->zombie_room, sizeof(s->zombie[0]));
	s->zombie_bits = calloc(s->pid_limit / 8 + 1, 1);
	if (s->sample && s->zombie && s->zombie_bits &&
	    children_init(&s->children) == 0)
		return 0;
	sampler_release(s);
	errno = ENOMEM;
	return -1;
}

void sampler_release(struct sampler *s)
{
	free(s->sample);
	free(s->zombie);
	free(s->zombie_bits);
	children_release(&s->children);
	*s = (struct sampler){ 0 };
}

static bool was_zombie(const struct sampler *s, pid_t pid)
{
	return s->zombie_bits[pid / 8] >> (pid % 8) & 1;
}

static void forget_zombies(struct sampler *s)
{
	for (size_t i = 0; i < s->zombies; i++)
		s->zombie_bits[s->zombie[i] / 8] &=
			(unsigned char)~(1 << (s->zombie[i] % 8));
	s->zombies = 0;
}

static int keep_zombies(struct sampler *s, const pid_t *pid, size_t count)
{
	if (count > s->zombie_room) {
		pid_t *larger = realloc(s->zombie, 2 * count * sizeof(*larger));

		if (!larger)
			return -1;
		s->zombie = larger;
		s->zombie_room = 2 * count;
	}
	for (size_t i = 0; i < count; i++) {
		s->zombie[i] = pid[i];
		s->zombie_bits[pid[i] / 8] |=
			(unsigned char)(1 << (pid[i] % 8));
	}
	s->zombies = count;
	return 0;
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

		if (!was_zombie(s, pid))
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
	return stats->forked + stats->children_exited + stats->reaped;
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
		forget_zombies(s);
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
	forget_zombies(s);
	if (keep_zombies(s, s->children.pid, known) < 0)
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

	uint64_t unknown = children > s->zombies ? children - s->zombies : 0;

	return children * s->list_each_ns + unknown * s->look_each_ns +
	       (unknown < SAMPLER_STATES ? unknown : SAMPLER_STATES) * STATE_NS;
}

/* Nothing had moved up to a moment ago: then the last sample still held. */
static int note_stillness(struct sampler *s)
{
	struct sample still;

	if (!s->still_ns)
		return 0;
	still = s->sample[s->count - 1];
	still.at_ns = s->still_ns - s->start_ns;
	still.cost_ns = 0;
	s->still_ns = 0;
	return append(s, &still);
}

/* What may have been spent by now. */
static uint64_t earned_ns(const struct sampler *s, uint64_t now_ns)
{
	uint64_t elapsed_ns = now_ns - s->start_ns;
	uint64_t ahead_ns = elapsed_ns + s->expected_ns / 2;

	if (ahead_ns > s->expected_ns)
		ahead_ns = s->expected_ns;
	if (ahead_ns < elapsed_ns)
		ahead_ns = elapsed_ns;
	return ahead_ns * SAMPLER_CPU_PCT / 100;
}

void sampler_poll(struct sampler *s)
{
	uint64_t now_ns = clock_now_ns();
	uint64_t cost_ns;

	if (now_ns < s->due_ns)
		return;
	s->due_ns = now_ns + INTERVAL_NS;
	if (s->count && movement(s->stats) == s->moved) {
		s->still_ns = now_ns;
		return;
	}
	if (s->count && s->cost_ns + expected_cost_ns(s) > earned_ns(s, now_ns))
		return;
	if (note_stillness(s) < 0 || take(s, false) < 0) {
		s->missed++;
		return;
	}
	cost_ns = s->sample[s->count - 1].cost_ns;
	s->cost_ns += cost_ns;
	/* Spread over the time what will not be enough for all of it. */
	if (cost_ns * 50 / SAMPLER_CPU_PCT > INTERVAL_NS)
		s->due_ns = now_ns + cost_ns * 50 / SAMPLER_CPU_PCT;
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

double sampler_zombie_s(const struct sampler *s)
{
	double sum = 0;

	for (size_t i = 1; i < s->count; i++)
		sum += (double)s->sample[i - 1].zombies *
		       (double)(s->sample[i].at_ns - s->sample[i - 1].at_ns) /
		       1e9;
	return sum;
}

uint64_t sampler_peak(const struct sampler *s)
{
	uint64_t peak = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->sample[i].zombies > peak)
			peak = s->sample[i].zombies;
	return peak;
}

#include "bench/sampler.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"

#define INTERVAL_NS (SAMPLER_INTERVAL_MS * NS_PER_MS)

/* A first guess of what one state costs to read; measured from then on. */
enum { STATE_NS = 9000, STATES_TO_TRUST = 100 };

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
		.start_ns = clock_now_ns(),
	};
	s->due_ns = s->start_ns;
	s->sample = calloc(s->room, sizeof(s->sample[0]));
	s->zombie = calloc(s->zombie_room, sizeof(s->zombie[0]));
	s->was_zombie = calloc(s->pid_limit / 8 + 1, 1);
	if (s->sample && s->zombie && s->was_zombie &&
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
	free(s->was_zombie);
	children_release(&s->children);
	*s = (struct sampler){ 0 };
}

static bool known(const struct sampler *s, pid_t pid)
{
	return s->was_zombie[pid / 8] >> (pid % 8) & 1;
}

static void forget_zombies(struct sampler *s)
{
	for (size_t i = 0; i < s->zombies; i++)
		s->was_zombie[s->zombie[i] / 8] &=
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
		s->was_zombie[pid[i] / 8] |= (unsigned char)(1 << (pid[i] % 8));
	}
	s->zombies = count;
	return 0;
}

/* Moves the zombies among the listed children to the front of the list. */
static size_t find_zombies(struct sampler *s, bool look)
{
	struct children *c = &s->children;
	uint64_t before_ns = clock_cpu_ns();
	size_t found = 0;
	uint64_t looks = 0;

	for (size_t i = 0; i < c->count; i++) {
		bool zombie = known(s, c->pid[i]);

		if (!zombie && look) {
			looks++;
			zombie = children_is_zombie(c->pid[i]);
		}
		if (zombie)
			c->pid[found++] = c->pid[i];
	}
	if (looks >= STATES_TO_TRUST) {
		s->state_reads += looks;
		s->state_reads_ns += clock_cpu_ns() - before_ns;
	}
	return found;
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
	struct sample now = {
		.at_ns = clock_now_ns() - s->start_ns,
		.forked = s->stats->forked,
		.exited = s->stats->children_exited,
		.handler_calls = s->stats->sigchld_calls,
	};
	size_t zombies;

	if (exact)
		forget_zombies(s);
	if (children_read(&s->children, s->daemon) < 0)
		return -1;
	s->list_ns = clock_cpu_ns() - cpu_ns;
	now.children = s->children.count;
	zombies = find_zombies(s, exact || now.exited != s->exited_seen);
	s->exited_seen = now.exited;
	forget_zombies(s);
	if (keep_zombies(s, s->children.pid, zombies) < 0)
		return -1;
	now.zombies = zombies;
	now.cost_ns = clock_cpu_ns() - cpu_ns;
	return append(s, &now);
}

/* What the next sample will cost: the list as last time, and the states. */
static uint64_t expected_cost_ns(const struct sampler *s)
{
	uint64_t each_ns = s->state_reads ? s->state_reads_ns / s->state_reads :
					    STATE_NS;
	uint64_t unknown = daemon_stats_live(s->stats);

	if (s->stats->children_exited == s->exited_seen)
		unknown = 0;
	else
		unknown += s->stats->children_exited - s->exited_seen;
	if (unknown > s->children.count + 100)
		unknown = s->children.count + 100;
	return s->list_ns + unknown * each_ns;
}

void sampler_poll(struct sampler *s)
{
	uint64_t now_ns = clock_now_ns();
	uint64_t earned_ns, wanted_ns;

	if (now_ns < s->due_ns)
		return;
	earned_ns = (now_ns - s->start_ns) * SAMPLER_CPU_PCT / 100;
	wanted_ns = s->cost_ns + expected_cost_ns(s);
	if (wanted_ns > earned_ns && s->count) {
		/* Wait until it is earned; look again, as the cost changes. */
		uint64_t wait_ns =
			(wanted_ns - earned_ns) * 100 / SAMPLER_CPU_PCT;

		s->due_ns = now_ns +
			    (wait_ns < INTERVAL_NS ? wait_ns : INTERVAL_NS);
		return;
	}
	if (take(s, false) < 0)
		s->missed++;
	else
		s->cost_ns += s->sample[s->count - 1].cost_ns;
	s->due_ns = now_ns + INTERVAL_NS;
}

int sampler_last(struct sampler *s)
{
	return take(s, true);
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

#include "bench/measure/zombies.h"

#include <math.h>
#include <stdlib.h>

#include "lib/clock.h"

void zombies_begin(struct zombies *z, struct server *s, bool kernel)
{
	uint64_t now_ns = clock_now_ns();

	*z = (struct zombies){ .server = s,
			       .kernel = kernel,
			       .start_ns = now_ns,
			       .kernel_ns = now_ns,
			       .peak = NAN,
			       .before_cpu_us = NAN };
}

void zombies_release(struct zombies *z)
{
	free(z->line);
	z->line = NULL;
}

/* Without memory for it a reading is lost, not the cell. */
static void add(struct zombies *z, const struct zombie_line *line)
{
	if (z->count == z->room) {
		size_t room = z->room ? 2 * z->room : 256;
		struct zombie_line *larger =
			realloc(z->line, room * sizeof(*larger));

		if (!larger)
			return;
		z->line = larger;
		z->room = room;
	}
	z->line[z->count++] = *line;
}

static void raise_peak(struct zombies *z, double zombies)
{
	if (!isnan(zombies) && !(zombies <= z->peak))
		z->peak = zombies;
}

/* The counters now, and what they say of the storm. */
static struct zombie_line read_counters(struct zombies *z)
{
	const struct daemon_stats *stats = z->server->stats;
	uint64_t now_ns = clock_now_ns(), collected, exited;
	struct zombie_line line = { .t_s = (double)(now_ns - z->start_ns) / 1e9,
				    .forked = NAN,
				    .exited = NAN,
				    .collected = NAN,
				    .kernel = NAN };

	if (!stats)
		return line;
	/* Collected first: who exits between the two is no zombie yet. */
	collected = stats->reaped;
	exited = stats->children_exited + stats->children_killed;
	line.forked = (double)stats->forked;
	line.exited = (double)exited;
	if (z->server->subject->counts_collected) {
		line.collected = (double)collected;
		raise_peak(z, line.exited - line.collected);
	}
	if (exited + collected != z->moved) {
		z->moved = exited + collected;
		z->moved_ns = now_ns;
	}
	if (!exited) {
		z->before_ns = now_ns;
		if (z->server->cpu)
			z->before_cpu_us = cpu_used_us(z->server->cpu);
	}
	return line;
}

/*
 * To read the kernel's account takes a while: it is of the middle of that
 * time, and so is the line beside it.
 */
static void add_kernel(struct zombies *z, struct zombie_line *line)
{
	struct server_count count;
	struct zombie_line after;

	z->kernel_ns = clock_now_ns();
	if (server_count(z->server, &count) < 0)
		return;
	after = read_counters(z);
	line->t_s = (line->t_s + after.t_s) / 2;
	line->forked = (line->forked + after.forked) / 2;
	line->exited = (line->exited + after.exited) / 2;
	line->collected = (line->collected + after.collected) / 2;
	line->kernel = (double)count.zombies;
	raise_peak(z, line->kernel);
}

void zombies_look(struct zombies *z)
{
	struct zombie_line line = read_counters(z);

	if (z->kernel && clock_now_ns() - z->kernel_ns >= ZOMBIES_KERNEL_NS)
		add_kernel(z, &line);
	add(z, &line);
}

void zombies_end(struct zombies *z, double exact)
{
	struct zombie_line line = read_counters(z);

	line.kernel = exact;
	raise_peak(z, line.kernel);
	add(z, &line);
}

double zombies_storm_ms(const struct zombies *z)
{
	if (!z->before_ns || z->moved_ns <= z->before_ns)
		return NAN;
	return (double)(z->moved_ns - z->before_ns) / 1e6;
}

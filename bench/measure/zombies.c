#include "bench/measure/zombies.h"

#include <math.h>
#include <stdlib.h>

#include "lib/clock.h"

void zombies_begin(struct zombies *z, struct server *s)
{
	uint64_t now_ns = clock_now_ns();

	*z = (struct zombies){ .server = s,
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

/* The counters now; `kernel` as given. */
static void note(struct zombies *z, uint64_t now_ns, double kernel)
{
	const struct daemon_stats *stats = z->server->stats;
	struct zombie_line line = { .t_s = (double)(now_ns - z->start_ns) / 1e9,
				    .forked = NAN,
				    .exited = NAN,
				    .collected = NAN,
				    .kernel = kernel };

	if (stats) {
		/* Collected first: a child that exits between is no zombie yet.
		 */
		uint64_t collected = stats->reaped;
		uint64_t exited =
			stats->children_exited + stats->children_killed;

		line.forked = (double)stats->forked;
		line.exited = (double)exited;
		if (z->server->subject->self_collecting) {
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
	}
	raise_peak(z, kernel);
	add(z, &line);
}

void zombies_look(struct zombies *z)
{
	uint64_t now_ns = clock_now_ns();
	struct server_count count;
	double kernel = NAN;

	if (now_ns - z->kernel_ns >= ZOMBIES_KERNEL_NS) {
		if (server_count(z->server, &count) == 0)
			kernel = (double)count.zombies;
		/* The time when it was taken is the middle of the reading. */
		z->kernel_ns = clock_now_ns();
		now_ns += (z->kernel_ns - now_ns) / 2;
	}
	note(z, now_ns, kernel);
}

void zombies_end(struct zombies *z, const struct server_count *exact)
{
	note(z, clock_now_ns(), (double)exact->zombies);
}

double zombies_storm_ms(const struct zombies *z)
{
	if (!z->before_ns || z->moved_ns <= z->before_ns)
		return NAN;
	return (double)(z->moved_ns - z->before_ns) / 1e6;
}

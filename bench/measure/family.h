#ifndef BENCH_MEASURE_FAMILY_H
#define BENCH_MEASURE_FAMILY_H

/*
 * The children of any process, from look to look: who lives, who is a zombie
 * and for how long, and whether zombies only grow. Nothing is written and no
 * right is needed.
 *
 * A child is known by a pidfd of its own: poll(2) of them all tells who has
 * ended, and a signal 0 to those who is still there to be collected, so that a
 * number that is given to another process is noticed. A look at 1000 known
 * children takes about 2 ms, most of it for their list, a new child 10 us
 * more. A child for which no descriptor is left is known by its number, and its
 * state is read at each look.
 *
 * A child that began and ended between two looks is not seen: the counts of
 * forks and exits are the least that happened. Orphans that the process adopts
 * are counted as forked.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/children.h"
#include "lib/clock.h"

/* A zombie that has been seen for so long is one that stays. */
#define FAMILY_STAY_NS NS_PER_S

/* So many more zombies that stay are a leak. */
enum { FAMILY_LEAK = 3 };

struct family_member {
	pid_t pid, parent;
	int fd;		  /* a pidfd, or -1 */
	uint64_t dead_ns; /* when it was first seen dead; 0: it lives */
	bool was_dead;	  /* at the first look */
	size_t zombies;	  /* of its own */
};

struct family_look {
	uint64_t at_ns;
	size_t children, zombies;
	size_t stay;		 /* zombies that have stayed */
	uint64_t forked, exited; /* since the first look, that were seen */
	double machine_forked;	 /* processes and threads, since the boot */
	pid_t oldest;		 /* the first of the zombies; 0: none */
	uint64_t oldest_ns;	 /* seen dead for so long */
	pid_t parent;		 /* of most zombies */
};

struct family {
	pid_t pid;
	bool tree;
	struct children list;
	struct family_member *member; /* owned; by PID */
	size_t count, room;
	struct family_look last;
	size_t *stayed; /* owned: a ring of the last looks */
	size_t looks, window;
};

/*
 * Nothing is looked at yet. Release it.
 *   tree: the children's children are looked at, too: some 30 us for each.
 *   window: looks over which growth is judged; 3 or more.
 * Returns 0, or -1 with errno ENOMEM.
 */
int family_init(struct family *f, pid_t pid, bool tree, size_t window);
void family_release(struct family *f);

/*
 * Looks, and puts what is seen into f->last. Returns 0, or -1 with errno:
 * ENOENT: it is gone or hidden, or the kernel lacks CONFIG_PROC_CHILDREN.
 */
int family_look(struct family *f);

/*
 * By how many the zombies that stay have grown for good: the fewest in the
 * last third of the window (or of the looks so far) less the fewest before.
 */
long family_grown(const struct family *f);

#endif

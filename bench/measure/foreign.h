#ifndef BENCH_MEASURE_FOREIGN_H
#define BENCH_MEASURE_FOREIGN_H

/*
 * The CPU time of processes that are not ours: of every process but this one
 * and its descendants. As this process is a subreaper (bench/spawn.h), all that
 * it has started stays its descendant.
 *
 * A look is cheap or full. A cheap one asks the kernel for the CPU clock of
 * each process that is known (clock_getcpuclockid(3): nanoseconds, all threads;
 * 0.5 us each). A full one reads /proc and the stat file of every process (10
 * us each), and so learns who is there, whose child it is, and what the
 * children that it has waited for have used. It is made when the last one is
 * FOREIGN_SCAN_NS old. /proc/PID/schedstat is not used: it is of the main
 * thread alone.
 *
 * A process that has ended counts with whoever waited for it, one that has
 * begun counts from its beginning; either is noticed by the next full look,
 * so up to FOREIGN_SCAN_NS late. Never seen: a process that began and ended
 * between two full looks where nobody waited for it (SIGCHLD ignored), and
 * what /proc hides, such as processes outside of this container. Kernel threads
 * are left out, as some of them work for the cell. Where the kernel has no CPU
 * clocks of other processes, a cheap look sees nothing and a full one counts
 * in ticks of 10 ms.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "lib/clock.h"

#define FOREIGN_SCAN_NS (500 * NS_PER_MS)

struct foreign_process {
	pid_t pid, parent;
	uint64_t born_ticks; /* tells it from a later one of the same PID */
	int64_t own_ns;	     /* CPU of its own, since its beginning */
	int64_t waited_ns;   /* of the children that it has waited for */
	double recent_ns;    /* used lately: older use fades within seconds */
	bool ours, has_clock;
	clockid_t clock;
	char name[32]; /* printable ASCII without a semicolon */
};

struct foreign {
	const char *proc;
	bool clocks; /* the processes in proc are this kernel's */
	struct foreign_process *process; /* owned; by PID */
	size_t count;
	uint64_t looked_ns, scanned_ns; /* 0: never */
	int64_t used_ns;		/* by all foreign ones, since then */
};

/*
 * Nothing is read yet. Release it.
 *   proc: "/proc"; another folder in tests.
 */
void foreign_init(struct foreign *f, const char *proc);
void foreign_release(struct foreign *f);

/*
 * Looks, and adds what has been used since the last look to used_ns. The first
 * look adds nothing. Make it while this process has few children: they are
 * read, too. Returns 0, or -1 with errno: /proc can't be read.
 *   now_ns: of clock_now_ns().
 */
int foreign_look(struct foreign *f, uint64_t now_ns);

/* Who has used the most lately; NULL: nobody has used any. */
const struct foreign_process *foreign_most(const struct foreign *f);

#endif

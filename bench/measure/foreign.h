#ifndef BENCH_MEASURE_FOREIGN_H
#define BENCH_MEASURE_FOREIGN_H

/*
 * What processes that are not ours did while a cell was measured: the CPU
 * time of every process that was there before it, from one reading of its
 * stat file before and one after. Taken while this process has none of its
 * own running, so that what is there is foreign, and what the cell starts is
 * never looked at.
 *
 * A process counts with the children that it has waited for, so one that
 * ends meanwhile, or lives only then, is counted with its parent. Not seen:
 * one that begins and has not ended meanwhile, and what /proc hides, such as
 * processes outside of this container. Kernel threads are left out, as some
 * of them work for the cell.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct foreign_process {
	pid_t pid, parent;
	uint64_t born_ticks;  /* tells it from a later one of the same PID */
	int64_t ticks;	      /* CPU of its own */
	int64_t waited_ticks; /* of the children that it has waited for */
	char name[32];	      /* printable ASCII */
	bool gone;	      /* at the second reading */
};

struct foreign {
	struct foreign_process *process; /* owned; by PID */
	size_t count;
};

/*
 * Reads all that are there but this process itself.
 *   proc: "/proc"; another folder in tests.
 * Returns 0, or -1 with errno. Release in either case.
 */
int foreign_scan(struct foreign *f, const char *proc);
void foreign_release(struct foreign *f);

struct foreign_use {
	double cpu_s;
	struct foreign_process most; /* used the most of it; pid 0: nobody */
};

/* What they have used since the scan, which it takes apart: once a scan. */
struct foreign_use foreign_used(struct foreign *f, const char *proc);

#endif

#include "bench/measure/foreign.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/parse.h"
#include "lib/proc_stat.h"

#define PF_KTHREAD 0x00200000 /* in the flags of proc_pid_stat(5) */

static void take_name(char out[32], const char *name)
{
	size_t n = 0;

	for (; *name && n < 31; name++)
		out[n++] = *name < ' ' || *name > '~' ? '?' : *name;
	out[n] = '\0';
}

/* Returns 0, or -1 if it is gone, or a kernel thread. */
static int read_process(const char *proc, pid_t pid, struct foreign_process *p)
{
	uint64_t user, system;
	int64_t children_user, children_system;
	struct proc_stat s;
	unsigned flags;

	/* state parent ... flags ... user system, and children's ... birth */
	if (proc_stat_read(&s, proc, pid) < 0 ||
	    sscanf(s.fields,
		   "%*c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %" SCNu64
		   " %" SCNu64 " %" SCNd64 " %" SCNd64 " %*d %*d %*d %*d "
		   "%" SCNu64,
		   &p->parent, &flags, &user, &system, &children_user,
		   &children_system, &p->born_ticks) != 7 ||
	    (flags & PF_KTHREAD))
		return -1;
	p->pid = pid;
	p->gone = false;
	p->ticks = (int64_t)(user + system);
	p->waited_ticks = children_user + children_system;
	take_name(p->name, s.name);
	return 0;
}

static int by_pid(const void *a, const void *b)
{
	const struct foreign_process *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static int add(struct foreign *f, size_t *room, const char *proc, pid_t pid)
{
	if (f->count == *room) {
		size_t more = *room ? 2 * *room : 256;
		struct foreign_process *grown =
			realloc(f->process, more * sizeof(*grown));

		if (!grown)
			return -1;
		f->process = grown;
		*room = more;
	}
	if (read_process(proc, pid, &f->process[f->count]) == 0)
		f->count++;
	return 0;
}

int foreign_scan(struct foreign *f, const char *proc)
{
	const struct dirent *entry;
	char why[PARSE_WHY];
	size_t room = 0;
	uint64_t pid;
	DIR *folder;
	int rc = 0;

	*f = (struct foreign){ .count = 0 };
	folder = opendir(proc);
	if (!folder)
		return -1;
	while (rc == 0 && (entry = readdir(folder)))
		if (parse_u64(entry->d_name, 1, INT_MAX, &pid, why) == 0 &&
		    (pid_t)pid != getpid())
			rc = add(f, &room, proc, (pid_t)pid);
	closedir(folder);
	if (f->count)
		qsort(f->process, f->count, sizeof(*f->process), by_pid);
	return rc;
}

void foreign_release(struct foreign *f)
{
	free(f->process);
	*f = (struct foreign){ .count = 0 };
}

static struct foreign_process *find(const struct foreign *f, pid_t pid)
{
	const struct foreign_process key = { .pid = pid };

	return f->count ? bsearch(&key, f->process, f->count, sizeof(key),
				  by_pid) :
			  NULL;
}

/*
 * Whoever waited for a process that has ended now counts it with its whole
 * life: what it had used before is taken off again. But not from what the heir
 * has used itself, as it may not have waited: where SIGCHLD is ignored, nobody
 * counts a child.
 */
static void take_off(const struct foreign *f, const struct foreign_process *p)
{
	struct foreign_process *heir = find(f, p->parent);

	while (heir && heir->gone)
		heir = find(f, heir->parent);
	if (heir)
		heir->waited_ticks -= p->ticks + p->waited_ticks;
}

static int64_t not_below_0(int64_t ticks)
{
	return ticks > 0 ? ticks : 0;
}

struct foreign_use foreign_used(struct foreign *f, const char *proc)
{
	struct foreign_use use = { .cpu_s = 0 };
	int64_t sum = 0;

	for (size_t i = 0; i < f->count; i++) {
		struct foreign_process *p = &f->process[i], now;

		if (read_process(proc, p->pid, &now) < 0 ||
		    now.born_ticks != p->born_ticks) {
			p->gone = true;
		} else {
			p->ticks = now.ticks - p->ticks;
			p->waited_ticks = now.waited_ticks - p->waited_ticks;
		}
	}
	for (size_t i = 0; i < f->count; i++)
		if (f->process[i].gone)
			take_off(f, &f->process[i]);
	for (size_t i = 0; i < f->count; i++) {
		struct foreign_process *p = &f->process[i];

		if (p->gone)
			continue;
		p->ticks = not_below_0(p->ticks) + not_below_0(p->waited_ticks);
		sum += p->ticks;
		if (p->ticks > use.most.ticks)
			use.most = *p;
	}
	use.cpu_s = (double)sum / (double)sysconf(_SC_CLK_TCK);
	return use;
}

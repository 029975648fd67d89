#include "bench/measure/foreign.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/parse.h"
#include "lib/proc_stat.h"

#define PF_KTHREAD 0x00200000 /* in the flags of proc_pid_stat(5) */

/* As deep as a tree of processes is followed. */
enum { GENERATIONS = 64 };

void foreign_init(struct foreign *f, const char *proc)
{
	*f = (struct foreign){ .proc = proc,
			       .clocks = strcmp(proc, "/proc") == 0 };
}

void foreign_release(struct foreign *f)
{
	free(f->process);
	f->process = NULL;
	f->count = 0;
}

static void take_name(char out[32], const char *name)
{
	size_t n = 0;

	for (; *name && n < 31; name++)
		out[n++] = *name < ' ' || *name > '~' || *name == ';' ? '?' :
									*name;
	out[n] = '\0';
}

/* False: it is gone, and *own_ns is as before. */
static bool read_clock(const struct foreign_process *p, int64_t *own_ns)
{
	struct timespec t;

	if (clock_gettime(p->clock, &t) < 0)
		return false;
	*own_ns = (int64_t)t.tv_sec * (int64_t)NS_PER_S + t.tv_nsec;
	return true;
}

/* Returns 0, or -1 if it is gone, or a kernel thread. */
static int read_process(const struct foreign *f, pid_t pid,
			struct foreign_process *p)
{
	int64_t tick_ns = (int64_t)NS_PER_S / sysconf(_SC_CLK_TCK);
	int64_t user, system, children_user, children_system;
	struct proc_stat s;
	unsigned flags;

	*p = (struct foreign_process){ .pid = pid };
	/* state parent ... flags ... user system, and children's ... birth */
	if (proc_stat_read(&s, f->proc, pid) < 0 ||
	    sscanf(s.fields,
		   "%*c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %" SCNd64
		   " %" SCNd64 " %" SCNd64 " %" SCNd64 " %*d %*d %*d %*d "
		   "%" SCNu64,
		   &p->parent, &flags, &user, &system, &children_user,
		   &children_system, &p->born_ticks) != 7 ||
	    (flags & PF_KTHREAD))
		return -1;
	/* No process has used a century: one that says so is misread. */
	if ((uint64_t)user >> 40 || (uint64_t)system >> 40 ||
	    (uint64_t)children_user >> 40 || (uint64_t)children_system >> 40)
		return -1;
	p->own_ns = (user + system) * tick_ns;
	p->waited_ns = (children_user + children_system) * tick_ns;
	p->has_clock = f->clocks && clock_getcpuclockid(pid, &p->clock) == 0 &&
		       read_clock(p, &p->own_ns);
	take_name(p->name, s.name);
	return 0;
}

static int by_pid(const void *a, const void *b)
{
	const struct foreign_process *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static struct foreign_process *find(const struct foreign *f, pid_t pid)
{
	const struct foreign_process key = { .pid = pid };

	return f->count ? bsearch(&key, f->process, f->count, sizeof(key),
				  by_pid) :
			  NULL;
}

static bool is_ours(const struct foreign *f, const struct foreign_process *p)
{
	for (int i = 0; p && i < GENERATIONS; i++) {
		if (p->pid == getpid() || p->parent == getpid())
			return true;
		p = find(f, p->parent);
	}
	return false;
}

static int add(struct foreign *f, size_t *room, pid_t pid)
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
	if (read_process(f, pid, &f->process[f->count]) == 0)
		f->count++;
	return 0;
}

/* All processes that there are, into an empty *f. */
static int read_all(struct foreign *f)
{
	const struct dirent *entry;
	char why[PARSE_WHY];
	size_t room = 0;
	uint64_t pid;
	DIR *folder = opendir(f->proc);
	int rc = 0;

	if (!folder)
		return -1;
	while (rc == 0 && (entry = readdir(folder)))
		if (parse_u64(entry->d_name, 1, INT_MAX, &pid, why) == 0)
			rc = add(f, &room, (pid_t)pid);
	closedir(folder);
	if (f->count)
		qsort(f->process, f->count, sizeof(*f->process), by_pid);
	for (size_t i = 0; i < f->count; i++)
		f->process[i].ours = is_ours(f, &f->process[i]);
	return rc;
}

static void count(struct foreign *f, struct foreign_process *p, int64_t own_ns,
		  int64_t waited_ns)
{
	int64_t used_ns =
		(own_ns > 0 ? own_ns : 0) + (waited_ns > 0 ? waited_ns : 0);

	if (p->ours)
		return;
	f->used_ns += used_ns;
	p->recent_ns += (double)used_ns;
}

/*
 * Whoever waited for a process that has ended now counts it with its whole
 * life: what it had used before is taken off again. But not from what the heir
 * has used itself, as it may not have waited: where SIGCHLD is ignored, nobody
 * counts a child.
 *   since: by the index in `now`, what was waited for since the last look.
 */
static void take_off(const struct foreign *before, const struct foreign *now,
		     int64_t *since, const struct foreign_process *ended)
{
	pid_t parent = ended->parent;

	for (int i = 0; i < GENERATIONS; i++) {
		const struct foreign_process *heir = find(now, parent);

		if (heir) {
			since[heir - now->process] -=
				ended->own_ns + ended->waited_ns;
			return;
		}
		heir = find(before, parent);
		if (!heir)
			return;
		parent = heir->parent;
	}
}

/* The same process as it was at the last look. */
static struct foreign_process *same(const struct foreign *f,
				    const struct foreign_process *p)
{
	struct foreign_process *other = find(f, p->pid);

	return other && other->born_ticks == p->born_ticks ? other : NULL;
}

static int scan(struct foreign *f)
{
	struct foreign now = *f;
	int64_t *since = NULL;
	int rc;

	now.process = NULL;
	now.count = 0;
	rc = read_all(&now);
	if (rc == 0 && now.count)
		since = calloc(now.count, sizeof(*since));
	if (rc < 0 || (now.count && !since)) {
		foreign_release(&now);
		return -1;
	}
	for (size_t i = 0; i < now.count; i++) {
		const struct foreign_process *was = same(f, &now.process[i]);

		since[i] =
			now.process[i].waited_ns - (was ? was->waited_ns : 0);
	}
	for (size_t i = 0; i < f->count; i++)
		if (!same(&now, &f->process[i]))
			take_off(f, &now, since, &f->process[i]);
	for (size_t i = 0; i < now.count && f->scanned_ns; i++) {
		struct foreign_process *p = &now.process[i];
		const struct foreign_process *was = same(f, p);

		p->recent_ns = was ? was->recent_ns : 0;
		count(&now, p, p->own_ns - (was ? was->own_ns : 0), since[i]);
	}
	free(since);
	foreign_release(f);
	*f = now;
	return 0;
}

static void refresh(struct foreign *f)
{
	for (size_t i = 0; i < f->count; i++) {
		struct foreign_process *p = &f->process[i];
		int64_t own_ns;

		if (p->ours || !p->has_clock || !read_clock(p, &own_ns))
			continue;
		/* Less: it is another of the same PID, for the next scan. */
		if (own_ns < p->own_ns)
			continue;
		count(f, p, own_ns - p->own_ns, 0);
		p->own_ns = own_ns;
	}
}

int foreign_look(struct foreign *f, uint64_t now_ns)
{
	double fades = 1 + (double)(now_ns - f->looked_ns) / 1e9;
	int rc = 0;

	for (size_t i = 0; i < f->count; i++)
		f->process[i].recent_ns /= fades;
	f->looked_ns = now_ns;
	if (f->scanned_ns && now_ns - f->scanned_ns < FOREIGN_SCAN_NS) {
		refresh(f);
		return 0;
	}
	rc = scan(f);
	if (rc == 0)
		f->scanned_ns = now_ns;
	return rc;
}

const struct foreign_process *foreign_most(const struct foreign *f)
{
	const struct foreign_process *most = NULL;

	for (size_t i = 0; i < f->count; i++)
		if (f->process[i].recent_ns > (most ? most->recent_ns : 0))
			most = &f->process[i];
	return most;
}

#include "bench/measure/family.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/kernel_file.h"
#include "lib/pidfd.h"

int family_init(struct family *f, pid_t pid, bool tree, size_t window)
{
	*f = (struct family){ .pid = pid, .tree = tree, .window = window };
	f->stayed = calloc(window, sizeof(*f->stayed));
	if (f->stayed && children_init(&f->list) == 0)
		return 0;
	family_release(f);
	return -1;
}

static void forget(struct family_member *m)
{
	if (m->fd >= 0)
		close(m->fd);
}

void family_release(struct family *f)
{
	for (size_t i = 0; i < f->count; i++)
		forget(&f->member[i]);
	free(f->member);
	free(f->stayed);
	children_release(&f->list);
	*f = (struct family){ 0 };
}

static int by_pid(const void *a, const void *b)
{
	const struct family_member *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* The children of one process; those that are there already stay in front. */
static int read_children(struct family *now, struct children *list,
			 pid_t parent)
{
	if (children_read(list, parent) < 0)
		return -1;
	if (now->count + list->count > now->room) {
		size_t room = 2 * (now->count + list->count);
		struct family_member *larger =
			realloc(now->member, room * sizeof(*larger));

		if (!larger)
			return -1;
		now->member = larger;
		now->room = room;
	}
	for (size_t i = 0; i < list->count; i++)
		now->member[now->count++] = (struct family_member){
			.pid = list->pid[i], .parent = parent, .fd = -1
		};
	return 0;
}

/* All that are listed now, by PID, each once. */
static int read_all(struct family *f, struct family *now)
{
	size_t n = 0;

	if (read_children(now, &f->list, f->pid) < 0)
		return -1;
	for (size_t i = 0; f->tree && i < now->count; i++)
		if (read_children(now, &f->list, now->member[i].pid) < 0 &&
		    errno == ENOMEM)
			return -1;
	if (now->count)
		qsort(now->member, now->count, sizeof(*now->member), by_pid);
	/* One whose thread ends meanwhile moves to another thread's list. */
	for (size_t i = 0; i < now->count; i++)
		if (!n || now->member[n - 1].pid != now->member[i].pid)
			now->member[n++] = now->member[i];
	now->count = n;
	return 0;
}

/* Whether its PID is still its own. */
static bool is_there(const struct family_member *m)
{
	return m->fd < 0 || pidfd_kill(m->fd, 0) == 0 || errno != ESRCH;
}

/* Takes over from the last look what is known of those that are listed now. */
static void match(struct family *f, struct family *now, struct family_look *l)
{
	size_t k = 0;

	for (size_t i = 0; i < now->count; i++) {
		struct family_member *m = &now->member[i], *was;

		for (; k < f->count && f->member[k].pid < m->pid; k++) {
			l->exited += !f->member[k].dead_ns;
			forget(&f->member[k]);
		}
		was = k < f->count && f->member[k].pid == m->pid ?
			      &f->member[k++] :
			      NULL;
		if (was && (!was->dead_ns || is_there(was))) {
			m->fd = was->fd;
			m->dead_ns = was->dead_ns;
			m->was_dead = was->was_dead;
			continue;
		}
		if (was) {
			l->exited += !was->dead_ns;
			forget(was);
		}
		l->forked++;
		m->fd = pidfd_of(m->pid);
	}
	for (; k < f->count; k++) {
		l->exited += !f->member[k].dead_ns;
		forget(&f->member[k]);
	}
}

/* Finds out which of the living have ended, and drops who is gone. */
static int find_dead(struct family *now, struct family_look *l, bool first)
{
	struct pollfd *ask = calloc(now->count + 1, sizeof(*ask));
	size_t n = 0;

	if (!ask)
		return -1;
	for (size_t i = 0; i < now->count; i++)
		ask[i] = (struct pollfd){ .fd = now->member[i].dead_ns ?
							-1 :
							now->member[i].fd,
					  .events = POLLIN };
	if (poll(ask, now->count, 0) < 0) {
		free(ask);
		return -1;
	}
	for (size_t i = 0; i < now->count; i++) {
		struct family_member m = now->member[i];
		bool ended = m.fd < 0 ?
				     !m.dead_ns && children_is_zombie(m.pid) :
				     ask[i].revents != 0;

		l->exited += ended;
		if (ended && !is_there(&m)) {
			forget(&m);
			continue;
		}
		if (ended) {
			m.dead_ns = l->at_ns;
			m.was_dead = first;
		}
		now->member[n++] = m;
	}
	now->count = n;
	free(ask);
	return 0;
}

static void count(struct family *f, struct family_look *l)
{
	size_t own = 0, most = 0;

	l->children = f->count;
	l->parent = f->pid;
	for (size_t i = 0; i < f->count; i++) {
		const struct family_member *m = &f->member[i];
		const struct family_member key = { .pid = m->parent };
		uint64_t age_ns = l->at_ns - m->dead_ns;
		struct family_member *parent;

		if (!m->dead_ns)
			continue;
		l->zombies++;
		l->stay += m->was_dead || age_ns >= FAMILY_STAY_NS;
		if (!l->oldest || age_ns > l->oldest_ns) {
			l->oldest = m->pid;
			l->oldest_ns = age_ns;
		}
		parent =
			bsearch(&key, f->member, f->count, sizeof(key), by_pid);
		if (!parent)
			own++;
		else if (++parent->zombies > most) {
			l->parent = parent->pid;
			most = parent->zombies;
		}
	}
	if (own >= most)
		l->parent = f->pid;
}

int family_look(struct family *f)
{
	struct family now = { 0 };
	bool first = f->looks == 0;
	struct family_look l = { .at_ns = clock_now_ns(),
				 .forked = f->last.forked,
				 .exited = f->last.exited };

	l.machine_forked =
		kernel_number("/proc/stat", "processes ", "processes ");
	if (read_all(f, &now) < 0) {
		free(now.member);
		return -1;
	}
	match(f, &now, &l);
	free(f->member);
	f->member = now.member;
	f->room = now.room;
	f->count = now.count;
	if (find_dead(f, &l, first) < 0)
		return -1;
	if (first)
		l.forked = l.exited = 0;
	count(f, &l);
	f->last = l;
	f->stayed[f->looks++ % f->window] = l.stay;
	return 0;
}

static size_t fewest(const struct family *f, size_t from, size_t to)
{
	size_t least = SIZE_MAX;

	for (size_t i = from; i < to; i++)
		if (f->stayed[i % f->window] < least)
			least = f->stayed[i % f->window];
	return least;
}

long family_grown(const struct family *f)
{
	size_t looks = f->looks < f->window ? f->looks : f->window;
	size_t last = f->looks - looks / 3;

	if (looks < 3)
		return 0;
	return (long)fewest(f, last, f->looks) -
	       (long)fewest(f, f->looks - looks, last);
}

#include "bench/measure/placement.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/sock.h"

/* By the kernel. A CPU of which it says nothing stays a core of its own. */
static void read_siblings(size_t cpu, cpu_set_t *out)
{
	char path[96], text[PLACEMENT_LIST];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path),
		 "/sys/devices/system/cpu/cpu%zu/topology/thread_siblings_list",
		 cpu);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = sock_read_all(fd, text, sizeof(text) - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	placement_parse(text, out);
}

/*
 * Adds whole cores, from the first CPU on, as long as there are no more than
 * half of all CPUs. Without siblings, every CPU is a core.
 */
static void take_half(const cpu_set_t *all,
		      void (*siblings)(size_t cpu, cpu_set_t *out),
		      cpu_set_t *half)
{
	int most = CPU_COUNT(all) / 2;
	cpu_set_t with;

	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, all))
			continue;
		CPU_ZERO(&with);
		CPU_SET(cpu, &with);
		if (siblings)
			siblings(cpu, &with);
		CPU_AND(&with, &with, all);
		CPU_OR(&with, &with, half);
		if (CPU_COUNT(&with) <= most)
			*half = with;
	}
}

int placement_share(struct placement *p, enum placement_kind kind,
		    const cpu_set_t *all,
		    void (*siblings)(size_t cpu, cpu_set_t *out),
		    char why[PLACEMENT_WHY])
{
	*p = (struct placement){ .kind = kind,
				 .all = *all,
				 .daemon = *all,
				 .loadgen = *all,
				 .forkbench = *all };
	if (kind == PLACEMENT_NONE)
		return 0;
	if (CPU_COUNT(all) < 2) {
		snprintf(why, PLACEMENT_WHY,
			 "PLACEMENT %s: needs 2 CPUs or more, and forkbench "
			 "may use %d; give it more, or PLACEMENT=none",
			 placement_names[kind], CPU_COUNT(all));
		return -1;
	}
	CPU_ZERO(&p->daemon);
	take_half(all, siblings, &p->daemon);
	/* All CPUs are threads of one core: they part. */
	if (CPU_COUNT(&p->daemon) == 0)
		take_half(all, NULL, &p->daemon);
	CPU_XOR(&p->forkbench, all, &p->daemon);
	p->loadgen = kind == PLACEMENT_SPLIT ? p->forkbench : p->daemon;
	return 0;
}

int placement_make(struct placement *p, enum placement_kind kind,
		   char why[PLACEMENT_WHY])
{
	cpu_set_t all;

	if (sched_getaffinity(0, sizeof(all), &all) < 0) {
		/* More CPUs than a cpu_set_t holds: then they stay as they are.
		 */
		CPU_ZERO(&all);
		if (kind != PLACEMENT_NONE) {
			snprintf(why, PLACEMENT_WHY,
				 "PLACEMENT %s: cannot tell which CPUs may be "
				 "used: %s; give PLACEMENT=none",
				 placement_names[kind], strerror(errno));
			return -1;
		}
	}
	return placement_share(p, kind, &all, read_siblings, why);
}

const cpu_set_t *placement_set(const struct placement *p, const cpu_set_t *set)
{
	return p->kind == PLACEMENT_NONE ? NULL : set;
}

int placement_enter(const struct placement *p, const cpu_set_t *set)
{
	if (p->kind == PLACEMENT_NONE)
		return 0;
	return sched_setaffinity(0, sizeof(*set), set);
}

char *placement_list(const cpu_set_t *set, char out[PLACEMENT_LIST])
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		size_t first = cpu;

		if (!CPU_ISSET(cpu, set))
			continue;
		while (cpu + 1 < CPU_SETSIZE && CPU_ISSET(cpu + 1, set))
			cpu++;
		if (used + sizeof(",1023-1023,...") > PLACEMENT_LIST) {
			snprintf(out + used, PLACEMENT_LIST - used, ",...");
			break;
		}
		used += (size_t)snprintf(out + used, PLACEMENT_LIST - used,
					 "%s%zu", used ? "," : "", first);
		if (cpu > first)
			used += (size_t)snprintf(
				out + used, PLACEMENT_LIST - used, "-%zu", cpu);
	}
	return out;
}

bool placement_parse(const char *list, cpu_set_t *out)
{
	cpu_set_t set;
	char *end;

	CPU_ZERO(&set);
	for (const char *at = list;; at = end + 1) {
		unsigned long first, last;

		if (!isdigit((unsigned char)*at))
			return false;
		first = last = strtoul(at, &end, 10);
		if (*end == '-' && isdigit((unsigned char)end[1]))
			last = strtoul(end + 1, &end, 10);
		if (last >= CPU_SETSIZE || first > last)
			return false;
		while (first <= last)
			CPU_SET(first++, &set);
		if (*end == '\0')
			break;
		if (*end != ',')
			return false;
	}
	*out = set;
	return true;
}

#include "bench/measure/doctor_scan.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <string.h>

#include "lib/children.h"

static const char *name_of(const struct foreign *processes, pid_t pid)
{
	for (size_t i = 0; i < processes->count; i++)
		if (processes->process[i].pid == pid)
			return processes->process[i].name;
	return "";
}

/* A daemon is an echod whose parent is none: its children are its own. */
static void scan_daemons(struct doctor_facts *f,
			 const struct foreign *processes)
{
	for (size_t i = 0; i < processes->count; i++) {
		const struct foreign_process *p = &processes->process[i];
		struct doctor_stray stray = { .pid = p->pid };
		const char *parent;

		if (strcmp(p->name, "echod") != 0)
			continue;
		parent = name_of(processes, p->parent);
		if (strcmp(parent, "echod") == 0 ||
		    !children_is_running(p->pid, NULL))
			continue;
		if (strcmp(parent, "forkbench") == 0)
			stray.run = p->parent;
		if (f->strays < DOCTOR_STRAYS)
			f->stray[f->strays] = stray;
		f->strays++;
	}
}

void doctor_scan_listeners(struct doctor_facts *f, FILE *in)
{
	enum { LISTEN = 0x0A };
	char line[256], name[INET_ADDRSTRLEN];
	unsigned port, state;
	struct in_addr a;

	/* The first line is a header; the listeners stand before the rest. */
	while (fgets(line, sizeof(line), in)) {
		if (sscanf(line, " %*u: %8x:%4x %*8x:%*4x %2x", &a.s_addr,
			   &port, &state) != 3)
			continue;
		if (state != LISTEN)
			break;
		if (ntohl(a.s_addr) >> 16 != 0x7f00 ||
		    ntohl(a.s_addr) < 0x7f000100 || port < f->ports.low ||
		    port > f->ports.high)
			continue;
		if (!f->listeners++)
			snprintf(f->listener, sizeof(f->listener), "%s:%u",
				 inet_ntop(AF_INET, &a, name, sizeof(name)),
				 port);
	}
}

static void scan_results(struct doctor_facts *f)
{
	static const char partial[] = ".partial";
	const struct dirent *entry;
	DIR *folder = opendir("results");

	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		size_t n = strlen(entry->d_name);

		if (n < sizeof(partial) ||
		    strcmp(entry->d_name + n + 1 - sizeof(partial), partial))
			continue;
		if (!f->unfinished++)
			snprintf(f->unfinished_run, sizeof(f->unfinished_run),
				 "results/%s", entry->d_name);
	}
	closedir(folder);
}

void doctor_scan(struct doctor_facts *f, const struct foreign *processes)
{
	FILE *in = fopen("/proc/net/tcp", "re");

	if (in) {
		doctor_scan_listeners(f, in);
		fclose(in);
	}
	scan_daemons(f, processes);
	scan_results(f);
}

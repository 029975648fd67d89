#include "bench/measure/pids.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/kernel_file.h"

#define PREFIX "forkbench."

static int write_in(const char *folder, const char *name, const char *text)
{
	char path[PATH_MAX];
	int fd, rc;

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= PATH_MAX)
		return -1;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	rc = write(fd, text, strlen(text)) < 0 ? -1 : 0;
	return close(fd) < 0 ? -1 : rc;
}

/* Groups of runs that are dead; one that is not empty stays. */
static void remove_stale(const char *parent)
{
	DIR *dir = opendir(parent);
	const struct dirent *entry;
	char path[PATH_MAX];

	while (dir && (entry = readdir(dir))) {
		pid_t pid = (pid_t)atoll(entry->d_name + strlen(PREFIX));

		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0 &&
		    pid > 0 && kill(pid, 0) < 0 && errno == ESRCH &&
		    snprintf(path, sizeof(path), "%s/%s", parent,
			     entry->d_name) < PATH_MAX)
			rmdir(path);
	}
	if (dir)
		closedir(dir);
}

static int open_v1(struct pids *p, const char *parent)
{
	char path[PATH_MAX];
	int fd;

	remove_stale(parent);
	snprintf(p->folder, sizeof(p->folder), "%.*s/" PREFIX "%d",
		 PATH_MAX - 64, parent, (int)getpid());
	if (mkdir(p->folder, 0755) < 0 && errno != EEXIST)
		return -1;
	p->own = true;
	snprintf(path, sizeof(path), "%.*s/cgroup.procs", PATH_MAX - 32,
		 p->folder);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	p->procs = fd;
	return 0;
}

int pids_open(struct pids *p, const struct cpu *c, char why[PIDS_WHY])
{
	struct kernel_groups g;
	int rc = -1;

	*p = (struct pids){ 0 };
	kernel_groups(&g, "/proc", "pids");
	if (g.count && !g.unified) {
		rc = open_v1(p, g.folder[0]);
	} else if (g.count && c->source == CPU_CGROUP2) {
		snprintf(p->folder, sizeof(p->folder), "%s", c->folder);
		/* The controller may have to be handed down to our groups. */
		write_in(g.folder[0], "cgroup.subtree_control", "+pids");
		rc = 0;
	}
	if (rc == 0)
		rc = pids_limit(p, 0);
	if (rc == 0)
		return 0;
	snprintf(why, PIDS_WHY,
		 "no pids controller may be used here (%s); run it as root, or "
		 "by: systemd-run --user --scope -p Delegate=yes ...",
		 g.count ? strerror(errno) : "none is mounted");
	pids_close(p);
	return -1;
}

void pids_close(struct pids *p)
{
	if (p->procs > 0)
		close(p->procs);
	if (p->own)
		rmdir(p->folder);
	*p = (struct pids){ 0 };
}

int pids_limit(const struct pids *p, unsigned most)
{
	char text[16] = "max";

	if (most)
		snprintf(text, sizeof(text), "%u", most);
	return write_in(p->folder, "pids.max", text);
}

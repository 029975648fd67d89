#include "server/group.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

int group_read(struct children *c)
{
	const pid_t self = getpid(), group = getpgrp();
	const struct dirent *entry;
	DIR *proc = opendir("/proc");
	int rc = 0, saved;

	if (!proc)
		return -1;
	c->count = 0;
	while (rc == 0 && (entry = readdir(proc))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0 && pid != self && getpgid(pid) == group)
			rc = children_add(c, pid);
	}
	saved = errno;
	closedir(proc);
	errno = saved;
	return rc;
}

#include "server/group.h"

#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/proc_stat.h"

enum { NAME_BYTES = 16 };

static bool is_alive_in(pid_t group, const char *name, pid_t pid)
{
	struct proc_stat s;
	char state;
	int of;

	if (proc_stat_read(&s, "/proc", pid) < 0 ||
	    sscanf(s.fields, "%c %*d %d", &state, &of) != 2)
		return false;
	/* A shell may have put others into the group: those of a pipeline. */
	return of == group && state != 'Z' && state != 'X' &&
	       strcmp(s.name, name) == 0;
}

int group_signal(int signal_number)
{
	const pid_t self = getpid(), group = getpgrp();
	char name[NAME_BYTES] = "";
	const struct dirent *entry;
	DIR *proc = opendir("/proc");
	int count = 0;

	if (!proc)
		return -1;
	prctl(PR_GET_NAME, name);
	while ((entry = readdir(proc))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid <= 0 || pid == self || !is_alive_in(group, name, pid))
			continue;
		count++;
		if (signal_number)
			kill(pid, signal_number);
	}
	closedir(proc);
	return count;
}

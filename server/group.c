#include "server/group.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { NAME_BYTES = 16 };

/* "PID (NAME) STATE PARENT GROUP ...", see proc_pid_stat(5). */
static bool is_alive_in(pid_t group, const char *name, pid_t pid)
{
	char path[64], text[128], state;
	char *first, *last;
	ssize_t n;
	int fd, of;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	first = strchr(text, '(');
	last = strrchr(text, ')');
	if (!first || !last || sscanf(last, ") %c %*d %d", &state, &of) != 2)
		return false;
	*last = '\0';
	/* A shell may have put others into the group: those of a pipeline. */
	return of == group && state != 'Z' && state != 'X' &&
	       strcmp(first + 1, name) == 0;
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

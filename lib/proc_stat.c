#include "lib/proc_stat.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int proc_stat_read(struct proc_stat *s, const char *proc, pid_t pid)
{
	char path[PATH_MAX], *name, *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%d/stat", proc, (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, s->text, sizeof(s->text) - 1);
	close(fd);
	if (n <= 0)
		return -1;
	s->text[n] = '\0';
	name = strchr(s->text, '(');
	end = strrchr(s->text, ')');
	if (!name || !end || end < name || end[1] != ' ')
		return -1;
	*end = '\0';
	s->name = name + 1;
	s->fields = end + 2;
	return 0;
}

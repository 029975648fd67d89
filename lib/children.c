#include "lib/children.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/proc_stat.h"

enum { TEXT_BYTES = 64 * 1024 };

int children_init(struct children *c)
{
	*c = (struct children){ .room = 1024 };
	c->pid = calloc(c->room, sizeof(c->pid[0]));
	c->text = malloc(TEXT_BYTES);
	if (c->pid && c->text)
		return 0;
	children_release(c);
	return -1;
}

void children_release(struct children *c)
{
	free(c->pid);
	free(c->text);
	*c = (struct children){ 0 };
}

static int add(struct children *c, pid_t pid)
{
	if (c->count == c->room) {
		pid_t *larger = realloc(c->pid, 2 * c->room * sizeof(*larger));

		if (!larger)
			return -1;
		c->pid = larger;
		c->room *= 2;
	}
	c->pid[c->count++] = pid;
	return 0;
}

/* Those that one thread has forked. */
static int read_thread(struct children *c, const char *path)
{
	pid_t pid = 0; /* a number may straddle two reads */
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = -1, saved;
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = read(fd, c->text, TEXT_BYTES)) > 0) {
		for (ssize_t i = 0; i < n; i++) {
			if (c->text[i] != ' ') {
				pid = pid * 10 + (c->text[i] - '0');
				continue;
			}
			if (add(c, pid) < 0)
				goto out;
			pid = 0;
		}
	}
	rc = n < 0 ? -1 : 0;
out:
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

int children_read(struct children *c, pid_t parent)
{
	const struct dirent *entry;
	char path[320], first[16];
	DIR *threads;
	int rc;

	c->count = 0;
	snprintf(first, sizeof(first), "%d", (int)parent);
	snprintf(path, sizeof(path), "/proc/%s/task/%s/children", first, first);
	rc = read_thread(c, path);
	snprintf(path, sizeof(path), "/proc/%s/task", first);
	threads = rc == 0 ? opendir(path) : NULL;
	while (threads && rc == 0 && (entry = readdir(threads))) {
		if (*entry->d_name == '.' || strcmp(entry->d_name, first) == 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%s/task/%s/children", first,
			 entry->d_name);
		/* A thread may end meanwhile. */
		rc = read_thread(c, path) < 0 && errno == ENOMEM ? -1 : 0;
	}
	if (threads)
		closedir(threads);
	return rc;
}

bool children_is_zombie(pid_t pid)
{
	struct proc_stat s;

	return proc_stat_read(&s, "/proc", pid) == 0 && s.fields[0] == 'Z';
}

bool children_is_running(pid_t pid, const char *name)
{
	struct proc_stat s;

	/* Hidden (hidepid, see proc(5)), or no descriptor is left to look. */
	if (proc_stat_read(&s, "/proc", pid) < 0)
		return kill(pid, 0) == 0;
	/* X: gone but for its entry, which is being taken away. */
	return s.fields[0] != 'Z' && s.fields[0] != 'X' &&
	       (!name || strcmp(s.name, name) == 0);
}

bool children_has_exited(pid_t pid)
{
	char byte;
	struct iovec here = { .iov_base = &byte, .iov_len = 1 };
	struct iovec there = { .iov_base = NULL, .iov_len = 1 };

	/* Address 0 is nowhere mapped: EFAULT if there is anything at all. */
	if (process_vm_readv(pid, &here, 1, &there, 1, 0) >= 0 ||
	    errno == EFAULT)
		return false;
	return errno == ESRCH || children_is_zombie(pid);
}

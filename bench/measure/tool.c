#include "bench/measure/tool.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/spawn.h"
#include "lib/clock.h"

#define PATIENCE_NS (5 * NS_PER_S)

int tool_version(const char *tool, char version[TOOL_VERSION])
{
	const char *const argv[] = { tool, "--version", NULL };
	char path[64];
	struct spawn_command command = { .argv = argv, .output = path };
	struct spawn process;
	ssize_t n = 0;
	int fd = memfd_create("version", MFD_CLOEXEC), rc, saved;

	if (fd < 0)
		return -1;
	/* What the child opens before exec, while the descriptor is there. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	rc = spawn_start(&process, &command);
	saved = errno;
	if (rc == 0) {
		spawn_wait(&process, clock_now_ns() + PATIENCE_NS);
		spawn_stop(&process, SIGKILL, 0);
		if (spawn_succeeded(&process))
			n = pread(fd, version, TOOL_VERSION - 1, 0);
	}
	version[n > 0 ? n : 0] = '\0';
	version[strcspn(version, "\n")] = '\0';
	close(fd);
	errno = saved;
	return rc;
}

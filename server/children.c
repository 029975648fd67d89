#include "server/children.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "lib/clock.h"

/* The state is the first character after the name in parentheses. */
static bool is_running(int pid)
{
	char path[64], line[256];
	const char *name_end;
	bool running = false;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	in = fopen(path, "re");
	if (!in)
		return false;
	if (fgets(line, sizeof(line), in)) {
		name_end = strrchr(line, ')');
		running = name_end && name_end[1] == ' ' &&
			  !strchr("ZX", name_end[2]);
	}
	fclose(in);
	return running;
}

int children_running(int signal_number)
{
	char path[64];
	int pid, count = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children",
		 (int)getpid());
	in = fopen(path, "re");
	if (!in)
		return -1;
	while (fscanf(in, "%d", &pid) == 1) {
		if (!is_running(pid))
			continue;
		count++;
		if (signal_number)
			kill(pid, signal_number);
	}
	fclose(in);
	return count;
}

int children_end(unsigned grace_ms)
{
	uint64_t patience_ends_ns = clock_now_ns() + grace_ms * NS_PER_MS;
	int signal_number = SIGTERM;
	int left;

	/* Again until none is left: the list may omit some when others exit. */
	while ((left = children_running(signal_number)) > 0) {
		clock_sleep_until(clock_now_ns() + 5 * NS_PER_MS);
		if (clock_now_ns() > patience_ends_ns)
			signal_number = SIGKILL;
	}
	return left;
}

#include "tests/unit/fixture_child.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/children.h"

pid_t child_live(const char *name)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
		if (write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	assert_true(pid > 0);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

void child_await_zombie(pid_t pid)
{
	siginfo_t info;

	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

pid_t child_zombie(const char *name)
{
	pid_t pid = child_live(name);

	assert_int_equal(kill(pid, SIGKILL), 0);
	child_await_zombie(pid);
	return pid;
}

void child_reap(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

int child_reap_all(void **state)
{
	struct children left;
	int rc;

	(void)state;
	if (children_init(&left) < 0)
		return -1;
	rc = children_read(&left, getpid());
	for (size_t i = 0; i < left.count; i++)
		kill(left.pid[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	children_release(&left);
	return rc;
}

/* The pidfile, with what others do to it between our system calls. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/pidfile.h"

static char folder[] = "/tmp/test_pidfile-XXXXXX";
static char path[sizeof(folder) + 8];

/* What happens at the next calls that lock. */
static struct locking {
	unsigned failures; /* how many fail */
	int error;	   /* with this */
	unsigned removals; /* before how many the file is removed */
	bool replace;	   /* and another put in its place */
	unsigned calls;
} locking;

static void make_file(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);

	assert_true(fd >= 0);
	close(fd);
}

/* In place of libc's. */
int fcntl(int fd, int command, ...)
{
	va_list args;
	void *argument;

	va_start(args, command);
	argument = va_arg(args, void *);
	va_end(args);
	if (command == F_SETLK) {
		locking.calls++;
		if (locking.failures) {
			locking.failures--;
			errno = locking.error;
			return -1;
		}
		if (locking.removals) {
			locking.removals--;
			unlink(path);
			if (locking.replace)
				make_file(path);
		}
	}
	return (int)syscall(SYS_fcntl, fd, command, argument);
}

static int begin(void **state)
{
	(void)state;
	locking = (struct locking){ 0 };
	unlink(path);
	return 0;
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/pid", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* The file that has the name holds this ID and nothing more. */
static bool names(pid_t pid)
{
	char text[64] = "", wanted[64];
	int fd = open(path, O_RDONLY);

	snprintf(wanted, sizeof(wanted), "%d\n", (int)pid);
	return fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 &&
	       strcmp(text, wanted) == 0;
}

/*
 * Whether another process is refused the file, by us, and leaves it as it is.
 * It reads it too: should we close it once more, our lock would go.
 */
static bool is_ours(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		pid_t holder = 0;

		if (pidfile_create(path, &holder) >= 0 || errno != EAGAIN)
			_exit(1);
		_exit(holder == getppid() && names(holder) ? 0 : 2);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0;
}

static void it_is_made_and_removed(void **state)
{
	pid_t holder = 0;
	int fd = pidfile_create(path, &holder);

	(void)state;
	assert_true(fd >= 0);
	assert_true(is_ours());
	assert_int_equal(pidfile_remove(path, fd), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(holder, 0);
}

/* The folder is another's by now. */
static void what_cannot_be_removed_is_emptied(void **state)
{
	pid_t holder, pid;
	struct stat info;
	int fd, status;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		fd = pidfile_create(path, &holder);
		if (fd < 0 || setresuid(54321, 54321, 54321) < 0)
			_exit(1);
		_exit(pidfile_remove(path, fd) == -1 && errno == EACCES ? 0 :
									  2);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_size, 0);
	fd = pidfile_create(path, &holder);
	assert_true(fd >= 0);
	assert_true(is_ours());
	pidfile_remove(path, fd);
}

/* Somebody removed ours and started another daemon. */
static void a_file_that_is_not_ours_is_left(void **state)
{
	pid_t holder;
	int fd = pidfile_create(path, &holder);

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	make_file(path);
	assert_int_equal(pidfile_remove(path, fd), 0);
	assert_int_equal(access(path, F_OK), 0);
}

static void what_is_left_over_is_taken_over(void **state)
{
	FILE *left = fopen(path, "w");
	pid_t holder;
	int fd;

	(void)state;
	assert_non_null(left);
	fputs("1234567890\nand more\n", left);
	assert_int_equal(fclose(left), 0);
	fd = pidfile_create(path, &holder);
	assert_true(fd >= 0);
	assert_true(is_ours());
	pidfile_remove(path, fd);
}

/* Only the lock itself tells of a holder. */
static void a_lock_that_cannot_be_had_keeps_its_errno(void **state)
{
	static const int errors[] = { ENOLCK, EINTR, EIO };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		pid_t holder = 0;

		locking.failures = 1;
		locking.error = errors[i];
		assert_int_equal(pidfile_create(path, &holder), -1);
		assert_int_equal(errno, errors[i]);
		assert_int_equal(holder, 0);
	}
}

static void a_lock_that_was_let_go_is_tried_again(void **state)
{
	static const int errors[] = { EAGAIN, EACCES };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		pid_t holder = 0;
		int fd;

		locking.failures = 2;
		locking.error = errors[i];
		fd = pidfile_create(path, &holder);
		assert_true(fd >= 0);
		assert_int_equal(holder, 0);
		pidfile_remove(path, fd);
	}
	assert_int_equal(locking.calls, 6);
}

/* Its last holder ends between our opening and our locking it. */
static void a_file_removed_meanwhile_is_made_again(void **state)
{
	for (int replace = 0; replace < 2; replace++) {
		pid_t holder = 0;
		int fd;

		begin(state);
		locking.removals = 2;
		locking.replace = replace;
		fd = pidfile_create(path, &holder);
		assert_true(fd >= 0);
		assert_int_equal(locking.calls, 3);
		assert_true(is_ours());
		pidfile_remove(path, fd);
		assert_int_equal(access(path, F_OK), -1);
	}
}

static void a_folder_that_is_not_there_is_told(void **state)
{
	pid_t holder;

	(void)state;
	assert_int_equal(pidfile_create("/tmp/no/such/folder/pid", &holder),
			 -1);
	assert_int_equal(errno, ENOENT);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(it_is_made_and_removed),
		TEST(what_cannot_be_removed_is_emptied),
		TEST(a_file_that_is_not_ours_is_left),
		TEST(what_is_left_over_is_taken_over),
		TEST(a_lock_that_cannot_be_had_keeps_its_errno),
		TEST(a_lock_that_was_let_go_is_tried_again),
		TEST(a_file_removed_meanwhile_is_made_again),
		TEST(a_folder_that_is_not_there_is_told),
	};

	signal(SIGCHLD, SIG_DFL); /* an ignored one would be inherited */
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

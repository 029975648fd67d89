/* Becoming somebody else for good. */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/privilege.h"

enum { SKIPPED = 100 };

static const struct user nobody = { .uid = 54321, .gid = 54322 };

static void users_are_numbers(void **state)
{
	struct user u;
	char why[PARSE_WHY];

	(void)state;
	assert_int_equal(privilege_parse("1000", &u, why), 0);
	assert_int_equal(u.uid, 1000);
	assert_int_equal(u.gid, 1000);
	assert_int_equal(privilege_parse("1:4294967294", &u, why), 0);
	assert_int_equal(u.uid, 1);
	assert_int_equal(u.gid, 4294967294);
}

/* /etc has these on every Debian; the files are the test's to read. */
static void or_names(void **state)
{
	static const struct {
		const char *text;
		uid_t uid;
		gid_t gid;
	} names[] = {
		{ "games", 5, 60 },	{ "nobody", 65534, 65534 },
		{ "daemon:sys", 1, 3 }, { "1000:sys", 1000, 3 },
		{ "games:7", 5, 7 },
	};

	(void)state;
	if (access("/etc/debian_version", F_OK) < 0)
		skip();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char why[PARSE_WHY] = "";
		struct user u;

		assert_int_equal(privilege_parse(names[i].text, &u, why), 0);
		assert_int_equal(u.uid, names[i].uid);
		assert_int_equal(u.gid, names[i].gid);
	}
}

static void others_are_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"0",
		"root",
		"1000:root",
		"nosuchuser",
		"nosuchuser:5",
		"1:",
		":1",
		":",
		"0:1",
		"1:0",
		"1:nosuchgroup",
		"1:2:3",
		" 1",
		"1 ",
		"-1",
		"+1",
		"1.5",
		"4294967295",
		"1:4294967295",
		"4294967297",
		"1:-1",
		"00000000000000000000000000000000000001",
		"18446744073709551617",
		"0000000000001234",
		"000000000001234junk",
		"000000000001234junk:5",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct user u = { .uid = 7, .gid = 8 };
		char why[PARSE_WHY] = "";

		assert_int_equal(privilege_parse(wrong[i], &u, why), -1);
		assert_non_null(strstr(why, "give names"));
		assert_int_equal(u.uid, 7);
		assert_int_equal(u.gid, 8);
	}
}

static void collect(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == SKIPPED)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Runs it in a child, as there is no way back. */
static void alone(int (*act)(void))
{
	pid_t pid;

	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0)
		_exit(act());
	assert_true(pid > 0);
	collect(pid);
}

static int drop_with_groups(void)
{
	static const gid_t groups[] = { 1, 2, 3 };
	uid_t uid[3];
	gid_t gid[3];

	if (setgroups(3, groups) < 0)
		return SKIPPED;
	if (privilege_drop(&nobody) < 0)
		return 1;
	if (getresuid(&uid[0], &uid[1], &uid[2]) < 0 ||
	    getresgid(&gid[0], &gid[1], &gid[2]) < 0)
		return 2;
	for (int i = 0; i < 3; i++)
		if (uid[i] != nobody.uid || gid[i] != nobody.gid)
			return 3;
	return getgroups(0, NULL) == 0 && setuid(0) < 0 ? 0 : 4;
}

static void all_ids_and_groups_are_changed(void **state)
{
	(void)state;
	alone(drop_with_groups);
}

static int drop_twice(void)
{
	if (privilege_drop(&nobody) < 0)
		return 1;
	return privilege_drop(&nobody) == -1 && errno == EPERM ? 0 : 2;
}

static void who_is_not_root_cannot(void **state)
{
	(void)state;
	alone(drop_twice);
}

static int keep_capabilities(void)
{
	if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0)
		return SKIPPED;
	return privilege_drop(&nobody) == -1 && errno == ENOTRECOVERABLE ? 0 :
									   1;
}

static void a_way_back_is_found(void **state)
{
	(void)state;
	alone(keep_capabilities);
}

static void write_map(const char *path)
{
	static const char root_alone[] = "0 0 1\n";
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_true(write(fd, root_alone, strlen(root_alone)) > 0);
	close(fd);
}

/* In a namespace that knows root alone. */
static void an_unknown_user_is_told(void **state)
{
	int there[2], back[2];
	char byte = 0, path[64];
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(pipe(there), 0);
	assert_int_equal(pipe(back), 0);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWUSER) < 0)
			_exit(SKIPPED);
		if (write(there[1], &byte, 1) != 1 ||
		    read(back[0], &byte, 1) != 1)
			_exit(1);
		_exit(privilege_drop(&nobody) == -1 && errno == EINVAL ? 0 : 2);
	}
	assert_true(pid > 0);
	close(there[1]);
	if (read(there[0], &byte, 1) == 1) {
		snprintf(path, sizeof(path), "/proc/%d/uid_map", (int)pid);
		write_map(path);
		snprintf(path, sizeof(path), "/proc/%d/gid_map", (int)pid);
		write_map(path);
		assert_int_equal(write(back[1], &byte, 1), 1);
	}
	close(there[0]);
	close(back[0]);
	close(back[1]);
	collect(pid);
}

static int freeze(void)
{
	if (privilege_freeze() < 0)
		return 1;
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 2;
}

static void nothing_new_can_be_had(void **state)
{
	(void)state;
	alone(freeze);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_are_numbers),
		cmocka_unit_test(or_names),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(all_ids_and_groups_are_changed),
		cmocka_unit_test(who_is_not_root_cannot),
		cmocka_unit_test(a_way_back_is_found),
		cmocka_unit_test(an_unknown_user_is_told),
		cmocka_unit_test(nothing_new_can_be_had),
	};

	signal(SIGCHLD, SIG_DFL); /* an ignored one would be inherited */
	return cmocka_run_group_tests(tests, NULL, NULL);
}

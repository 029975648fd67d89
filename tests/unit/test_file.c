/* Files are complete or absent, and what was there stays until then. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/file.h"
#include "tests/unit/fixture_scratch.h"

#define NAME "result"
#define RESULT scratch_file(NAME)

/* The descriptor that the next open() gives. */
static int next_fd(void)
{
	int fd = dup(STDOUT_FILENO);

	assert_true(fd >= 0);
	close(fd);
	return fd;
}

static void assert_content(const char *wanted)
{
	char got[64] = "";
	FILE *in = fopen(RESULT, "r");

	assert_non_null(in);
	assert_true(fread(got, 1, sizeof(got) - 1, in) < sizeof(got) - 1);
	fclose(in);
	assert_string_equal(got, wanted);
}

static void put(const char *content)
{
	struct file f;

	assert_int_equal(file_open(&f, RESULT), 0);
	assert_true(fputs(content, f.out) >= 0);
	assert_int_equal(file_commit(&f), 0);
}

static void nothing_shows_before_the_commit(void **state)
{
	int fd = next_fd(), flags;
	struct file f;

	(void)state;
	assert_int_equal(file_open(&f, RESULT), 0);
	flags = fcntl(fd, F_GETFD);
	assert_true(flags >= 0 && flags & FD_CLOEXEC);
	assert_true(fputs("new", f.out) >= 0);
	assert_int_equal(fflush(f.out), 0);
	assert_int_equal(access(RESULT, F_OK), -1);
	assert_int_equal(file_commit(&f), 0);
	assert_null(f.out);
	assert_content("new");
	assert_int_equal(scratch_entries(), 1);
	assert_int_equal(next_fd(), fd);
}

static void a_commit_replaces_what_was_there(void **state)
{
	struct file f;

	(void)state;
	put("old and long");
	assert_int_equal(file_open(&f, RESULT), 0);
	assert_true(fputs("new", f.out) >= 0);
	assert_int_equal(fflush(f.out), 0);
	assert_content("old and long");
	assert_int_equal(file_commit(&f), 0);
	assert_content("new");
	assert_int_equal(scratch_entries(), 1);
}

static void an_abort_leaves_what_was_there(void **state)
{
	struct file f;
	int fd;

	(void)state;
	put("old");
	fd = next_fd();
	assert_int_equal(file_open(&f, RESULT), 0);
	assert_true(fputs("new", f.out) >= 0);
	errno = EXDEV;
	file_abort(&f);
	assert_int_equal(errno, EXDEV);
	assert_null(f.out);
	assert_int_equal(next_fd(), fd);
	assert_content("old");
	assert_int_equal(scratch_entries(), 1);
}

static void a_folder_that_is_not_there(void **state)
{
	char *endless = malloc(PATH_MAX);
	struct file f;
	int used;

	(void)state;
	assert_non_null(endless);
	assert_int_equal(file_open(&f, scratch_file("none/result")), -1);
	assert_int_equal(errno, ENOENT);
	/* The kernel would take it, but not with what is put behind. */
	used = snprintf(endless, PATH_MAX, "%s", scratch);
	while (used < PATH_MAX - 6)
		used += snprintf(endless + used, (size_t)(PATH_MAX - used),
				 "/.");
	snprintf(endless + used, (size_t)(PATH_MAX - used), "/x");
	assert_int_equal(file_open(&f, endless), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	free(endless);
	assert_int_equal(scratch_entries(), 0);
}

/* A folder in its place: the file is written, but can't be renamed. */
static void a_rename_that_fails(void **state)
{
	struct file f;
	int rc, saved;

	(void)state;
	assert_int_equal(mkdir(RESULT, 0755), 0);
	assert_int_equal(file_open(&f, RESULT), 0);
	assert_true(fputs("new", f.out) >= 0);
	rc = file_commit(&f);
	saved = errno;
	assert_int_equal(scratch_entries(), 1);
	assert_int_equal(rmdir(RESULT), 0);
	assert_int_equal(rc, -1);
	assert_int_equal(saved, EISDIR);
	assert_null(f.out);
}

/* As /dev/stdout may be, or a device. */
static void a_pipe_is_written_to_and_stays(void **state)
{
	char got[8] = "";
	struct stat st;
	struct file f;
	int reader;

	(void)state;
	assert_int_equal(mkfifo(RESULT, 0600), 0);
	reader = open(RESULT, O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	assert_int_equal(file_open(&f, RESULT), 0);
	assert_int_equal(scratch_entries(), 1);
	assert_true(fputs("new", f.out) >= 0);
	assert_int_equal(file_commit(&f), 0);
	assert_int_equal(read(reader, got, sizeof(got)), 3);
	assert_string_equal(got, "new");
	assert_int_equal(file_open(&f, RESULT), 0);
	file_abort(&f);
	assert_int_equal(lstat(RESULT, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	close(reader);
	/* Nobody reads: told at once, not waited for. */
	assert_int_equal(file_open(&f, RESULT), -1);
	assert_int_equal(errno, ENXIO);
}

/*
 * Writes so many bytes in pieces, with room for 4096, and commits. Returns
 * the errno of the commit, or 0; the limit is gone again.
 */
static int commit_with_little_room(size_t bytes, int errno_before)
{
	static const char piece[512] = "";
	struct rlimit old, little;
	struct file f;
	int rc, saved;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	little = old;
	little.rlim_cur = 4096;
	assert_int_equal(file_open(&f, RESULT), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	for (size_t i = 0; i < bytes; i += sizeof(piece))
		fwrite(piece, 1, sizeof(piece), f.out);
	if (errno_before >= 0)
		errno = errno_before;
	rc = file_commit(&f);
	saved = errno;
	setrlimit(RLIMIT_FSIZE, &old);
	return rc < 0 ? saved : 0;
}

static void a_full_disk_leaves_what_was_there(void **state)
{
	/* Around what a stream gathers, and far beyond it. */
	static const size_t bytes[] = { 4608, 8704, 65536 };
	int fd = next_fd();

	(void)state;
	put("old");
	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		assert_int_equal(commit_with_little_room(bytes[i], -1), EFBIG);
		assert_content("old");
		assert_int_equal(scratch_entries(), 1);
	}
	assert_int_equal(next_fd(), fd);
	assert_int_equal(commit_with_little_room(4096, -1), 0);
	assert_int_equal(scratch_entries(), 1);
}

/* Others may have set errno since a write failed. */
static void the_errno_of_the_write_that_failed(void **state)
{
	(void)state;
	assert_int_equal(commit_with_little_room(65536, 0), EFBIG);
	assert_int_equal(commit_with_little_room(65536, EXDEV), EFBIG);
}

static int finish(void **state)
{
	(void)state;
	return scratch_remove_with(NAME);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, finish)

/* At the name that it writes to first. */
static void a_symbolic_link_is_not_followed(void **state)
{
	struct file f;
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), NAME ".%d.tmp", (int)getpid());
	assert_int_equal(symlink(scratch_file("victim"), scratch_file(name)),
			 0);
	assert_int_equal(file_open(&f, RESULT), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(access(scratch_file("victim"), F_OK), -1);
	assert_int_equal(unlink(scratch_file(name)), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(nothing_shows_before_the_commit),
		TEST(a_commit_replaces_what_was_there),
		TEST(an_abort_leaves_what_was_there),
		TEST(a_folder_that_is_not_there),
		TEST(a_rename_that_fails),
		TEST(a_pipe_is_written_to_and_stays),
		TEST(a_full_disk_leaves_what_was_there),
		TEST(the_errno_of_the_write_that_failed),
		TEST(a_symbolic_link_is_not_followed),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

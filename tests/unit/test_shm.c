/* Memory shared by file: what may be mapped. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/shm.h"
#include "tests/unit/fixture_scratch.h"

struct counters {
	struct shm_header header;
	_Atomic uint64_t slot[1000];
};

static const struct shm_header header = { .magic = UINT64_C(0x1122334455667788),
					  .version = 3,
					  .bytes = sizeof(struct counters) };

#define NAME "stats"
#define STATS scratch_file(NAME)

static void assert_fresh(const struct counters *c)
{
	assert_non_null(c);
	assert_memory_equal(&c->header, &header, sizeof(header));
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(c->slot[i], 0);
}

/* In a new file. */
static struct counters *fill(void)
{
	int fd = open(STATS, O_RDWR | O_CREAT, 0644);
	struct counters *c;

	assert_true(fd >= 0);
	c = shm_fill(fd, header);
	close(fd);
	return c;
}

static void anonymous_is_shared_with_children(void **state)
{
	struct counters *c = shm_anonymous(header);
	pid_t child;
	int status;

	(void)state;
	assert_fresh(c);
	child = fork();
	if (child == 0) {
		c->slot[999] = 42;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(c->slot[999], 42);
	shm_unmap(c);
	shm_unmap(NULL);
}

static void a_reader_sees_what_the_writer_does(void **state)
{
	struct counters *c = fill();
	const struct counters *seen;
	struct stat info;

	(void)state;
	assert_fresh(c);
	assert_int_equal(scratch_entries(), 1);
	assert_int_equal(stat(STATS, &info), 0);
	assert_int_equal(info.st_size, sizeof(*c));
	/* A full disk must show at once, not by SIGBUS. */
	assert_true(info.st_blocks * 512 >= info.st_size);
	seen = shm_open_read(STATS, header);
	assert_fresh(seen);
	c->slot[0] = 1;
	c->slot[999]++;
	assert_int_equal(seen->slot[0], 1);
	assert_int_equal(seen->slot[999], 1);
	shm_unmap(c);
	assert_int_equal(seen->slot[999], 1);
	shm_unmap(seen);
}

static void without_room_it_fails(void **state)
{
	struct rlimit old, little;
	struct counters *c;
	int saved;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	little = old;
	little.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	c = fill();
	saved = errno;
	setrlimit(RLIMIT_FSIZE, &old);
	assert_null(c);
	assert_int_equal(saved, EFBIG);
}

static void assert_refused(struct shm_header want, int error)
{
	errno = 0;
	assert_null(shm_open_read(STATS, want));
	assert_int_equal(errno, error);
}

static void another_structure_is_refused(void **state)
{
	struct shm_header want = header;
	struct counters *c = fill();

	(void)state;
	assert_non_null(c);
	want.version++;
	assert_refused(want, EPROTO);
	want.version -= 2;
	assert_refused(want, EPROTO);
	want = header;
	want.magic ^= 1;
	assert_refused(want, EPROTO);
	want = header;
	want.bytes += 8;
	assert_refused(want, EPROTO);
	want.bytes -= 16;
	assert_refused(want, EPROTO);
	/* The file's size is right, what it says of itself is not. */
	c->header.bytes -= 8;
	assert_refused(header, EPROTO);
	c->header.bytes += 8;
	assert_int_equal(truncate(STATS, sizeof(*c) + 1), 0);
	assert_refused(header, EPROTO);
	assert_int_equal(truncate(STATS, sizeof(*c) - 1), 0);
	assert_refused(header, EPROTO);
	assert_int_equal(truncate(STATS, sizeof(*c)), 0);
	shm_unmap(shm_open_read(STATS, header));
	shm_unmap(c);
}

static void what_is_no_such_file_is_refused(void **state)
{
	static const char text[sizeof(struct counters)] = "a text";
	FILE *out;

	(void)state;
	assert_refused(header, ENOENT);
	out = fopen(STATS, "w");
	assert_non_null(out);
	assert_refused(header, EPROTO);
	assert_int_equal(fwrite(text, sizeof(text), 1, out), 1);
	assert_int_equal(fclose(out), 0);
	assert_refused(header, EPROTO);
	assert_null(shm_open_read(scratch, header));
	assert_null(shm_open_read("/dev/zero", header));
	assert_int_equal(errno, EPROTO);
}

static int finish(void **state)
{
	(void)state;
	return scratch_remove_with(NAME);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, finish)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(anonymous_is_shared_with_children),
		TEST(a_reader_sees_what_the_writer_does),
		TEST(without_room_it_fails),
		TEST(another_structure_is_refused),
		TEST(what_is_no_such_file_is_refused),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

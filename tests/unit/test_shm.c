/* Memory shared by file: what may be mapped, and how it is replaced. */

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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
	struct counters *c = shm_create(STATS, header);
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

static void a_new_one_replaces_the_old_at_once(void **state)
{
	struct counters *old = shm_create(STATS, header), *new;
	const struct counters *seen = shm_open_read(STATS, header), *again;

	(void)state;
	assert_non_null(old);
	assert_non_null(seen);
	old->slot[0] = 7;
	new = shm_create(STATS, header);
	assert_fresh(new);
	assert_int_equal(scratch_entries(), 1);
	new->slot[0] = 8;
	/* Who had mapped the old one keeps it, whole. */
	assert_int_equal(seen->slot[0], 7);
	old->slot[0] = 9;
	assert_int_equal(seen->slot[0], 9);
	assert_int_equal(new->slot[0], 8);
	again = shm_open_read(STATS, header);
	assert_non_null(again);
	assert_int_equal(again->slot[0], 8);
	shm_unmap(old);
	shm_unmap(new);
	shm_unmap(seen);
	shm_unmap(again);
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
	struct counters *c = shm_create(STATS, header);

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

static void nothing_is_left_of_a_failure(void **state)
{
	char *endless = malloc(PATH_MAX + 1);
	struct rlimit old, little;
	struct counters *c;
	int saved;

	(void)state;
	assert_non_null(endless);
	assert_null(shm_create(scratch_file("none/stats"), header));
	assert_int_equal(errno, ENOENT);
	memset(endless, 'x', PATH_MAX);
	endless[PATH_MAX] = '\0';
	assert_null(shm_create(endless, header));
	assert_int_equal(errno, ENAMETOOLONG);
	free(endless);
	/* No room for it: what was there stays. */
	c = shm_create(STATS, header);
	assert_non_null(c);
	c->slot[5] = 55;
	shm_unmap(c);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	little = old;
	little.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	c = shm_create(STATS, header);
	saved = errno;
	setrlimit(RLIMIT_FSIZE, &old);
	assert_null(c);
	assert_int_equal(saved, EFBIG);
	assert_int_equal(scratch_entries(), 1);
	c = (struct counters *)(uintptr_t)shm_open_read(STATS, header);
	assert_non_null(c);
	assert_int_equal(c->slot[5], 55);
	shm_unmap(c);
}

static void a_rename_that_fails(void **state)
{
	struct counters *c;
	int saved;

	(void)state;
	assert_int_equal(mkdir(STATS, 0755), 0);
	c = shm_create(STATS, header);
	saved = errno;
	assert_int_equal(scratch_entries(), 1);
	assert_int_equal(rmdir(STATS), 0);
	assert_null(c);
	assert_int_equal(saved, EISDIR);
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
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), NAME ".%d.tmp", (int)getpid());
	assert_int_equal(symlink(scratch_file("victim"), scratch_file(name)),
			 0);
	assert_null(shm_create(STATS, header));
	assert_int_equal(errno, ELOOP);
	assert_int_equal(access(scratch_file("victim"), F_OK), -1);
	assert_int_equal(unlink(scratch_file(name)), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(anonymous_is_shared_with_children),
		TEST(a_reader_sees_what_the_writer_does),
		TEST(a_new_one_replaces_the_old_at_once),
		TEST(another_structure_is_refused),
		TEST(what_is_no_such_file_is_refused),
		TEST(nothing_is_left_of_a_failure),
		TEST(a_rename_that_fails),
		TEST(a_symbolic_link_is_not_followed),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

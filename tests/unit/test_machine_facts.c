/* The facts of a machine: parsers against odd files, and this one. */

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/measure/machine.h"
#include "bench/spawn.h"
#include "tests/unit/fixture_child.h"
#include "tests/unit/fixture_scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct machine m;

static void put(const char *file, const char *content)
{
	FILE *out = fopen(scratch_file(file), "w");

	assert_non_null(out);
	fputs(content, out);
	assert_int_equal(fclose(out), 0);
}

static void assert_same(double got, double wanted)
{
	if (!(got == wanted || (isnan(got) && isnan(wanted))))
		fail_msg("%.12g is not %.12g", got, wanted);
}

/* --- files of the kernel -------------------------------------------------- */

static void lines_and_fields_are_read(void **state)
{
	static const struct {
		const char *text, *line,
			*field; /* NULL: none; of "model name" */
	} known[] = {
		{ "", NULL, NULL },
		{ "\n", "", NULL },
		{ "tsc\n", "tsc", NULL },
		{ "tsc", "tsc", NULL },
		{ "0123456789abcdef\n", "0123456789", NULL },
		{ "a\nmodel name\t: EPYC\n", "a", "EPYC" },
		{ "model name: A: B\nmodel name: C\n", "model name", "A: B" },
		{ "model name2 : X\nmodel name :\n", "model name", "" },
		{ "model name X\n", "model name", NULL },
		{ "model name : 0123456789abcdef\n", "model name",
		  "0123456789" },
	};
	char out[11];

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		const char *line = known[i].line, *field = known[i].field;

		put("f", known[i].text);
		assert_int_equal(kernel_line(scratch_file("f"), out, 11),
				 line != NULL);
		assert_string_equal(out, line ? line : "");
		assert_int_equal(kernel_field(scratch_file("f"), "model name",
					      out, 11),
				 field != NULL);
		assert_string_equal(out, field ? field : "");
	}
	assert_false(kernel_line("/nowhere", out, 11));
	assert_string_equal(out, "");
	assert_false(kernel_field("/nowhere", "x", out, 11));
}

static void numbers_are_read(void **state)
{
	static const struct {
		const char *text, *line, *key;
		double number;
	} known[] = {
		{ "128\n", "", "", 128 },
		{ "-1\n", "", "", -1 },
		{ "max\n", "", "", NAN },
		{ "max 100000\n", "", "", NAN },
		{ "inf\n", "", "", NAN },
		{ "nan\n", "", "", NAN },
		{ "1e999\n", "", "", NAN },
		{ "", "", "", NAN },
		{ "1.25 0.70 2/345 6789\n", "", "", 1.25 },
		{ "some avg10=2.5 total=3\nfull avg10=9\n", "some",
		  "avg10=", 2.5 },
		{ "full avg10=9\n", "some", "avg10=", NAN },
		{ "some avg10=x\n", "some", "avg10=", NAN },
		{ "TCP: inuse 5 tw 321 alloc 7\n", "TCP:", " tw ", 321 },
		{ "UDP: tw 7\n", "TCP:", " tw ", NAN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		put("f", known[i].text);
		assert_same(kernel_number(scratch_file("f"), known[i].line,
					  known[i].key),
			    known[i].number);
	}
	assert_same(kernel_number("/nowhere", "", ""), NAN);
}

/* --- control groups ------------------------------------------------------- */

static void folder(const char *name)
{
	assert_true(mkdir(scratch_file(name), 0700) == 0 || errno == EEXIST);
}

static void put_groups(const char *cgroup, const char *type,
		       const char *options)
{
	char mount[256];

	snprintf(mount, sizeof(mount), "x %s/g %s %s 0 0\n", scratch, type,
		 options);
	folder("self");
	folder("g");
	folder("g/a");
	folder("g/a/b");
	put("self/cgroup", cgroup);
	put("self/mounts", mount);
}

static void groups_are_walked_to_the_root(void **state)
{
	static const struct {
		const char *cgroup, *type, *options;
		size_t count;
		const char *first; /* behind g */
	} known[] = {
		{ "0::/a/b\n", "cgroup2", "rw", 3, "/a/b" },
		{ "0::/\n", "cgroup2", "rw", 1, "" },
		{ "0::/a/b/", "cgroup2", "rw", 4, "/a/b/" },
		/* A container that has mounted a part of the tree. */
		{ "0::/docker/1234\n", "cgroup2", "rw", 1, "" },
		{ "0::/a/zz\n", "cgroup2", "rw", 2, "/a" },
		{ "4:pids:/a\n0::/a/b\n", "cgroup", "rw,pids", 2, "/a" },
		{ "0::/a/b\n4:xpids,pids:/a\n", "cgroup", "rw,pids", 2, "/a" },
		{ "4:pidsx,xpids:/a\n0::/a/b\n", "cgroup", "rw,pids", 0, NULL },
		{ "0::/a/b\n", "tmpfs", "rw", 0, NULL },
		{ "4:pids:/a\n", "cgroup", "rw,cpu", 0, NULL },
		{ "", "cgroup2", "rw", 0, NULL },
		{ ":::\n0:\n\n::/\n", "cgroup2", "rw", 0, NULL },
	};
	struct kernel_groups g;
	char first[KERNEL_PATH];

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		put_groups(known[i].cgroup, known[i].type, known[i].options);
		kernel_groups(&g, scratch, "pids");
		assert_int_equal(g.count, known[i].count);
		if (!g.count)
			continue;
		snprintf(first, sizeof(first), "%s/g%s", scratch,
			 known[i].first);
		assert_string_equal(g.folder[0], first);
		assert_int_equal(g.unified,
				 strcmp(known[i].type, "cgroup") != 0);
	}
}

/* The tightest counts, wherever it is. */
static void limits_of_groups_are_found(void **state)
{
	(void)state;
	put_groups("0::/a/b\n", "cgroup2", "rw");
	m = (struct machine){ .memory_mib = 1000 };
	machine_groups(&m, scratch);
	assert_same(m.group_max, INFINITY);
	assert_same(m.quota_cpus, INFINITY);
	assert_same(m.memory_mib, 1000);
	assert_string_equal(m.group_file, "");

	put("g/a/b/pids.max", "max\n");
	put("g/a/b/pids.current", "3\n");
	put("g/a/pids.max", "500\n");
	put("g/a/pids.current", "100\n");
	put("g/pids.max", "450\n");
	put("g/pids.current", "40\n");
	put("g/a/b/cpu.max", "150000 100000\n");
	put("g/a/cpu.max", "50000 100000\n");
	put("g/cpu.max", "max 100000\n");
	put("g/a/memory.max", "104857600\n");
	put("g/memory.max", "209715200\n");
	machine_groups(&m, scratch);
	assert_same(m.group_max, 500);
	assert_same(m.group_taken, 100);
	assert_string_equal(m.group_file, scratch_file("g/a/pids.max"));
	assert_same(m.quota_cpus, 0.5);
	assert_string_equal(m.quota_file, scratch_file("g/a/cpu.max"));
	assert_same(m.memory_mib, 100);

	/* Without /proc/meminfo, the group's limit is still known. */
	m.memory_mib = NAN;
	machine_groups(&m, scratch);
	assert_same(m.memory_mib, 100);

	/* What is no quota is none. */
	put("g/a/b/cpu.max", "100000\n");
	put("g/a/cpu.max", "100000 0\n");
	machine_groups(&m, scratch);
	assert_same(m.quota_cpus, INFINITY);
}

/* --- what earlier runs left ----------------------------------------------- */

#define HEADER "  sl  local_address rem_address   st tx_queue rx_queue\n"

static void put_socket(char *text, size_t bytes, const char *address,
		       unsigned port, unsigned tcp_state)
{
	size_t used = strlen(text);

	/* As the kernel prints it: the address as a number of this machine. */
	snprintf(text + used, bytes - used,
		 "   0: %08X:%04X 00000000:0000 %02X 00000000:00000000 "
		 "00:00000000 00000000  1000        0 51234 1\n",
		 (unsigned)inet_addr(address), port, tcp_state);
}

static void scan(const char *text)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	assert_non_null(in);
	m = (struct machine){ .listeners = 0 };
	machine_listeners(&m, in, 32768, 60999);
	fclose(in);
}

static void listeners_are_counted_where_servers_will_be(void **state)
{
	static const struct {
		const char *address;
		unsigned port;
		bool counts;
	} known[] = {
		{ "127.0.1.0", 40000, true },
		{ "127.0.255.255", 40000, true },
		{ "127.0.0.255", 40000, false },
		{ "127.0.0.1", 40000, false },
		{ "127.1.0.0", 40000, false },
		{ "7.1.0.127", 40000, false },
		{ "0.0.0.0", 40000, false },
		{ "127.0.1.7", 32768, true },
		{ "127.0.1.7", 32767, false },
		{ "127.0.1.7", 60999, true },
		{ "127.0.1.7", 61000, false },
	};
	static const char *const none[] = { HEADER, "\n", "   0: x\n", "0" };
	char text[1024], name[64];

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		strcpy(text, HEADER);
		put_socket(text, sizeof(text), known[i].address, known[i].port,
			   0x0a);
		scan(text);
		assert_int_equal(m.listeners, known[i].counts);
		snprintf(name, sizeof(name), "%s:%u", known[i].address,
			 known[i].port);
		assert_string_equal(m.listener, known[i].counts ? name : "");
	}
	/* All are counted, the first is named; a connection is no listener. */
	strcpy(text, HEADER);
	put_socket(text, sizeof(text), "127.0.1.1", 40001, 0x0a);
	put_socket(text, sizeof(text), "127.0.1.2", 40002, 0x0a);
	put_socket(text, sizeof(text), "127.0.1.3", 40003, 1);
	scan(text);
	assert_int_equal(m.listeners, 2);
	assert_string_equal(m.listener, "127.0.1.1:40001");
	for (size_t i = 0; i < COUNT(none); i++) {
		scan(none[i]);
		assert_int_equal(m.listeners, 0);
	}
}

static struct foreign_process process(pid_t pid, pid_t parent, const char *name)
{
	struct foreign_process p = { .pid = pid, .parent = parent };

	snprintf(p.name, sizeof(p.name), "%s", name);
	return p;
}

static void servers_that_run_are_strays(void **state)
{
	enum { RUN = 1 << 29, SHELL }; /* no PIDs: they are not looked at */
	pid_t alone = child_live("echod"), of_run = child_live("echod");
	pid_t session = child_live("echod"), other = child_live("echo");
	pid_t zombie = child_zombie("echod"), own = child_live("echod");
	struct foreign_process list[] = {
		process(alone, SHELL, "echod"),
		process(session, alone, "echod"),
		process(of_run, RUN, "echod"),
		process(other, SHELL, "echo"),
		process(zombie, SHELL, "echod"),
		process(own, SHELL, "echod"),
		process(RUN, SHELL, "forkbench"),
		process(SHELL, 1, "bash"),
	};
	struct foreign_process many[STRAYS_MOST + 3];
	struct foreign all = { .process = list, .count = COUNT(list) };

	(void)state;
	list[5].ours = true;
	m = (struct machine){ .strays = 0 };
	machine_strays(&m, &all);
	assert_int_equal(m.strays, 2);
	assert_int_equal(m.stray[0].pid, alone);
	assert_int_equal(m.stray[0].run, 0);
	assert_int_equal(m.stray[1].pid, of_run);
	assert_int_equal(m.stray[1].run, RUN);

	/* All are counted, a few are kept. */
	for (size_t i = 0; i < COUNT(many); i++)
		many[i] = process(alone, 1, "echod");
	all = (struct foreign){ .process = many, .count = COUNT(many) };
	m = (struct machine){ .listener = "untouched" };
	machine_strays(&m, &all);
	assert_int_equal(m.strays, COUNT(many));
	assert_string_equal(m.listener, "untouched");
	child_reap_all(NULL);
}

/* --- env.json ------------------------------------------------------------- */

static void know(enum fact fact, const char *text)
{
	snprintf(m.fact[fact], FACT_BYTES, "%s", text);
}

static void facts_are_grouped_and_typed(void **state)
{
	json_t *all, *one;

	(void)state;
	m = (struct machine){ .weaknesses = 2 };
	m.weakness[0] = (struct weakness){ "meltdown", "Not affected" };
	m.weakness[1] = (struct weakness){ "odd", "" };
	know(FACT_KERNEL, "6.1 \"x\"");
	know(FACT_CPUS, "4");
	know(FACT_DIRTY, "0");
	know(FACT_CPU, "\xff");
	all = machine_json(&m);
	assert_int_equal(json_object_size(all), 8);
	one = json_object_get(all, "host");
	assert_string_equal(json_string_value(json_object_get(one, "kernel")),
			    "6.1 \"x\"");
	assert_int_equal(json_integer_value(json_object_get(one, "cpus")), 4);
	/* No UTF-8, and not known. */
	assert_true(json_is_null(json_object_get(one, "cpu")));
	assert_true(json_is_null(json_object_get(one, "memory")));
	one = json_object_get(all, "build");
	assert_true(json_is_false(json_object_get(one, "dirty")));
	one = json_object_get(all, "mitigations");
	assert_int_equal(json_object_size(one), 2);
	assert_true(json_is_null(json_object_get(one, "odd")));
	one = json_object_get(all, "sysctl");
	assert_non_null(json_object_get(one, "net/ipv4/tcp_max_tw_buckets"));
	json_decref(all);
}

static void cells_of_two_machines_are_told_apart(void **state)
{
	static const struct {
		enum fact fact;
		const char *text, *why;
	} known[] = {
		{ FACT_KERNEL, "6.2",
		  "the kernel was \"6.1\", and is now \"6.2\"" },
		{ FACT_KERNEL, "", "the kernel was \"6.1\", and is now null" },
		{ FACT_CPUS, "8", "the number of CPUs was 4, and is now 8" },
		{ FACT_CPU, "M1", "the CPU was null, and is now \"M1\"" },
		{ FACT_DIRTY, "1",
		  "whether the tree was dirty was false, and is now true" },
		{ FACT_FLAGS, "-O3",
		  "the compiler's flags was \"-O2\", and is now \"-O3\"" },
		/* It may differ. */
		{ FACT_ACCEPT_QUEUE, "9", NULL },
		{ FACT_HYPERFINE, "9", NULL },
	};
	char why[MACHINE_WHY];

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		json_t *stored, *none = json_object();

		m = (struct machine){ .strays = 0 };
		know(FACT_KERNEL, "6.1");
		know(FACT_CPUS, "4");
		know(FACT_DIRTY, "0");
		know(FACT_FLAGS, "-O2");
		stored = machine_json(&m);
		assert_int_equal(machine_same(stored, &m, why), 0);
		assert_int_equal(machine_same(none, &m, why), -1);
		assert_string_equal(why, "the kernel was unknown, and is now "
					 "\"6.1\"");
		assert_int_equal(machine_same(NULL, &m, why), -1);
		know(known[i].fact, known[i].text);
		assert_int_equal(machine_same(stored, &m, why),
				 known[i].why ? -1 : 0);
		if (known[i].why)
			assert_string_equal(why, known[i].why);
		json_decref(stored);
		json_decref(none);
	}
}

/* --- this machine --------------------------------------------------------- */

static void this_machine_is_read(void **state)
{
	static const char *const programs[] = { "/bin/sh", "/no/such/echod",
						"/no/other", NULL };
	struct machine_places places = { .programs = programs,
					 .sigchld_ignored = true };
	static const enum fact always[] = { FACT_KERNEL,  FACT_MACHINE,
					    FACT_CPUS,	  FACT_HYPERVISOR,
					    FACT_VERSION, FACT_COMMIT,
					    FACT_DIRTY };
	char out[256];

	(void)state;
	assert_int_equal(spawn_set_up(), 0);
	snprintf(out, sizeof(out), "%s/there/run///", scratch);
	places.out = out;
	machine_look(&m, &places);
	for (size_t i = 0; i < COUNT(always); i++)
		assert_true(*m.fact[always[i]]);
	assert_string_equal(m.unbuilt, "/no/such/echod");
	assert_true(m.sigchld_ignored);
	assert_true(m.cpus >= 1);
	assert_true(m.pid_max > 0 && m.ports > 0 && m.taken > 0);
	assert_string_equal(m.folder, scratch_file("there"));
	assert_int_equal(m.folder_error, ENOENT);
	folder("there");
	machine_look(&m, &places);
	assert_int_equal(m.folder_error, 0);
	assert_true(m.disk_mib >= 0);
	assert_int_equal(scratch_entries(), 1);
	assert_string_equal(m.fact[FACT_COMMIT], machine_commit());
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(lines_and_fields_are_read),
		TEST(numbers_are_read),
		TEST(groups_are_walked_to_the_root),
		TEST(limits_of_groups_are_found),
		TEST(listeners_are_counted_where_servers_will_be),
		TEST(servers_that_run_are_strays),
		TEST(facts_are_grouped_and_typed),
		TEST(cells_of_two_machines_are_told_apart),
		TEST(this_machine_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

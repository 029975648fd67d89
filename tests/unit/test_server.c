/*
 * Servers under test, started, counted and stopped, and the CPU time that they
 * use. Of the programs of BUILD, or of build/.
 */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/measure/server.h"
#include "lib/clock.h"
#include "tests/unit/fixture_scratch.h"

#define PATIENCE_NS (10 * NS_PER_S)
#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

enum { SESSIONS = 40, BURN_MS = 30 };

static char bin[PATH_MAX];
static struct server server;
static struct server_count count;
static char why[SERVER_WHY];
static struct cpu cpu;
static size_t files; /* descriptors, when the test began */

static size_t open_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t n = 0;

	while (folder && readdir(folder))
		n++;
	closedir(folder);
	return n;
}

static int set_up(void **state)
{
	files = open_files();
	return scratch_make(state);
}

/* Nothing is left running, and no descriptor open, of what servers had. */
static int tear_down(void **state)
{
	bool clean = waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD &&
		     open_files() == files;

	spawn_clear(0);
	return scratch_remove(state) < 0 || !clean ? -1 : 0;
}

static int start(const struct subject *subject, const char *ballast)
{
	struct server_config config = { .subject = subject,
					.bin = bin,
					.folder = scratch,
					.number = (unsigned)getpid(),
					.settings = *ballast != 0 };

	snprintf(config.setting[0].value, sizeof(config.setting[0].value), "%s",
		 ballast);
	config.setting[0].place = "ballast";
	return server_start(&server, &config, why);
}

static void start_mode(const char *mode)
{
	if (start(subject_find(mode), "") < 0)
		fail_msg("%s", why);
}

static void stop(void)
{
	int killed_by;

	assert_int_equal(server_stop(&server, &killed_by), 0);
	assert_int_equal(killed_by, 0);
}

/* Opens sessions that have had one echo each: their children are there. */
static void open_sessions(int fd[], int n)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	char byte = 'x';

	at.sin_port = htons((uint16_t)atoi(server.port));
	assert_int_equal(inet_pton(AF_INET, server.address, &at.sin_addr), 1);
	for (int i = 0; i < n; i++) {
		fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(
			connect(fd[i], (struct sockaddr *)&at, sizeof(at)), 0);
		assert_int_equal(write(fd[i], &byte, 1), 1);
	}
	for (int i = 0; i < n; i++)
		assert_int_equal(read(fd[i], &byte, 1), 1);
}

static void close_sessions(const int fd[], int n)
{
	for (int i = 0; i < n; i++)
		close(fd[i]);
}

/* --- counting ------------------------------------------------------------- */

static void those_left_are_counted_and_no_other(void **state)
{
	static const struct {
		const char *mode;
		size_t left; /* of SESSIONS */
	} known[] = {
		{ "none", SESSIONS },
		{ "sig-ign", 0 },
		{ "nocldwait", 0 },
		{ "waitpid-loop", 0 },
		{ "signalfd", 0 },
		{ "self-pipe", 0 },
		{ "pidfd", 0 },
		{ "double-fork", 0 },
		{ "reaper-thread", 0 },
		{ "sigchld-blocked", 0 },
		/* Those that have ended since the last accept. */
		{ "accept-sweep", SESSIONS },
	};
	int fd[SESSIONS];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		start_mode(known[i].mode);
		/* Often: a false one would be seen now and then. */
		for (size_t n = 1; n <= (known[i].left ? 1 : 10); n++) {
			open_sessions(fd, SESSIONS);
			close_sessions(fd, SESSIONS);
			assert_int_equal(
				server_settle(&server, PATIENCE_NS, &count), 0);
			if (count.zombies != known[i].left)
				fail_msg("%s: %zu zombies", known[i].mode,
					 count.zombies);
			assert_int_equal(count.children, count.zombies);
			assert_int_equal(server.stats->forked, n * SESSIONS);
			assert_int_equal(server.stats->children_exited,
					 n * SESSIONS);
		}
		stop();
	}
}

/* A zombie whose server has not had the CPU yet is nothing that it leaves. */
static void who_still_collects_is_waited_for(void **state)
{
	static const char *const modes[] = { "waitpid-loop", "signalfd",
					     "reaper-thread" };
	siginfo_t info;
	int fd[SESSIONS];

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		start_mode(modes[i]);
		open_sessions(fd, SESSIONS);
		assert_int_equal(kill(server.process.pid, SIGSTOP), 0);
		assert_int_equal(waitid(P_PID, (id_t)server.process.pid, &info,
					WSTOPPED),
				 0);
		close_sessions(fd, SESSIONS);
		do
			assert_int_equal(server_count(&server, &count), 0);
		while (count.zombies < SESSIONS);
		assert_int_equal(server_settle(&server, 50 * NS_PER_MS, &count),
				 -1);
		assert_int_equal(errno, ETIMEDOUT);
		assert_int_equal(count.zombies, SESSIONS);
		assert_int_equal(kill(server.process.pid, SIGCONT), 0);
		assert_int_equal(server_settle(&server, PATIENCE_NS, &count),
				 0);
		assert_int_equal(count.children, 0);
		stop();
	}
}

static void a_session_that_lives_is_waited_for(void **state)
{
	int fd;

	(void)state;
	start_mode("none");
	open_sessions(&fd, 1);
	assert_int_equal(server_settle(&server, 30 * NS_PER_MS, &count), -1);
	assert_int_equal(count.children, 1);
	assert_int_equal(count.zombies, 0);
	close(fd);
	assert_int_equal(server_settle(&server, PATIENCE_NS, &count), 0);
	assert_int_equal(count.zombies, 1);
	stop();
}

/* --- start and stop ------------------------------------------------------- */

static const char *content_of(const char *name)
{
	static char text[2048];
	FILE *in = fopen(scratch_file(name), "r");
	size_t n;

	assert_non_null(in);
	n = fread(text, 1, sizeof(text) - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

static void words_are_filled_in(void **state)
{
	static const char *const ballast[] = { "", "4096" };
	const struct subject subject = {
		.name = "mine",
		.argv = WORDS("/bin/sh", "-c",
			      "(setsid sleep 100 &)\n"
			      "printf '<%s>' \"$@\" >$0\n"
			      "exec $1/least $2 $3 fork",
			      "{pidfile}", "{bin}", "{address}", "{ready}",
			      "--ballast", "{ballast}", "{strange}{", "{}",
			      "a{address}b{backlog}", "{log}"),
		.tells_port = true,
	};
	char wanted[PATH_MAX + 256], *ready;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		if (start(&subject, ballast[i]) < 0)
			fail_msg("%s", why);
		ready = strdup(content_of("server.pid"));
		/* A descriptor: any number. */
		snprintf(wanted, sizeof(wanted),
			 "<%s><%s><%d>%s<{strange}{><{}><a%sb4096><%s/"
			 "server.log>",
			 bin, server.address,
			 atoi(strstr(ready, "><") + 2 + strlen(server.address) +
			      2),
			 *ballast[i] ? "<--ballast><4096>" : "", server.address,
			 scratch);
		assert_string_equal(ready, wanted);
		free(ready);
		assert_int_equal(server_settle(&server, PATIENCE_NS, &count),
				 0);
		/* The sleeper, whose parent has died, goes with it. */
		stop();
	}
}

static void a_port_is_found_and_told(void **state)
{
	const struct subject subject = {
		.name = "mine",
		.argv = WORDS("{bin}/echod", "--foreground", "--reap", "none",
			      "{address}", "{port}"),
		.config = "listen {address}:{port}\n",
	};
	char wanted[128];
	int fd[2];

	(void)state;
	if (start(&subject, "") < 0)
		fail_msg("%s", why);
	assert_null(server.stats);
	snprintf(wanted, sizeof(wanted), "listen %s:%s\n", server.address,
		 server.port);
	assert_string_equal(content_of("server.conf"), wanted);
	open_sessions(fd, 2);
	close_sessions(fd, 2);
	assert_int_equal(server_settle(&server, PATIENCE_NS, &count), 0);
	assert_int_equal(count.zombies, 2 + 1); /* it was knocked at */
	stop();
}

static void one_line_says_why_none_listens(void **state)
{
	const struct {
		struct subject subject;
		const char *words;
	} known[] = {
		{ { .name = "a",
		    .argv = WORDS("/nowhere/server", "{port}"),
		    .tells_port = true },
		  "cannot run /nowhere/server: No such file or directory" },
		{ { .name = "b",
		    .argv = WORDS("/bin/sh", "-c",
				  "printf 'no \\033luck\\nfor you\\n'"),
		    .tells_port = true },
		  " port 0: no ?luck" },
		{ { .name = "c", .argv = WORDS("/bin/false") },
		  ": it printed nothing" },
		{ { .name = "d", .argv = WORDS("/bin/true"), .port = 0 },
		  "d does not listen on 127." },
		{ { .name = "e",
		    .argv = WORDS("/bin/sh", "-c",
				  "echo 77 >&$0; exec sleep 100", "{ready}"),
		    .tells_port = true,
		    .counters = true },
		  "e: its counters cannot be read: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_int_equal(start(&known[i].subject, ""), -1);
		if (!strstr(why, known[i].words) || strchr(why, '\n'))
			fail_msg("%s: not `%s`", why, known[i].words);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
		assert_int_equal(open_files(), files);
	}
}

static void a_port_in_use_is_told(void **state)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	struct subject subject = { .name = "mine", .argv = WORDS("/bin/true") };
	socklen_t bytes = sizeof(any);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&any, bytes), 0);
	assert_int_equal(listen(fd, 1), 0);
	getsockname(fd, (struct sockaddr *)&any, &bytes);
	subject.port = ntohs(any.sin_port);
	assert_int_equal(start(&subject, ""), -1);
	assert_non_null(strstr(why, "somebody listens on 127."));
	close(fd);
}

static void who_dies_is_told(void **state)
{
	const struct subject leaves = {
		.name = "mine",
		.argv = WORDS("/bin/sh", "-c", "echo 77 >&$0; exit 3",
			      "{ready}"),
		.tells_port = true,
	};
	int fd[2], killed_by;

	(void)state;
	start_mode("none");
	open_sessions(fd, 2);
	assert_int_equal(kill(server.process.pid, SIGKILL), 0);
	assert_int_equal(spawn_wait(&server.process, UINT64_MAX), 1);
	assert_int_equal(server_count(&server, &count), -1);
	assert_int_equal(server_settle(&server, PATIENCE_NS, &count), -1);
	/* Its children, which live, go with it. */
	assert_int_equal(server_stop(&server, &killed_by), -1);
	assert_int_equal(killed_by, SIGKILL);
	close_sessions(fd, 2);
	assert_int_equal(start(&leaves, ""), 0);
	assert_string_equal(server.port, "77");
	assert_int_equal(spawn_wait(&server.process, UINT64_MAX), 1);
	assert_int_equal(server_stop(&server, &killed_by), -1);
	assert_int_equal(killed_by, 0);
}

/* --- CPU time ------------------------------------------------------------- */

static void burn(void)
{
	struct timespec used;

	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	while (used.tv_nsec < BURN_MS * (long)NS_PER_MS);
}

/* Run as a program: it and a child, which it leaves, use so much each. */
static int burn_twice(void)
{
	fork();
	burn();
	return 0;
}

static void start_burning(struct spawn *s, const char *how)
{
	const struct spawn_command command = {
		.argv = WORDS("/proc/self/exe", how),
		.group = cpu_group(&cpu),
	};

	assert_int_equal(spawn_start(s, &command), 0);
	cpu_watch(&cpu, s->pid);
}

/* Opens the best source there is, or skips the test. */
static void open_cpu(void)
{
	char advice[CPU_ADVICE];
	const char *name = cpu_source_probe(advice);

	cpu_open(&cpu);
	assert_int_equal(open_files() == files, !cpu_group(&cpu));
	assert_true(name == cpu_source_names[cpu.source]);
	assert_string_equal(advice, cpu.advice);
	assert_int_equal(*cpu.advice != '\0', cpu.source == CPU_NONE);
	if (cpu.source != CPU_NONE)
		return;
	assert_true(isnan(cpu_used_us(&cpu)));
	print_message("no CPU time is counted here: %s\n", cpu.advice);
	cpu_close(&cpu);
	skip();
}

static void need_group(void)
{
	open_cpu();
	if (cpu_group(&cpu))
		return;
	cpu_close(&cpu);
	print_message("no control group can be made here\n");
	skip();
}

static void the_time_of_children_is_counted(void **state)
{
	struct spawn s;
	double before_us, rise_ms, own_ms = NAN;

	(void)state;
	open_cpu();
	for (int i = 0; i < 2; i++) {
		before_us = cpu.source == CPU_PERF ? 0 : cpu_used_us(&cpu);
		start_burning(&s, "burn");
		while (!spawn_wait(&s, clock_now_ns() + NS_PER_MS))
			own_ms = fmax(own_ms, cpu_process_us(s.pid) / 1e3);
		/* The child may go on, without its parent. */
		assert_int_equal(spawn_clear(PATIENCE_NS), 0);
		rise_ms = (cpu_used_us(&cpu) - before_us) / 1e3;
		assert_true(rise_ms >= 1.9 * BURN_MS && rise_ms < 5 * BURN_MS);
		assert_true(own_ms >= 0.2 * BURN_MS && own_ms < 2 * BURN_MS);
		assert_true(isnan(cpu_process_us(s.pid)));
		cpu_unwatch(&cpu);
	}
	cpu_close(&cpu);
}

/* What no group counts, perf_event does; or it is told what to do. */
static void without_groups_there_is_another_source(void **state)
{
	struct spawn s;
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0) {
		print_message("only root can give up the right to make one\n");
		skip();
	}
	pid = fork();
	if (pid == 0) {
		if (setuid(65534) < 0)
			_exit(1);
		cpu_open(&cpu);
		if (cpu.source != CPU_PERF)
			_exit(cpu.source != CPU_NONE || !*cpu.advice ||
			      !isnan(cpu_used_us(&cpu)));
		start_burning(&s, "burn");
		spawn_wait(&s, UINT64_MAX);
		_exit(!(cpu_used_us(&cpu) >= 0.9e3 * BURN_MS) || *cpu.advice);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(spawn_clear(PATIENCE_NS), 0);
}

/* A process, in that group, which waits for its end. */
static pid_t put_into(const char *folder)
{
	char path[PATH_MAX + 32];
	int ready[2], fd;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		fd = open(path, O_WRONLY);
		if (write(fd, "0", 1) == 1 && write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], path, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void what_a_killed_run_left_is_removed(void **state)
{
	char stale[PATH_MAX], used[PATH_MAX];
	struct stat st;
	pid_t pid;
	int fd;

	(void)state;
	need_group();
	*strrchr(cpu.folder, '/') = '\0';
	snprintf(stale, sizeof(stale), "%.*s/forkbench.test-stale",
		 PATH_MAX - 64, cpu.folder);
	snprintf(used, sizeof(used), "%.*s/forkbench.test-used", PATH_MAX - 64,
		 cpu.folder);
	cpu.folder[strlen(cpu.folder)] = '/';
	assert_int_equal(mkdir(stale, 0700), 0);
	assert_int_equal(mkdir(used, 0700), 0);
	pid = put_into(stale);
	fd = open(used, O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	cpu_close(&cpu);
	assert_int_equal(stat(cpu.folder, &st), -1);
	cpu_open(&cpu);
	assert_int_equal(stat(cpu.folder, &st), 0);
	assert_int_equal(stat(stale, &st), -1);
	assert_int_equal(stat(used, &st), 0);
	while (waitpid(pid, NULL, 0) > 0)
		;
	assert_int_equal(rmdir(used), 0);
	close(fd);
	/* What is still in it when the run ends dies with it. */
	pid = put_into(cpu.folder);
	assert_int_equal(cpu_kill(&cpu), 1);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(cpu_kill(&cpu), 0);
	pid = put_into(cpu.folder);
	cpu_close(&cpu);
	assert_int_equal(stat(cpu.folder, &st), -1);
	while (waitpid(pid, NULL, 0) > 0)
		;
	assert_int_equal(kill(pid, 0), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char *argv[])
{
	static const struct CMUnitTest tests[] = {
		TEST(those_left_are_counted_and_no_other),
		TEST(who_still_collects_is_waited_for),
		TEST(a_session_that_lives_is_waited_for),
		TEST(words_are_filled_in),
		TEST(a_port_is_found_and_told),
		TEST(one_line_says_why_none_listens),
		TEST(a_port_in_use_is_told),
		TEST(who_dies_is_told),
		TEST(the_time_of_children_is_counted),
		TEST(without_groups_there_is_another_source),
		TEST(what_a_killed_run_left_is_removed),
	};
	const char *build = getenv("BUILD");

	if (argc == 2 && strcmp(argv[1], "burn") == 0)
		return burn_twice();
	if (!realpath(build ? build : "build", bin) || spawn_set_up() < 0)
		return 1;
	strcat(bin, "/bin");
	return cmocka_run_group_tests(tests, NULL, NULL);
}

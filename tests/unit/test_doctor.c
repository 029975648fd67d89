/* What doctor makes of a machine's facts: every check, kept and broken. */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/measure/doctor.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- a machine that has it all, and a run -------------------------------- */

static struct machine machine;
static struct config config;
static struct doctor doctor;

static const struct experiment churn = {
	.name = "churn",
	.factor = FACTOR_MODE,
	.share = { [1] = { 60, 10, 1000 } },
};
static const struct experiment wall = {
	.name = "wall",
	.procedure = PROCEDURE_WALL,
	.share = { [1] = { 60, 10, 1000 } },
};
static const struct experiment memory = {
	.name = "memory",
	.factor = FACTOR_BALLAST,
	.share = { [1] = { 60, 10, 1000 } },
};
static const struct experiment servers = {
	.name = "servers",
	.factor = FACTOR_SUBJECT,
	.share = { [1] = { 60, 10, 1000 } },
};

static struct arm *add(const struct experiment *e, struct load load,
		       unsigned rounds)
{
	struct arm *a = &config.arm[config.arms++];

	*a = (struct arm){ .experiment = e, .load = load, .rounds = rounds };
	return a;
}

static void add_level(struct arm *a, const char *subject, double value, bool aa)
{
	struct level *l = &a->level[a->levels++];

	*l = (struct level){ .value = value, .aa = aa };
	snprintf(l->subject, sizeof(l->subject), "%s", subject);
	if (isnan(value))
		snprintf(l->name, sizeof(l->name), "%s%s", subject,
			 aa ? "-aa" : "");
	else
		snprintf(l->name, sizeof(l->name), "%gMiB", value);
}

/* 4 levels of 100 cells each, and 2,000 sessions at once. */
static int set_up(void **state)
{
	struct arm *a;

	(void)state;
	config = (struct config){ .profile = 1 };
	a = add(&churn, (struct load){ .sessions = 300, .concurrency = 64 },
		99);
	add_level(a, "sig-ign", NAN, false);
	add_level(a, "waitpid-loop", NAN, false);
	add_level(a, "sig-ign", NAN, true);
	a = add(&churn,
		(struct load){
			.sessions = 2000, .concurrency = 10, .hold = true },
		99);
	add_level(a, "sig-ign", NAN, false);
	a = add(&wall, (struct load){ .sessions = 1 }, 1);
	machine = (struct machine){
		.files_soft = 1024,
		.files_hard = 1048576,
		.pid_max = 4194304,
		.threads_max = 100000,
		.user_processes = INFINITY,
		.taken = 1500,
		.group_max = 20000,
		.group_taken = 50,
		.group_file = "/sys/fs/cgroup/x/pids.max",
		.memory_mib = 8192,
		.disk_mib = 1024,
		.file_mib = INFINITY,
		.ports = 28232,
		.time_wait = 100,
		.time_wait_max = 1000000,
		.somaxconn = 4096,
		.map_count = 65530,
		.cpus = 4,
		.quota_cpus = INFINITY,
		.quota_file = "/sys/fs/cgroup/x/cpu.max",
		.load_1min = 0.5,
		.pressure_pct = 1,
		.foreign_pct = 1,
		.foreign_most = "cc1 (PID 99)",
		.turbo_off = "echo 1 >no_turbo",
		.cpu_source = "cgroup v2",
		.folder = "results",
		.stray = { { .pid = 4711 }, { .pid = 4712, .run = 12 } },
		.listener = "127.0.1.7:40000",
		.unfinished_run = "results/old.partial",
		.fact = { [FACT_GNUPLOT] = "gnuplot 5.4",
			  [FACT_HYPERFINE] = "hyperfine 1.15.0",
			  [FACT_HUGE_PAGES] = "always [madvise] never",
			  [FACT_CLOCK_SOURCE] = "tsc" },
	};
	return 0;
}

static const struct doctor_finding *look_at(const char *check)
{
	memset(&doctor, 0xff, sizeof(doctor));
	doctor_look(&doctor, &config, &machine);
	for (size_t i = 0; i < doctor.count; i++)
		if (strcmp(doctor.finding[i].check, check) == 0)
			return &doctor.finding[i];
	fail_msg("there is no check %s", check);
	return NULL;
}

/* --- one fact changed ----------------------------------------------------- */

enum kind { NOTHING, NUMBER, INTEGER, FLAG, SIZE, TEXT, NO_TEXT };

struct but {
	size_t at;
	enum kind kind;
	double number;
	const char *text;
};

static void change(const struct but *but)
{
	char *at = (char *)&machine + but->at;

	if (but->kind == NUMBER)
		*(double *)at = but->number;
	else if (but->kind == INTEGER)
		*(int *)at = (int)but->number;
	else if (but->kind == FLAG)
		*(bool *)at = true;
	else if (but->kind == SIZE)
		*(size_t *)at = (size_t)but->number;
	else if (but->kind == TEXT)
		strcpy(at, but->text);
	else if (but->kind == NO_TEXT)
		*(const char **)at = but->text;
}

#define AT(member) offsetof(struct machine, member)
#define OK(value) { 0 }, DOCTOR_OK, value, ""
#define FACT(member, kind, x)             \
	{                                 \
		AT(member), kind, x, NULL \
	}
#define WORDS(member, kind, x)         \
	{                              \
		AT(member), kind, 0, x \
	}
#define PROCESSES(n) n ": a process for each of 2000 sessions, and the others"

static const struct {
	const char *check;
	struct but but;
	enum doctor_level level;
	const char *value, *fix, *need;
} known[] = {
	{ "programs", OK("built"), "ours, beside forkbench" },
	{ "programs", WORDS(unbuilt, NO_TEXT, "/x/loadgen"), DOCTOR_FAIL,
	  "/x/loadgen cannot be run", "make", NULL },
	{ "gnuplot", OK("gnuplot 5.4"), "to draw the plots" },
	{ "gnuplot", FACT(gnuplot_error, INTEGER, ENOENT), DOCTOR_FAIL,
	  "cannot be run: No such file or directory",
	  "apt-get install gnuplot-nox", NULL },
	{ "gnuplot", WORDS(fact[FACT_GNUPLOT], TEXT, ""), DOCTOR_WARN,
	  "does not tell its version",
	  "apt-get install --reinstall gnuplot-nox", NULL },
	{ "hyperfine", OK("hyperfine 1.15.0"), "to time wall" },
	{ "hyperfine", FACT(hyperfine_error, INTEGER, EACCES), DOCTOR_FAIL,
	  "cannot be run: Permission denied", "apt-get install hyperfine",
	  NULL },
	{ "subjects", OK("all there"), "the servers that are compared" },
	{ "results", OK("results: can be written"),
	  "a folder that can be written" },
	{ "results", FACT(folder_error, INTEGER, EROFS), DOCTOR_FAIL,
	  "results: Read-only file system", "give another folder with OUT",
	  NULL },
	{ "results", FACT(folder_error, INTEGER, ENOENT), DOCTOR_FAIL,
	  "results: No such file or directory", "mkdir -p results", NULL },
	{ "disk", OK("1024 MiB free"), "15 MiB for up to 400 cells" },
	{ "disk", FACT(disk_mib, NUMBER, NAN), DOCTOR_OK, "unknown", "", NULL },
	{ "disk", FACT(disk_mib, NUMBER, 15), DOCTOR_OK, "15 MiB free", "",
	  NULL },
	{ "file-size", OK("no limit"), "15 MiB" },
	{ "file-size", FACT(file_mib, NUMBER, 15), DOCTOR_OK, "15 MiB", "",
	  NULL },
	{ "file-size", FACT(file_mib, NUMBER, 0.5), DOCTOR_FAIL, "0.5 MiB",
	  "ulimit -f unlimited", NULL },
	{ "disk", FACT(disk_mib, NUMBER, 14.9), DOCTOR_FAIL, "15 MiB free",
	  "free some, or give another folder with OUT", NULL },
	{ "children-list", OK("readable"), "readable, to count zombies" },
	{ "children-list", FACT(children_error, INTEGER, ENOENT), DOCTOR_FAIL,
	  "No such file or directory",
	  "boot a kernel with CONFIG_PROC_CHILDREN=y", NULL },
	{ "children-list", FACT(children_error, INTEGER, EACCES), DOCTOR_FAIL,
	  "Permission denied", "mount -o remount,hidepid=0 /proc", NULL },
	{ "proc", OK("all to be seen"),
	  "all to be seen, to notice steal and foreign load" },
	{ "proc", FACT(proc_hides, FLAG, 1), DOCTOR_WARN,
	  "others' hidden (hidepid)",
	  "mount -o remount,hidepid=0 /proc, or run as root", NULL },
	{ "proc", FACT(proc_lacks_system, FLAG, 1), DOCTOR_WARN,
	  "processes alone (subset)", "mount /proc without subset=pid", NULL },
	{ "cpu-source", OK("cgroup v2"),
	  "cgroup v2, v1 or perf_event, for CPU per session" },
	{ "cpu-source", WORDS(cpu_source, NO_TEXT, NULL), DOCTOR_WARN, "none",
	  "run it by: systemd-run --user --scope", NULL },
	{ "loopback", OK("usable"), "127.0.0.0/8, an address for each server" },
	{ "loopback", FACT(all_addresses_error, INTEGER, EADDRNOTAVAIL),
	  DOCTOR_WARN,
	  "one address; 127.0.1.1: Cannot assign requested address",
	  "ip addr add 127.0.0.1/8 dev lo", NULL },
	{ "loopback", FACT(one_address_error, INTEGER, EADDRNOTAVAIL),
	  DOCTOR_FAIL, "127.0.0.1: Cannot assign requested address",
	  "ip link set lo up; ip addr add 127.0.0.1/8 dev lo", NULL },
	{ "parent-files", OK("1048576"), "0, of the server's parent" },
	{ "map-count", OK("65530"), "0, of the server's parent" },
	{ "open-files", OK("1048576 (soft 1024)"),
	  "2032 for 2000 sessions at once" },
	{ "open-files", FACT(files_hard, NUMBER, INFINITY), DOCTOR_OK,
	  "no limit", "", NULL },
	{ "open-files", FACT(files_hard, NUMBER, 2032), DOCTOR_OK,
	  "2032 (soft 1024)", "", NULL },
	{ "open-files", FACT(files_hard, NUMBER, 2031), DOCTOR_WARN,
	  "2031 (soft 1024)", "ulimit -n 2032, or lower SESSIONS", NULL },
	{ "open-files", FACT(files_hard, NUMBER, 63), DOCTOR_FAIL,
	  "63 (soft 1024)", "ulimit -n 2032, or lower SESSIONS", NULL },
	{ "open-files", FACT(files_hard, NUMBER, 0), DOCTOR_FAIL,
	  "0 (soft 1024)", "ulimit -n 2032, or lower SESSIONS", NULL },
	{ "user-processes", OK("no limit"), PROCESSES("3500") },
	{ "user-processes", FACT(user_processes, NUMBER, 3500), DOCTOR_OK,
	  "3500", "", NULL },
	{ "user-processes", FACT(user_processes, NUMBER, 3499), DOCTOR_FAIL,
	  "3499", "ulimit -u 3500, or lower SESSIONS or CONCURRENCY", NULL },
	{ "cgroup-processes", OK("20000"), PROCESSES("2150") },
	{ "cgroup-processes", FACT(group_max, NUMBER, 2150), DOCTOR_OK, "2150",
	  "", NULL },
	{ "cgroup-processes", FACT(group_max, NUMBER, 2149), DOCTOR_FAIL,
	  "2149", "echo 2150 >/sys/fs/cgroup/x/pids.max", NULL },
	{ "threads-max", OK("100000"), PROCESSES("3500") },
	{ "threads-max", FACT(threads_max, NUMBER, 0), DOCTOR_FAIL, "0",
	  "sysctl -w kernel.threads-max=3500", NULL },
	{ "pid-max", OK("4194304"), PROCESSES("3500") },
	{ "pid-max", FACT(pid_max, NUMBER, 3499), DOCTOR_FAIL, "3499",
	  "sysctl -w kernel.pid_max=3500", NULL },
	{ "memory", OK("8192 MiB available"), "215 MiB for 2000 sessions" },
	{ "memory", FACT(memory_mib, NUMBER, NAN), DOCTOR_OK, "unknown", "",
	  NULL },
	{ "memory", FACT(memory_mib, NUMBER, 215), DOCTOR_WARN,
	  "215 MiB available", "see what uses it with: ps aux --sort=-rss",
	  NULL },
	{ "memory", FACT(memory_mib, NUMBER, 110), DOCTOR_FAIL,
	  "110 MiB available", "lower SESSIONS or CONCURRENCY to 1024", NULL },
	{ "ports", OK("28232"), "4000: 2 a session, for each server" },
	{ "ports", FACT(ports, NUMBER, 3999), DOCTOR_WARN, "3999",
	  "sysctl -w net.ipv4.ip_local_port_range='1024 65535'", NULL },
	{ "time-wait", OK("1000000"),
	  "200100: what the run leaves within 60 s" },
	{ "time-wait", FACT(time_wait_max, NUMBER, 200099), DOCTOR_WARN,
	  "200099",
	  "sysctl -w net.ipv4.tcp_max_tw_buckets=200100, or CLOSE=rst", NULL },
	{ "time-wait", FACT(time_wait_max, NUMBER, NAN), DOCTOR_OK, "unknown",
	  "", NULL },
	{ "somaxconn", OK("4096"), "4096, the servers' backlog" },
	{ "somaxconn", FACT(somaxconn, NUMBER, 128), DOCTOR_WARN, "128",
	  "sysctl -w net.core.somaxconn=4096", NULL },
	{ "busy-ports", OK("free"), "none where the servers will be" },
	{ "busy-ports", FACT(listeners, SIZE, 1), DOCTOR_WARN,
	  "1 taken: 127.0.1.7:40000",
	  "see what it is with: ss -ltnp src 127.0.1.7:40000", NULL },
	{ "busy-ports", FACT(listeners, SIZE, 2), DOCTOR_WARN,
	  "2 taken: 127.0.1.7:40000, ...",
	  "see what it is with: ss -ltnp src 127.0.1.7:40000", NULL },
	{ "stale-daemons", OK("none"), "none" },
	{ "stale-daemons", FACT(strays, SIZE, 2), DOCTOR_WARN,
	  "2: PID 4711 4712", "kill 4711", NULL },
	{ "cpus", OK("4"), "2: the server's and the load generator's" },
	{ "cpus", FACT(cpus, NUMBER, NAN), DOCTOR_OK, "unknown", "", NULL },
	{ "cpu-quota", OK("no limit"), "no quota, or 4 CPUs" },
	{ "cpu-quota", FACT(quota_cpus, NUMBER, 1.5), DOCTOR_WARN, "1.50 CPUs",
	  "raise the quota in /sys/fs/cgroup/x/cpu.max, or run outside of that "
	  "group",
	  NULL },
	{ "governor", OK("none"), "performance, or none" },
	{ "governor", WORDS(fact[FACT_GOVERNOR], TEXT, "performance"),
	  DOCTOR_OK, "performance", "", NULL },
	{ "governor", WORDS(fact[FACT_GOVERNOR], TEXT, "powersave"),
	  DOCTOR_WARN, "powersave", "cpupower frequency-set -g performance",
	  NULL },
	{ "turbo", OK("not to be seen"),
	  "off: it comes and goes with the heat" },
	{ "turbo", WORDS(fact[FACT_TURBO], TEXT, "off"), DOCTOR_OK, "off", "",
	  NULL },
	{ "turbo", WORDS(fact[FACT_TURBO], TEXT, "on"), DOCTOR_WARN, "on",
	  "echo 1 >no_turbo", NULL },
	{ "huge-pages", OK("always [madvise] never"), "" },
	{ "clock", OK("tsc"), "tsc, or another that needs no system call" },
	{ "clock", WORDS(fact[FACT_CLOCK_SOURCE], TEXT, ""), DOCTOR_OK,
	  "unknown", "", NULL },
	{ "clock", WORDS(fact[FACT_CLOCK_SOURCE], TEXT, "hpet"), DOCTOR_WARN,
	  "hpet",
	  "echo tsc >/sys/devices/system/clocksource/clocksource0/"
	  "current_clocksource",
	  NULL },
	{ "steal", OK("0.00 %"), "at most 5 %" },
	{ "steal", FACT(steal_pct, NUMBER, 5), DOCTOR_OK, "5.00 %", "", NULL },
	{ "steal", FACT(steal_pct, NUMBER, 5.01), DOCTOR_WARN, "5.01 %",
	  "wait until the host is less busy", NULL },
	{ "steal", FACT(steal_pct, NUMBER, NAN), DOCTOR_OK, "unknown", "",
	  NULL },
	{ "foreign", OK("1.00 % of a CPU"), "at most 10 % of a CPU" },
	{ "foreign", FACT(foreign_pct, NUMBER, 10.01), DOCTOR_WARN,
	  "10.01 % of a CPU", "stop what uses most of it: cc1 (PID 99)", NULL },
	{ "load", OK("0.50"), "at most 2" },
	{ "load", FACT(load_1min, NUMBER, 2.01), DOCTOR_WARN, "2.01",
	  "see what runs with: top; or wait for a minute after a build", NULL },
	{ "pressure", OK("1.00 %"), "at most 10 %" },
	{ "pressure", FACT(pressure_pct, NUMBER, 10.01), DOCTOR_WARN, "10.01 %",
	  "see what runs with: top", NULL },
	{ "sigchld", OK("default"), "default" },
	{ "sigchld", FACT(sigchld_ignored, FLAG, 1), DOCTOR_WARN, "ignored",
	  "nothing, forkbench sets it itself; to be rid of this: env "
	  "--default-signal=CHLD",
	  NULL },
	{ "unfinished", OK("0"), "" },
	{ "unfinished", FACT(unfinished, SIZE, 2), DOCTOR_OK, "2",
	  "forkbench resume results/old.partial", NULL },
};

/* All others are as they are without that one fact. */
static void each_check_finds_what_it_should(void **state)
{
	for (size_t i = 0; i < COUNT(known); i++) {
		const struct doctor_finding *f;

		set_up(state);
		change(&known[i].but);
		f = look_at(known[i].check);
		assert_string_equal(f->value, known[i].value);
		assert_string_equal(f->fix, known[i].fix);
		assert_int_equal(f->level, known[i].level);
		if (known[i].need)
			assert_string_equal(f->need, known[i].need);
		assert_true(*f->reads);
		assert_int_equal(doctor_worst(&doctor), f->level);
		for (size_t j = 0; j < doctor.count; j++)
			if (&doctor.finding[j] != f &&
			    doctor.finding[j].level != DOCTOR_OK)
				fail_msg("%s, with %s: %s",
					 doctor.finding[j].check, f->check,
					 doctor.finding[j].value);
	}
}

/* What is broken by the run, not by the machine, is tried further down. */
static void each_check_is_tried_both_ways(void **state)
{
	(void)state;
	doctor_look(&doctor, &config, &machine);
	for (size_t i = 0; i < doctor.count; i++) {
		const char *name = doctor.finding[i].check;
		bool kept = false, broken = !*doctor.finding[i].need ||
					    !strcmp(name, "subjects") ||
					    !strcmp(name, "parent-files") ||
					    !strcmp(name, "map-count") ||
					    !strcmp(name, "cpus");

		for (size_t j = 0; j < COUNT(known); j++) {
			if (strcmp(known[j].check, name) != 0)
				continue;
			kept |= known[j].level == DOCTOR_OK;
			broken |= known[j].level != DOCTOR_OK;
			assert_true(known[j].level == DOCTOR_OK ||
				    *known[j].fix);
		}
		if (!kept || !broken)
			fail_msg("%s is not tried both ways", name);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(doctor.finding[j].check, name);
	}
}

/* Half of the CPUs is the limit of the load, too: it is broken with it. */
static void one_cpu_is_too_few(void **state)
{
	const struct doctor_finding *f;

	(void)state;
	machine.cpus = 1;
	machine.load_1min = 0.1;
	f = look_at("cpus");
	assert_int_equal(f->level, DOCTOR_WARN);
	assert_string_equal(f->fix, "use a machine with 2 CPUs or more");
}

static void advice_of_the_cpu_source_is_passed_on(void **state)
{
	(void)state;
	machine.cpu_source = NULL;
	strcpy(machine.cpu_advice, "sysctl -w kernel.perf_event_paranoid=1");
	assert_string_equal(look_at("cpu-source")->fix, "sysctl -w "
							"kernel.perf_event_"
							"paranoid=1");
}

/* Those of a run that is still going on are not to be killed. */
static void servers_of_a_run_are_waited_for(void **state)
{
	(void)state;
	machine.strays = 1;
	machine.stray[0].run = 77;
	assert_string_equal(look_at("stale-daemons")->fix, "wait until the run "
							   "of forkbench 77 "
							   "has ended");
}

/* --- what a run needs follows from its configuration ---------------------- */

static void needs_follow_from_the_largest_arm(void **state)
{
	static const struct {
		struct load load;
		const char *subject;
		unsigned rounds;
		const char *files, *processes, *time_wait;
	} of[] = {
		{ { .sessions = 300, .concurrency = 64 },
		  "sig-ign",
		  9,
		  "96 for 64 sessions at once",
		  "64",
		  "3100" },
		{ { .sessions = 300, .concurrency = 64, .warm = 100 },
		  "waitpid-loop",
		  9,
		  "96 for 64 sessions at once",
		  "64",
		  "4100" },
		/* Every session leaves a zombie, whatever the concurrency. */
		{ { .sessions = 20000, .concurrency = 64, .warm = 10 },
		  "none",
		  1,
		  "96 for 64 sessions at once",
		  "20010",
		  "40120" },
		{ { .sessions = 500, .concurrency = 64 },
		  "waitpid-once",
		  1,
		  "96 for 64 sessions at once",
		  "500",
		  "1100" },
		/* So may a server that is not ours. */
		{ { .sessions = 500, .concurrency = 64 },
		  "least",
		  1,
		  "96 for 64 sessions at once",
		  "500",
		  "1100" },
		{ { .sessions = 3000, .concurrency = 7, .hold = true },
		  "sig-ign",
		  1,
		  "3032 for 3000 sessions at once",
		  "3000",
		  "6100" },
		/* 200 sessions in 40 ms, for a minute. */
		{ { .sessions = 300, .concurrency = 64 },
		  "sig-ign",
		  9999,
		  "96 for 64 sessions at once",
		  "64",
		  "450100" },
		{ { .sessions = 100, .concurrency = 64 },
		  "sig-ign",
		  9999,
		  "96 for 64 sessions at once",
		  "64",
		  "257243" },
		/* Rounds are not known yet: those of 60 s. */
		{ { .sessions = 300, .concurrency = 64 },
		  "sig-ign",
		  0,
		  "96 for 64 sessions at once",
		  "64",
		  "300400" },
		{ { .sessions = 300, .concurrency = 64, .rst = true },
		  "sig-ign",
		  9999,
		  "96 for 64 sessions at once",
		  "64",
		  "100" },
	};
	char processes[128], time_wait[64];

	(void)state;
	for (size_t i = 0; i < COUNT(of); i++) {
		config.arms = 0;
		add_level(add(&churn, of[i].load, of[i].rounds), of[i].subject,
			  NAN, false);
		assert_string_equal(look_at("open-files")->need, of[i].files);
		machine.taken = 0;
		snprintf(processes, sizeof(processes),
			 "%s: a process for each of %s sessions, and the "
			 "others",
			 of[i].processes, of[i].processes);
		assert_string_equal(look_at("pid-max")->need, processes);
		snprintf(time_wait, sizeof(time_wait),
			 "%s: what the run leaves within 60 s",
			 of[i].time_wait);
		assert_string_equal(look_at("time-wait")->need, time_wait);
	}
}

static void ballast_needs_memory(void **state)
{
	static const struct {
		double available;
		enum doctor_level level;
		const char *fix;
	} of[] = {
		{ 1300, DOCTOR_OK, "" },
		{ 1100, DOCTOR_WARN,
		  "see what uses it with: ps aux "
		  "--sort=-rss" },
		{ 1000, DOCTOR_FAIL, "LEVELS=0MiB,64MiB,256MiB" },
		{ 200, DOCTOR_FAIL, "LEVELS=0MiB,64MiB" },
		{ 1, DOCTOR_FAIL, "lower SESSIONS or CONCURRENCY to 9" },
	};
	static const double mib[] = { 0, 64, 256, 1024 };
	struct arm *a;

	(void)state;
	config.arms = 0;
	a = add(&memory, (struct load){ .sessions = 100, .concurrency = 16 },
		5);
	for (size_t i = 0; i < COUNT(mib); i++)
		add_level(a, "sig-ign", mib[i], false);
	for (size_t i = 0; i < COUNT(of); i++) {
		const struct doctor_finding *f;

		machine.memory_mib = of[i].available;
		f = look_at("memory");
		assert_int_equal(f->level, of[i].level);
		assert_string_equal(f->fix, of[i].fix);
		assert_string_equal(f->need, "1026 MiB for 16 sessions, and "
					     "1024 MiB of ballast");
	}
}

static void what_forks_copy_has_limits(void **state)
{
	static const struct {
		const char *experiment, *series, *check;
		double amount;
		const char *need, *fix;
	} of[] = {
		{ "descriptors", "", "parent-files", 15000,
		  "15064, of the server's parent",
		  "ulimit -n 15064, or lower LEVELS" },
		{ "mappings", "", "map-count", 10000,
		  "11024, of the server's parent",
		  "sysctl -w vm.max_map_count=11024" },
		{ "pages", "huge", "huge-pages", 16, "madvise, or always",
		  "echo madvise >/sys/kernel/mm/transparent_hugepage/enabled" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(of); i++) {
		const struct doctor_finding *f;
		struct arm *a;

		config.arms = 0;
		a = add(experiment_find(of[i].experiment),
			(struct load){ .sessions = 40, .concurrency = 16 }, 5);
		add_level(a, "sig-ign", of[i].amount, false);
		snprintf(a->level[0].series, sizeof(a->level[0].series), "%s",
			 of[i].series);
		f = look_at(of[i].check);
		assert_int_equal(f->level, DOCTOR_OK);
		assert_string_equal(f->need, of[i].need);
		machine.files_hard = 15063;
		machine.map_count = 11023;
		snprintf(machine.fact[FACT_HUGE_PAGES], FACT_BYTES,
			 "always madvise [never]");
		f = look_at(of[i].check);
		assert_int_equal(f->level, DOCTOR_FAIL);
		assert_string_equal(f->fix, of[i].fix);
		machine.files_hard = 1048576;
		machine.map_count = 65530;
		snprintf(machine.fact[FACT_HUGE_PAGES], FACT_BYTES,
			 "always [madvise] never");
	}
}

/* hyperfine, and what keeps it from being run, matters to wall alone. */
static void a_tool_that_is_not_used_may_be_missing(void **state)
{
	const struct doctor_finding *f;

	(void)state;
	machine.hyperfine_error = ENOENT;
	config.arms = 2;
	f = look_at("hyperfine");
	assert_int_equal(f->level, DOCTOR_OK);
	assert_string_equal(f->value, "not needed without wall");
	assert_string_equal(f->fix, "");
}

static void subjects_that_are_missing_are_left_out(void **state)
{
	const struct doctor_finding *f;
	struct arm *a;

	(void)state;
	config.servers = 2;
	config.server[0] = (struct subject){ .name = "mine",
					     .program = "/no/such/mine",
					     .package = "mined" };
	config.server[1] = (struct subject){ .name = "yours" };
	a = add(&servers, (struct load){ .sessions = 1, .concurrency = 1 }, 1);
	add_level(a, "yours", NAN, false);
	add_level(a, "yours", NAN, true);
	assert_int_equal(look_at("subjects")->level, DOCTOR_OK);
	add_level(a, "mine", NAN, false);
	f = look_at("subjects");
	assert_int_equal(f->level, DOCTOR_WARN);
	assert_string_equal(f->value, "left out: mine");
	assert_string_equal(f->fix, "apt-get install mined");
	/* Without its baseline, an experiment can't be run. */
	strcpy(a->level[0].subject, "mine");
	f = look_at("subjects");
	assert_int_equal(f->level, DOCTOR_FAIL);
	assert_string_equal(f->value, "left out: mine, mine");
}

/* --- telling -------------------------------------------------------------- */

static void the_worst_is_the_worst_of_all(void **state)
{
	(void)state;
	doctor = (struct doctor){ .count = 3 };
	assert_int_equal(doctor_worst(&doctor), DOCTOR_OK);
	doctor.finding[2].level = DOCTOR_WARN;
	assert_int_equal(doctor_worst(&doctor), DOCTOR_WARN);
	doctor.finding[1].level = DOCTOR_FAIL;
	assert_int_equal(doctor_worst(&doctor), DOCTOR_FAIL);
	doctor.finding[3].level = DOCTOR_FAIL;
	doctor.finding[1].level = DOCTOR_OK;
	assert_int_equal(doctor_worst(&doctor), DOCTOR_WARN);
}

/* What is no UTF-8, as a folder may be called, is a question mark; advice has
 * it as a shell needs it. */
static void they_are_told_as_json(void **state)
{
	static const char *const keys[] = { "check", "reads", "level",
					    "value", "need",  "fix" };
	json_t *list;

	(void)state;
	strcpy(machine.folder, "r\xe9sultats");
	machine.folder_error = ENOENT;
	machine.somaxconn = 128;
	doctor_look(&doctor, &config, &machine);
	assert_string_equal(look_at("results")->value, "r?sultats: No such "
						       "file or directory");
	assert_string_equal(look_at("results")->fix, "mkdir -p \"$(printf "
						     "'r\\351sultats')\"");
	list = doctor_json(&doctor);
	assert_int_equal(json_array_size(list), doctor.count);
	for (size_t i = 0; i < doctor.count; i++) {
		const struct doctor_finding *f = &doctor.finding[i];
		const char *texts[] = {
			f->check, f->reads, doctor_levels[f->level],
			f->value, f->need,  f->fix
		};
		json_t *one = json_array_get(list, i);

		assert_int_equal(json_object_size(one), 6);
		for (size_t j = 0; j < 6; j++) {
			json_t *value = json_object_get(one, keys[j]);

			assert_string_equal(json_string_value(value), texts[j]);
		}
	}
	json_decref(list);
}

static void they_are_told_as_a_table(void **state)
{
	static const char table[] = "      check    value  needed\n"
				    "ok    load     0.5\xc2\xb5   at most 2\n"
				    "warn  disk     a?b?   15 MiB\n"
				    "        free some\n"
				    "FAIL  threads  too long to be in line "
				    "with the others  more\n"
				    "ok    told     of it\n";
	char text[1024] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	(void)state;
	doctor = (struct doctor){
		.count = 4,
		.finding = {
			{ "load", "", DOCTOR_OK, "0.5\xc2\xb5", "at most 2",
			  "" },
			{ "disk", "", DOCTOR_WARN, "a?b?", "15 MiB",
			  "free some" },
			{ "threads", "", DOCTOR_FAIL,
			  "too long to be in line with the others", "more",
			  "" },
			{ "told", "", DOCTOR_OK, "of it", "", "" },
		},
	};
	doctor_tell(&doctor, false, out);
	fclose(out);
	assert_string_equal(text, table);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(each_check_finds_what_it_should),
		TEST(each_check_is_tried_both_ways),
		TEST(one_cpu_is_too_few),
		TEST(advice_of_the_cpu_source_is_passed_on),
		TEST(servers_of_a_run_are_waited_for),
		TEST(needs_follow_from_the_largest_arm),
		TEST(ballast_needs_memory),
		TEST(what_forks_copy_has_limits),
		TEST(a_tool_that_is_not_used_may_be_missing),
		TEST(subjects_that_are_missing_are_left_out),
		TEST(the_worst_is_the_worst_of_all),
		TEST(they_are_told_as_json),
		TEST(they_are_told_as_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/fixture_doctor.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#define MIB (UINT64_C(1024) * 1024)
#define DISK_BYTES (4 * MIB + 105 * MIB / 8)

struct config fixture_doctor_config(void)
{
	return (struct config){
		.rounds = 6,
		.warmups = 1,
		.aa = true,
		.modes = 4,
		.with = { true, true, true },
		.load = { [EXPERIMENT_CHURN] = { .concurrency = 64 },
			  [EXPERIMENT_HOLD] = { .concurrency = 5000 },
			  [EXPERIMENT_WALL] = { .concurrency = 64,
						.sessions = 2000 } },
	};
}

struct doctor_facts fixture_doctor_facts(void)
{
	return (struct doctor_facts){
		.files_soft = 1024,
		.files_hard = 1048576,
		.limits = { .most = { 4194304, 100000, UINT64_MAX, 20000 },
			    .taken = 1500,
			    .cgroup_file = "/sys/fs/cgroup/x/pids.max" },
		.ports = { 32768, 60999, 28232 },
		.time_wait_most = 65536,
		.somaxconn = 4096,
		.stray = { { .pid = 4711 } }, /* of none */
		.listener = "127.0.1.7:40000",
		.unfinished_run = "results/old.partial",
		.cpus = 4,
		.turbo_off = "echo 1 >no_turbo",
		.huge_pages = "always [madvise] never",
		.now = { .load_1min = 0.5,
			 .cpu_pressure_avg10_pct = 1,
			 .time_wait_sockets = 100,
			 .memory_available_kib = 8388608 },
		.foreign_cpu_pct = 1,
		.foreign_most = "cc1 (PID 99)",
		.gnuplot.version = "gnuplot 5.4 patchlevel 4",
		.hyperfine.version = "hyperfine 1.15.0",
		.folder = "results",
		.disk_bytes = 1024 * MIB,
		.clock_source = "tsc",
	};
}

void fixture_doctor_set(struct doctor_facts *f,
			const struct fixture_doctor_but *but)
{
	char *at = (char *)f + but->offset;

	switch (but->kind) {
	case NOTHING:
		break;
	case IS_U64:
		*(uint64_t *)at = but->number;
		break;
	case IS_SIZE:
		*(size_t *)at = (size_t)but->number;
		break;
	case IS_INT:
		*(int *)at = (int)but->number;
		break;
	case IS_FLAG:
		*(bool *)at = true;
		break;
	case IS_REAL:
		*(double *)at = but->real;
		break;
	case IS_TEXT:
		snprintf(at, DOCTOR_TEXT, "%s", but->text);
		break;
	case IS_ELSEWHERE:
		*(const char **)at = but->text;
		break;
	}
}

#define AT(member) offsetof(struct doctor_facts, member)
#define LIMIT(kind) limits.most[LIMITS_##kind]
#define NONE .but = { .kind = NOTHING }
#define FLAG(member) .but = { AT(member), IS_FLAG, .number = 1 }
#define SIZE(member, n) .but = { AT(member), IS_SIZE, .number = n }
#define U64(member, n) .but = { AT(member), IS_U64, .number = n }
#define INT(member, n) .but = { AT(member), IS_INT, .number = n }
#define REAL(member, x) .but = { AT(member), IS_REAL, .real = x }
#define TEXT(member, t) .but = { AT(member), IS_TEXT, .text = t }
#define ELSEWHERE(member, t) .but = { AT(member), IS_ELSEWHERE, .text = t }
#define OK DOCTOR_OK
#define WARN DOCTOR_WARN
#define FAIL DOCTOR_FAIL

const struct fixture_doctor_known fixture_doctor_known[] = {
	{ "programs",
	  "echod and loadgen, beside forkbench",
	  { { NONE, OK, "built", "" },
	    { ELSEWHERE(unbuilt, "/x/loadgen"), FAIL,
	      "/x/loadgen cannot be run", "make" } } },
	{ "gnuplot",
	  "to draw the plots",
	  { { NONE, OK, "gnuplot 5.4 patchlevel 4", "" },
	    { INT(gnuplot.error, ENOENT), FAIL,
	      "cannot be run: No such file or directory",
	      "apt-get install gnuplot-nox" },
	    { TEXT(gnuplot.version, ""), WARN, "does not tell its version",
	      "apt-get install --reinstall gnuplot-nox" } } },
	{ "hyperfine",
	  "to time wall",
	  { { NONE, OK, "hyperfine 1.15.0", "" },
	    { INT(hyperfine.error, EACCES), FAIL,
	      "cannot be run: Permission denied",
	      "apt-get install hyperfine" } } },
	{ "results",
	  "a folder that can be written",
	  { { NONE, OK, "results: can be written", "" },
	    { INT(folder_error, EROFS), FAIL, "results: Read-only file system",
	      "give another folder with OUT" },
	    { INT(folder_error, ENOENT), FAIL,
	      "results: No such file or directory", "mkdir -p 'results'" } } },
	{ "disk",
	  "18 MiB for 105 cells",
	  { { NONE, OK, "1024 MiB free", "" },
	    { U64(disk_bytes, UINT64_MAX), OK, "unknown", "" },
	    { U64(disk_bytes, DISK_BYTES), OK, "17 MiB free", "" },
	    { U64(disk_bytes, DISK_BYTES - 1), FAIL, "17 MiB free",
	      "free some, or give another folder with OUT" } } },
	{ "children-list",
	  "readable, to count zombies",
	  { { NONE, OK, "readable", "" },
	    { INT(children_error, ENOENT), FAIL, "No such file or directory",
	      "boot a kernel with CONFIG_PROC_CHILDREN=y" } } },
	{ "open-files",
	  "5032 for 5000 sessions at once",
	  { { NONE, OK, "1048576 (soft 1024)", "" },
	    { U64(files_hard, UINT64_MAX), OK, "no limit", "" },
	    { U64(files_hard, 5032), OK, "5032 (soft 1024)", "" },
	    { U64(files_hard, 5031), WARN, "5031 (soft 1024)",
	      "ulimit -n 5032, or lower SESSIONS" },
	    { U64(files_hard, 111), WARN, "111 (soft 1024)",
	      "ulimit -n 5032, or lower SESSIONS" },
	    { U64(files_hard, 110), FAIL, "110 (soft 1024)",
	      "ulimit -n 5032, or lower SESSIONS" },
	    { U64(files_hard, 32), FAIL, "32 (soft 1024)",
	      "ulimit -n 5032, or lower SESSIONS" } } },
	{ "user-processes",
	  "6500: 5000 sessions are as many processes, beside 1500",
	  { { NONE, OK, "no limit", "" },
	    { U64(LIMIT(USER), 6500), OK, "6500", "" },
	    { U64(LIMIT(USER), 6499), FAIL, "6499",
	      "ulimit -u 6500, or lower SESSIONS or CONCURRENCY" } } },
	{ "cgroup-processes",
	  "6500: 5000 sessions are as many processes, beside 1500",
	  { { NONE, OK, "20000", "" },
	    { U64(LIMIT(CGROUP), 1500), FAIL, "1500",
	      "echo 6500 >/sys/fs/cgroup/x/pids.max" } } },
	{ "threads-max",
	  "6500: 5000 sessions are as many processes, beside 1500",
	  { { NONE, OK, "100000", "" },
	    { U64(LIMIT(THREADS_MAX), 0), FAIL, "0",
	      "sysctl -w kernel.threads-max=6500" } } },
	{ "pid-max",
	  "6500: 5000 sessions are as many processes, beside 1500",
	  { { NONE, OK, "4194304", "" },
	    { U64(LIMIT(PID_MAX), 4096), FAIL, "4096",
	      "sysctl -w kernel.pid_max=6500" } } },
	{ "memory",
	  "538 MiB for 5000 sessions",
	  { { NONE, OK, "8192 MiB available", "" },
	    { REAL(now.memory_available_kib, NAN), OK, "unknown", "" },
	    { REAL(now.memory_available_kib, 550000), OK, "537 MiB available",
	      "" },
	    { REAL(now.memory_available_kib, 549999), FAIL, "537 MiB available",
	      "lower SESSIONS or CONCURRENCY to 4999" } } },
	{ "ports",
	  "10000: 2 a session, for each daemon",
	  { { NONE, OK, "28232", "" },
	    { U64(ports.count, 10000), OK, "10000", "" },
	    { U64(ports.count, 9999), WARN, "9999",
	      "sysctl -w net.ipv4.ip_local_port_range='1024 65535'" },
	    { U64(ports.count, 0), FAIL, "0",
	      "sysctl -w net.ipv4.ip_local_port_range='1024 65535'" } } },
	{ "time-wait",
	  "below 65536 (tcp_max_tw_buckets)",
	  { { NONE, OK, "100", "" },
	    { REAL(now.time_wait_sockets, NAN), OK, "unknown", "" },
	    { REAL(now.time_wait_sockets, 65535), OK, "65535", "" },
	    { REAL(now.time_wait_sockets, 65536), WARN, "65536",
	      "wait for a minute, or: sysctl -w "
	      "net.ipv4.tcp_max_tw_buckets=262144" } } },
	{ "somaxconn",
	  "4096, the daemon's backlog",
	  { { NONE, OK, "4096", "" },
	    { U64(somaxconn, 4095), WARN, "4095",
	      "sysctl -w net.core.somaxconn=4096" } } },
	{ "busy-ports",
	  "none where the daemons will be",
	  { { NONE, OK, "free", "" },
	    { SIZE(listeners, 1), WARN, "1 taken: 127.0.1.7:40000",
	      "see what it is with: ss -ltnp src 127.0.1.7:40000" },
	    { SIZE(listeners, 2), WARN, "2 taken: 127.0.1.7:40000, ...",
	      "see what it is with: ss -ltnp src 127.0.1.7:40000" } } },
	{ "stale-daemons",
	  "none",
	  { { NONE, OK, "none", "" },
	    { SIZE(strays, 1), WARN, "1: PID 4711", "kill 4711" } } },
	{ "cpus",
	  "2: the daemon's and the load generator's",
	  { { NONE, OK, "4", "" },
	    { U64(cpus, UINT64_MAX), OK, "unknown", "" },
	    { U64(cpus, 2), OK, "2", "" },
	    { U64(cpus, 1), WARN, "1", "use a machine with 2 CPUs or more" } } },
	{ "governor",
	  "performance, or none",
	  { { NONE, OK, "none", "" },
	    { TEXT(governor, "performance"), OK, "performance", "" },
	    { TEXT(governor, "powersave"), WARN, "powersave",
	      "cpupower frequency-set -g performance" } } },
	{ "turbo",
	  "off: it comes and goes with the heat",
	  { { NONE, OK, "off", "" },
	    { INT(turbo, UINT64_MAX), OK, "not to be seen", "" },
	    { INT(turbo, 1), WARN, "on", "echo 1 >no_turbo" } } },
	{ "huge-pages",
	  "",
	  { { NONE, OK, "always [madvise] never", "" },
	    { TEXT(huge_pages, ""), OK, "unknown", "" } } },
	{ "clock",
	  "tsc, or another that needs no system call",
	  { { NONE, OK, "tsc", "" },
	    { TEXT(clock_source, ""), OK, "unknown", "" },
	    { TEXT(clock_source, "kvm-clock"), OK, "kvm-clock", "" },
	    { TEXT(clock_source, "arch_sys_counter"), OK, "arch_sys_counter",
	      "" },
	    { TEXT(clock_source, "hpet"), WARN, "hpet",
	      "echo tsc >/sys/devices/system/clocksource/clocksource0/"
	      "current_clocksource" } } },
	{ "steal",
	  "at most 5 %",
	  { { NONE, OK, "0.00 %", "" },
	    { REAL(steal_pct, NAN), OK, "unknown", "" },
	    { REAL(steal_pct, 5), OK, "5.00 %", "" },
	    { REAL(steal_pct, 5.01), WARN, "5.01 %",
	      "wait until the host is less busy" } } },
	{ "foreign",
	  "at most 10 % of a CPU",
	  { { NONE, OK, "1.00 % of a CPU", "" },
	    { REAL(foreign_cpu_pct, NAN), OK, "unknown", "" },
	    { REAL(foreign_cpu_pct, 10), OK, "10.00 % of a CPU", "" },
	    { REAL(foreign_cpu_pct, 10.01), WARN, "10.01 % of a CPU",
	      "stop what uses most of it: cc1 (PID 99)" } } },
	{ "load",
	  "at most 2",
	  { { NONE, OK, "0.50", "" },
	    { REAL(now.load_1min, NAN), OK, "unknown", "" },
	    { REAL(now.load_1min, 2), OK, "2.00", "" },
	    { REAL(now.load_1min, 2.01), WARN, "2.01",
	      "see what runs with: top; or wait for a minute after a "
	      "build" } } },
	{ "pressure",
	  "at most 10 %",
	  { { NONE, OK, "1.00 %", "" },
	    { REAL(now.cpu_pressure_avg10_pct, NAN), OK, "unknown", "" },
	    { REAL(now.cpu_pressure_avg10_pct, 10), OK, "10.00 %", "" },
	    { REAL(now.cpu_pressure_avg10_pct, 10.01), WARN, "10.01 %",
	      "see what runs with: top" } } },
	{ "sigchld",
	  "default",
	  { { NONE, OK, "default", "" },
	    { FLAG(sigchld_ignored), WARN, "ignored",
	      "nothing, forkbench sets it itself; to be rid of this: env "
	      "--default-signal=CHLD" } } },
	{ "unfinished",
	  "",
	  { { NONE, OK, "0", "" },
	    { SIZE(unfinished, 2), OK, "2",
	      "forkbench resume results/old.partial" } } },
	{ .check = NULL },
};

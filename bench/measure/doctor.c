#include "bench/measure/doctor.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "bench/json.h"
#include "bench/study/validity.h"
#include "lib/limits.h"
#include "lib/sock.h"

/* A session's memory: its child, and the sockets at both ends. */
#define SESSION_MIB (110 / 1024.0)
/* On disk: a cell's lines, and the report with its plots. */
#define CELL_MIB (16 / 1024.0)
#define REPORT_MIB 8.0
/* What a cell takes: a fixed part, and its sessions. 300 take 40 ms. */
#define CELL_S 0.015
#define SESSIONS_PER_S 12000.0
/* The kernel keeps a connection in TIME_WAIT for so long. */
#define TIME_WAIT_S 60.0
/* Room that processes of others may take in a control group meanwhile. */
#define GROUP_SPARE 100.0

const char *const doctor_levels[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_WARN] = "warn",
	[DOCTOR_FAIL] = "FAIL",
};

/* Open files and mappings of echod, in addition to those that it is told. */
enum { FILES_SPARE = 64, MAPS_SPARE = 1024 };

/* --- what a run needs ----------------------------------------------------- */

/* Modes that leave children as zombies for as long as the server lives. */
static const char *const leaking[] = { "none", "waitpid-once" };

/* All double, so that a row of the table can name one. */
struct needs {
	double at_once;	  /* sessions that are open at once */
	double processes; /* children at once, zombies included */
	double system_processes, group_processes; /* and what is there */
	double cells, disk_mib, memory_mib, ports, time_wait;
	double ballast_mib; /* at most, of a server's parent; as these: */
	double parent_files, mappings;
	bool huge_pages;
	double cpus, all_cpus, half_cpus, backlog;
	double steal_pct, foreign_pct, pressure_pct;
	bool wall;
};

/* Of the level that has most. */
static double sessions_at_once(const struct arm *a)
{
	double most = 0;

	for (size_t i = 0; i < a->levels; i++)
		most = fmax(most, (double)arm_load(a, i).concurrency);
	return most;
}

/* On average over the levels. */
static double sessions_of_cell(const struct arm *a)
{
	double sum = 0;

	for (size_t i = 0; i < a->levels; i++)
		sum += (double)arm_load(a, i).sessions;
	return sum / (double)a->levels + (double)a->load.warm;
}

static double cell_s(const struct arm *a)
{
	return CELL_S + sessions_of_cell(a) / SESSIONS_PER_S;
}

/* So many at most: rounds are not known before the warm-up. */
static double cells_of(const struct arm *a, size_t profile)
{
	const struct share *s = experiment_share(a->experiment, profile);
	unsigned rounds = a->rounds ? a->rounds : s->most;
	double cells = (double)((rounds + 1) * a->levels);

	if (!a->rounds && s->time_s > 0 && s->time_s / cell_s(a) < cells)
		cells = ceil(s->time_s / cell_s(a));
	return cells;
}

/* Children that a cell has at once; of a server that isn't ours, all. */
static double processes_of(const struct config *c, const struct arm *a)
{
	for (size_t i = 0; i < a->levels; i++) {
		const char *name = a->level[i].subject;
		const struct subject *s = config_subject(c, name);

		if (s && !s->counters)
			return sessions_of_cell(a);
		for (size_t j = 0; j < 2; j++)
			if (strcmp(name, leaking[j]) == 0)
				return sessions_of_cell(a);
	}
	return sessions_at_once(a);
}

/* MiB that a server's parent holds. */
static double ballast_of(const struct arm *a, size_t level)
{
	if (a->experiment->factor != FACTOR_BALLAST)
		return 0;
	return (double)arm_amount(a, level) / 1048576;
}

/* Of a factor that is a count of what the parent holds, and what it has else. */
static double held_of(const struct arm *a, size_t level, enum factor factor,
		      double spare)
{
	return a->experiment->factor == factor ?
		       (double)arm_amount(a, level) + spare :
		       0;
}

static double memory_of(const struct arm *a, size_t level)
{
	return ballast_of(a, level) +
	       (double)arm_load(a, level).concurrency * SESSION_MIB;
}

static void add_needs(struct needs *n, const struct config *c,
		      const struct arm *a)
{
	double cells = cells_of(a, c->profile);
	double ended = cells * sessions_of_cell(a);
	double in_a_minute = TIME_WAIT_S / cell_s(a) * sessions_of_cell(a);

	n->cells += cells;
	n->at_once = fmax(sessions_at_once(a), n->at_once);
	n->processes = fmax(processes_of(c, a), n->processes);
	for (size_t i = 0; i < a->levels; i++) {
		n->ballast_mib = fmax(ballast_of(a, i), n->ballast_mib);
		n->memory_mib = fmax(memory_of(a, i), n->memory_mib);
		n->parent_files =
			fmax(held_of(a, i, FACTOR_DESCRIPTORS, FILES_SPARE),
			     n->parent_files);
		n->mappings = fmax(held_of(a, i, FACTOR_MAPPINGS, MAPS_SPARE),
				   n->mappings);
		n->huge_pages |= strcmp(a->level[i].series, "huge") == 0;
	}
	/* One that is stretched over the run leaves less at a time. */
	if (!a->load.rst)
		n->time_wait = fmax(fmin(ended, in_a_minute), n->time_wait);
	n->wall |= a->experiment->procedure == PROCEDURE_WALL;
}

static struct needs needs_of(const struct config *c, const struct machine *m)
{
	struct needs n = {
		.at_once = 1,
		.cpus = 2,
		.all_cpus = m->cpus,
		.half_cpus = m->cpus / 2,
		.backlog = SOCK_BACKLOG,
		.steal_pct = VALIDITY_STEAL_PCT,
		.foreign_pct = VALIDITY_FOREIGN_PCT,
		.pressure_pct = 10,
	};

	for (size_t i = 0; i < c->arms; i++)
		add_needs(&n, c, &c->arm[i]);
	n.system_processes = n.processes + m->taken;
	n.group_processes = n.processes + m->group_taken + GROUP_SPARE;
	n.disk_mib = ceil(REPORT_MIB + n.cells * CELL_MIB);
	n.memory_mib = ceil(n.memory_mib);
	/* A connect() is slow once every second port is in use. */
	n.ports = 2 * n.at_once;
	n.time_wait =
		ceil(n.time_wait) + (isnan(m->time_wait) ? 0 : m->time_wait);
	return n;
}

/* --- the table ------------------------------------------------------------ */

/* What a check is made from, and what it finds: DOCTOR_OK and empty so far. */
struct look {
	const struct config *c;
	const struct machine *m;
	const struct needs *n;
	struct doctor_finding *d;
};

/*
 * A row is judged by a function, or compares a number of struct machine with
 * one of struct needs. In its texts # is what is needed, @ another of the
 * needs, and $ a text of struct machine.
 */
struct row {
	const char *name, *reads;
	void (*judge)(const struct look *k);
	size_t have, need; /* offsets */
	enum { AT_LEAST, AT_MOST } sense;
	enum doctor_level level; /* if it is broken */
	const char *shape;	 /* of the value, for printf */
	const char *words, *fix;
	size_t other, text; /* offsets, for @ and $ */
};

__attribute__((format(printf, 2, 3))) static void say(char out[DOCTOR_SAY],
						      const char *format, ...)
{
	size_t used = strlen(out);
	va_list list;

	va_start(list, format);
	vsnprintf(out + used, DOCTOR_SAY - used, format, list);
	va_end(list);
}

/* Sets what is needed, and, unless the level is DOCTOR_OK, what to do. */
__attribute__((format(printf, 4, 5))) static void judge(const struct look *k,
							const char *need,
							enum doctor_level level,
							const char *fix, ...)
{
	va_list list;

	say(k->d->need, "%s", need);
	k->d->level = level;
	if (level == DOCTOR_OK)
		return;
	va_start(list, fix);
	vsnprintf(k->d->fix, DOCTOR_SAY, fix, list);
	va_end(list);
}

static enum doctor_level if_bad(bool bad, enum doctor_level level)
{
	return bad ? level : DOCTOR_OK;
}

static double number_at(const void *facts, size_t offset)
{
	return *(const double *)((const char *)facts + offset);
}

static void fill(char out[DOCTOR_SAY], const char *words, const struct row *r,
		 const struct look *k)
{
	for (; *words; words++) {
		if (*words == '#')
			say(out, "%.10g", number_at(k->n, r->need));
		else if (*words == '@')
			say(out, "%.10g", number_at(k->n, r->other));
		else if (*words == '$')
			say(out, "%s", (const char *)k->m + r->text);
		else
			say(out, "%c", *words);
	}
}

/* What is not known is not broken. */
static void compare(const struct row *r, const struct look *k)
{
	double have = number_at(k->m, r->have);
	double need = number_at(k->n, r->need);

	if (isnan(have))
		say(k->d->value, "unknown");
	else if (isinf(have))
		say(k->d->value, "no limit");
	else
		say(k->d->value, r->shape, have);
	fill(k->d->need, r->words, r, k);
	if (r->sense == AT_LEAST ? !(have < need) : !(have > need))
		return;
	k->d->level = r->level;
	fill(k->d->fix, r->fix, r, k);
}

static void judge_programs(const struct look *k)
{
	const char *path = k->m->unbuilt;

	say(k->d->value, path ? "%.200s cannot be run" : "built", path);
	judge(k, "ours, beside forkbench", if_bad(path, DOCTOR_FAIL), "make");
}

static void judge_tool(const struct look *k, const char *need, int error,
		       enum fact fact, const char *package)
{
	const char *version = k->m->fact[fact];

	say(k->d->value, error ? "cannot be run: %.200s" : "%.200s",
	    error    ? strerror(error) :
	    *version ? version :
		       "does not tell its version");
	judge(k, need,
	      error    ? DOCTOR_FAIL :
	      *version ? DOCTOR_OK :
			 DOCTOR_WARN,
	      "apt-get install%s %s", error ? "" : " --reinstall", package);
}

static void judge_gnuplot(const struct look *k)
{
	judge_tool(k, "to draw the plots", k->m->gnuplot_error, FACT_GNUPLOT,
		   "gnuplot-nox");
}

static void judge_hyperfine(const struct look *k)
{
	if (k->n->wall) {
		judge_tool(k, "to time wall", k->m->hyperfine_error,
			   FACT_HYPERFINE, "hyperfine");
		return;
	}
	say(k->d->value, "not needed without wall");
	judge(k, "to time wall", DOCTOR_OK, " ");
}

/* A level that can't be started is left out; a baseline can't be. */
static void judge_level(const struct look *k, const struct arm *a, size_t level)
{
	const char *name = a->level[level].subject, *lacks;
	const struct subject *s = config_subject(k->c, name);
	const char *and = *k->d->fix ? "; " : "";

	if (!s || a->level[level].aa || subject_is_there(s, &lacks))
		return;
	say(k->d->value, "%s%s", *k->d->value ? ", " : "left out: ", name);
	if (k->d->level != DOCTOR_FAIL)
		k->d->level = level ? DOCTOR_WARN : DOCTOR_FAIL;
	if (strncmp(lacks, "root", 4) == 0)
		say(k->d->fix, "%srun as root for %s", and, name);
	else
		say(k->d->fix, "%sapt-get install %s", and, lacks);
}

static void judge_subjects(const struct look *k)
{
	say(k->d->need, "the servers that are compared");
	for (size_t i = 0; i < k->c->arms; i++)
		for (size_t j = 0; j < k->c->arm[i].levels; j++)
			judge_level(k, &k->c->arm[i], j);
	if (!*k->d->value)
		say(k->d->value, "all there");
}

static void judge_results(const struct look *k)
{
	int error = k->m->folder_error;
	char word[DOCTOR_SAY - 16];

	say(k->d->value, "%.200s: %s", k->m->folder,
	    error ? strerror(error) : "can be written");
	judge(k, "a folder that can be written", if_bad(error, DOCTOR_FAIL),
	      error == ENOENT && plain_word(k->m->folder, word, sizeof(word)) ?
		      "mkdir -p %s" :
		      "give another folder with OUT",
	      word);
}

static void judge_children(const struct look *k)
{
	int error = k->m->children_error;

	say(k->d->value, "%s", error ? strerror(error) : "readable");
	judge(k, "readable, to count zombies", if_bad(error, DOCTOR_FAIL), "%s",
	      error == ENOENT ? "boot a kernel with CONFIG_PROC_CHILDREN=y" :
				"mount -o remount,hidepid=0 /proc");
}

static void judge_proc(const struct look *k)
{
	bool lacks = k->m->proc_lacks_system, hides = k->m->proc_hides;

	say(k->d->value, lacks ? "processes alone (subset)" :
			 hides ? "others' hidden (hidepid)" :
				 "all to be seen");
	judge(k, "all to be seen, to notice steal and foreign load",
	      if_bad(lacks || hides, DOCTOR_WARN), "%s",
	      lacks ? "mount /proc without subset=pid" :
		      "mount -o remount,hidepid=0 /proc, or run as root");
}

static void judge_cpu_source(const struct look *k)
{
	const char *source = k->m->cpu_source, *advice = k->m->cpu_advice;

	say(k->d->value, "%s", source ? source : "none");
	judge(k, "cgroup v2, v1 or perf_event, for CPU per session",
	      if_bad(!source, DOCTOR_WARN), "%s",
	      *advice ? advice : "run it by: systemd-run --user --scope");
}

/* With one address, ports in TIME_WAIT pile up from cell to cell. */
static void judge_loopback(const struct look *k)
{
	int one = k->m->one_address_error, all = k->m->all_addresses_error;

	say(k->d->value,
	    one ? "127.0.0.1: %s" :
	    all ? "one address; 127.0.1.1: %s" :
		  "usable",
	    strerror(one ? one : all));
	judge(k, "127.0.0.0/8, an address for each server",
	      one ? DOCTOR_FAIL : if_bad(all, DOCTOR_WARN),
	      "%sip addr add 127.0.0.1/8 dev lo",
	      one ? "ip link set lo up; " : "");
}

static void judge_open_files(const struct look *k)
{
	double hard = k->m->files_hard, sessions = k->n->at_once;
	double need = sessions + LIMITS_OWN_DESCRIPTORS;
	uint64_t workers = limits_workers(
		(uint64_t)sessions, isinf(hard) ? UINT64_MAX : (uint64_t)hard);

	/* The load generator raises its own soft limit. */
	say(k->d->value, isinf(hard) ? "no limit" : "%.0f (soft %.0f)", hard,
	    k->m->files_soft);
	say(k->d->need, "%.0f for %.0f sessions at once", need, sessions);
	/* More than one worker of it take more CPU from the server. */
	judge(k, "",
	      workers > LIMITS_MOST_WORKERS ? DOCTOR_FAIL :
					      if_bad(workers > 1, DOCTOR_WARN),
	      "ulimit -n %.0f, or lower SESSIONS", need);
}

/* The levels of ballast that there is room for, as LEVELS takes them. */
static void say_levels_that_fit(const struct look *k, char out[DOCTOR_SAY])
{
	for (size_t i = 0; i < k->c->arms; i++) {
		const struct arm *a = &k->c->arm[i];

		for (size_t j = 0; j < a->levels; j++)
			if (a->experiment->factor == FACTOR_BALLAST &&
			    !a->level[j].aa &&
			    memory_of(a, j) <= k->m->memory_mib)
				say(out, "%s%s",
				    *out ? "," : "LEVELS=", a->level[j].name);
	}
}

static void judge_memory(const struct look *k)
{
	double have = k->m->memory_mib, need = k->n->memory_mib;
	char fix[DOCTOR_SAY] = "";

	say(k->d->value, isnan(have) ? "unknown" : "%.0f MiB available", have);
	say(k->d->need, "%.0f MiB for %.0f sessions", need, k->n->at_once);
	if (k->n->ballast_mib > 0)
		say(k->d->need, ", and %.0f MiB of ballast", k->n->ballast_mib);
	/* Where memory is short, the kernel reclaims some while we measure. */
	if (!(have < need))
		say(fix, "see what uses it with: ps aux --sort=-rss");
	else if (k->n->ballast_mib > 0)
		say_levels_that_fit(k, fix);
	if (!*fix)
		say(fix, "lower SESSIONS or CONCURRENCY to %.0f",
		    floor(have / SESSION_MIB));
	judge(k, "",
	      have < need ? DOCTOR_FAIL :
			    if_bad(have < 1.25 * need, DOCTOR_WARN),
	      "%s", fix);
}

static void judge_listeners(const struct look *k)
{
	size_t n = k->m->listeners;

	say(k->d->value, n ? "%zu taken: %s%s" : "free", n, k->m->listener,
	    n > 1 ? ", ..." : "");
	judge(k, "none where the servers will be", if_bad(n, DOCTOR_WARN),
	      "see what it is with: ss -ltnp src %s", k->m->listener);
}

/* Those that serve a run end with it; the others are to be killed. */
static void judge_strays(const struct look *k)
{
	char fix[DOCTOR_SAY] = "";
	pid_t run = 0;

	say(k->d->value, k->m->strays ? "%zu: PID" : "none", k->m->strays);
	for (size_t i = 0; i < k->m->strays && i < STRAYS_MOST; i++) {
		const struct stray *s = &k->m->stray[i];

		say(k->d->value, " %d", (int)s->pid);
		if (s->run)
			run = s->run;
		else
			say(fix, "%s %d", *fix ? "" : "kill", (int)s->pid);
	}
	if (!*fix)
		say(fix, "wait until the run of forkbench %d has ended",
		    (int)run);
	judge(k, "none", if_bad(k->m->strays, DOCTOR_WARN), "%s", fix);
}

static void judge_governor(const struct look *k)
{
	const char *name = k->m->fact[FACT_GOVERNOR];

	say(k->d->value, "%.64s", *name ? name : "none");
	judge(k, "performance, or none",
	      if_bad(*name && strcmp(name, "performance") != 0, DOCTOR_WARN),
	      "cpupower frequency-set -g performance");
}

static void judge_turbo(const struct look *k)
{
	const char *turbo = k->m->fact[FACT_TURBO];

	say(k->d->value, "%.64s", *turbo ? turbo : "not to be seen");
	judge(k, "off: it comes and goes with the heat",
	      if_bad(strcmp(turbo, "on") == 0, DOCTOR_WARN), "%s",
	      k->m->turbo_off);
}

static void judge_huge_pages(const struct look *k)
{
	const char *text = k->m->fact[FACT_HUGE_PAGES];

	say(k->d->value, "%.64s", *text ? text : "unknown");
	judge(k, k->n->huge_pages ? "madvise, or always" : "",
	      if_bad(k->n->huge_pages && (!*text || strstr(text, "[never]")),
		     DOCTOR_FAIL),
	      "echo madvise >/sys/kernel/mm/transparent_hugepage/enabled");
}

static void judge_clock(const struct look *k)
{
	/* Those that are read without a system call. */
	static const char *const fast[] = { "", "tsc", "kvm-clock",
					    "arch_sys_counter",
					    "hyperv_clocksource_tsc_page" };
	const char *name = k->m->fact[FACT_CLOCK_SOURCE];
	bool slow = true;

	for (size_t i = 0; i < sizeof(fast) / sizeof(fast[0]); i++)
		slow &= strcmp(name, fast[i]) != 0;
	say(k->d->value, "%.64s", *name ? name : "unknown");
	judge(k, "tsc, or another that needs no system call",
	      if_bad(slow, DOCTOR_WARN),
	      "echo tsc >/sys/devices/system/clocksource/clocksource0/"
	      "current_clocksource");
}

static void judge_sigchld(const struct look *k)
{
	bool ignored = k->m->sigchld_ignored;

	say(k->d->value, ignored ? "ignored" : "default");
	/* spawn_set_up() has mended it, for this process and its own. */
	judge(k, "default", if_bad(ignored, DOCTOR_WARN),
	      "nothing, forkbench sets it itself; to be rid of this: env "
	      "--default-signal=CHLD");
}

static void judge_unfinished(const struct look *k)
{
	char word[DOCTOR_SAY - 32];

	say(k->d->value, "%zu", k->m->unfinished);
	if (k->m->unfinished)
		say(k->d->fix, "forkbench resume %s",
		    plain_word(k->m->unfinished_run, word, sizeof(word)) ?
			    word :
			    "RUN");
}

#define ABOUT(member) .other = offsetof(struct needs, member)
#define TEXT(member) .text = offsetof(struct machine, member)
#define COMPARE(member, with)                     \
	.have = offsetof(struct machine, member), \
	.need = offsetof(struct needs, with)
#define WARN DOCTOR_WARN
#define FAIL DOCTOR_FAIL
#define A_CHILD_EACH "#: a process for each of @ sessions, and the others"

static const struct row rows[] = {
	{ "programs", "beside forkbench itself", .judge = judge_programs },
	{ "gnuplot", "gnuplot --version", .judge = judge_gnuplot },
	{ "hyperfine", "hyperfine --version", .judge = judge_hyperfine },
	{ "subjects", "access(2)", .judge = judge_subjects },
	{ "results", "access(2)", .judge = judge_results },
	{ "disk", "statvfs(3)", COMPARE(disk_mib, disk_mib), AT_LEAST, FAIL,
	  "%.0f MiB free", "# MiB for up to @ cells",
	  "free some, or give another folder with OUT", ABOUT(cells) },
	{ "file-size", "RLIMIT_FSIZE", COMPARE(file_mib, disk_mib), AT_LEAST,
	  FAIL, "%.3g MiB", "# MiB", "ulimit -f unlimited" },
	{ "children-list", "/proc/self/task/*/children",
	  .judge = judge_children },
	{ "proc", "/proc/1/stat, /proc/stat", .judge = judge_proc },
	{ "cpu-source", "control group, perf_event_open(2)",
	  .judge = judge_cpu_source },
	{ "loopback", "bind(2), connect(2)", .judge = judge_loopback },
	{ "open-files", "RLIMIT_NOFILE", .judge = judge_open_files },
	{ "parent-files", "RLIMIT_NOFILE", COMPARE(files_hard, parent_files),
	  AT_LEAST, FAIL, "%.0f", "#, of the server's parent",
	  "ulimit -n #, or lower LEVELS" },
	{ "map-count", "/proc/sys/vm/max_map_count",
	  COMPARE(map_count, mappings), AT_LEAST, FAIL, "%.0f",
	  "#, of the server's parent", "sysctl -w vm.max_map_count=#" },
	{ "user-processes", "RLIMIT_NPROC",
	  COMPARE(user_processes, system_processes), AT_LEAST, FAIL, "%.0f",
	  A_CHILD_EACH, "ulimit -u #, or lower SESSIONS or CONCURRENCY",
	  ABOUT(processes) },
	{ "cgroup-processes", "pids.max of our group and its ancestors",
	  COMPARE(group_max, group_processes), AT_LEAST, FAIL, "%.0f",
	  A_CHILD_EACH, "echo # >$", ABOUT(processes), TEXT(group_file) },
	{ "threads-max", "/proc/sys/kernel/threads-max",
	  COMPARE(threads_max, system_processes), AT_LEAST, FAIL, "%.0f",
	  A_CHILD_EACH, "sysctl -w kernel.threads-max=#", ABOUT(processes) },
	{ "pid-max", "/proc/sys/kernel/pid_max",
	  COMPARE(pid_max, system_processes), AT_LEAST, FAIL, "%.0f",
	  A_CHILD_EACH, "sysctl -w kernel.pid_max=#", ABOUT(processes) },
	{ "memory", "/proc/meminfo, memory.max", .judge = judge_memory },
	{ "ports", "/proc/sys/net/ipv4/ip_local_port_range",
	  COMPARE(ports, ports), AT_LEAST, WARN, "%.0f",
	  "#: 2 a session, for each server",
	  "sysctl -w net.ipv4.ip_local_port_range='1024 65535'" },
	{ "time-wait", "/proc/sys/net/ipv4/tcp_max_tw_buckets",
	  COMPARE(time_wait_max, time_wait), AT_LEAST, WARN, "%.0f",
	  "#: what the run leaves within 60 s",
	  "sysctl -w net.ipv4.tcp_max_tw_buckets=#, or CLOSE=rst" },
	{ "somaxconn", "/proc/sys/net/core/somaxconn",
	  COMPARE(somaxconn, backlog), AT_LEAST, WARN, "%.0f",
	  "#, the servers' backlog", "sysctl -w net.core.somaxconn=#" },
	{ "busy-ports", "/proc/net/tcp", .judge = judge_listeners },
	{ "stale-daemons", "/proc/*/stat", .judge = judge_strays },
	{ "cpus", "sched_getaffinity(2)", COMPARE(cpus, cpus), AT_LEAST, WARN,
	  "%.0f", "#: the server's and the load generator's",
	  "use a machine with # CPUs or more" },
	{ "cpu-quota", "cpu.max of our group and its ancestors",
	  COMPARE(quota_cpus, all_cpus), AT_LEAST, WARN, "%.2f CPUs",
	  "no quota, or # CPUs",
	  "raise the quota in $, or run outside of that group",
	  TEXT(quota_file) },
	{ "governor", "/sys/.../scaling_governor", .judge = judge_governor },
	{ "turbo", "/sys/.../intel_pstate/no_turbo, boost",
	  .judge = judge_turbo },
	{ "huge-pages", "/sys/.../transparent_hugepage",
	  .judge = judge_huge_pages },
	{ "clock", "/sys/.../current_clocksource", .judge = judge_clock },
	{ "steal", "/proc/stat, twice in 200 ms", COMPARE(steal_pct, steal_pct),
	  AT_MOST, WARN, "%.2f %%", "at most # %",
	  "wait until the host is less busy" },
	{ "foreign", "CPU clocks of processes, twice in 200 ms",
	  COMPARE(foreign_pct, foreign_pct), AT_MOST, WARN, "%.2f %% of a CPU",
	  "at most # % of a CPU", "stop what uses most of it: $",
	  TEXT(foreign_most) },
	{ "load", "/proc/loadavg, of 1 minute", COMPARE(load_1min, half_cpus),
	  AT_MOST, WARN, "%.2f", "at most #",
	  "see what runs with: top; or wait for a minute after a build" },
	{ "pressure", "/proc/pressure/cpu, of 10 s",
	  COMPARE(pressure_pct, pressure_pct), AT_MOST, WARN, "%.2f %%",
	  "at most # %", "see what runs with: top" },
	{ "sigchld", "as inherited", .judge = judge_sigchld },
	{ "unfinished", "*.partial among the results",
	  .judge = judge_unfinished },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))
_Static_assert(ROWS <= DOCTOR_CHECKS, "no room for the findings");

void doctor_look(struct doctor *d, const struct config *c,
		 const struct machine *m)
{
	struct needs n = needs_of(c, m);

	d->count = ROWS;
	for (size_t i = 0; i < ROWS; i++) {
		struct look k = { .c = c, .m = m, .n = &n, .d = &d->finding[i] };

		*k.d = (struct doctor_finding){ .check = rows[i].name,
						.reads = rows[i].reads };
		if (rows[i].judge)
			rows[i].judge(&k);
		else
			compare(&rows[i], &k);
		/* A folder may be called anything. */
		plain_text(k.d->value);
		plain_text(k.d->fix);
	}
}

enum doctor_level doctor_worst(const struct doctor *d)
{
	enum doctor_level worst = DOCTOR_OK;

	for (size_t i = 0; i < d->count; i++)
		if (d->finding[i].level > worst)
			worst = d->finding[i].level;
	return worst;
}

/* --- telling -------------------------------------------------------------- */

json_t *doctor_json(const struct doctor *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->count; i++) {
		const struct doctor_finding *f = &d->finding[i];
		json_t *one = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}",
					"check", f->check, "reads", f->reads,
					"level", doctor_levels[f->level],
					"value", f->value, "need", f->need,
					"fix", f->fix);

		if (json_array_append_new(list, one) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static void tell_json(const struct doctor *d, FILE *out)
{
	json_t *list = doctor_json(d);

	json_dumpf(list, out, JSON_INDENT(2));
	json_decref(list);
	fputc('\n', out);
}

/* Characters, of UTF-8. */
static int width(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static void tell_table(const struct doctor *d, FILE *out)
{
	enum { WIDEST = 34 };
	int check = 5, value = 5, missing;

	for (size_t i = 0; i < d->count; i++) {
		const struct doctor_finding *f = &d->finding[i];

		if (width(f->check) > check)
			check = width(f->check);
		if (width(f->value) > value && width(f->value) <= WIDEST)
			value = width(f->value);
	}
	fprintf(out, "      %-*s  %-*s  needed\n", check, "check", value,
		"value");
	for (size_t i = 0; i < d->count; i++) {
		const struct doctor_finding *f = &d->finding[i];

		fprintf(out, "%-4s  %-*s  ", doctor_levels[f->level], check,
			f->check);
		missing = *f->need ? value - width(f->value) : 0;
		fprintf(out, "%s%*s%s%s%s%s\n", f->value,
			missing > 0 ? missing : 0, "", *f->need ? "  " : "",
			f->need, *f->fix ? "\n        " : "", f->fix);
	}
}

void doctor_tell(const struct doctor *d, bool json, FILE *out)
{
	if (json)
		tell_json(d, out);
	else
		tell_table(d, out);
}

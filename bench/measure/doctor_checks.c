#include "bench/measure/doctor_checks.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench/measure/doctor_quiet.h"
#include "bench/measure/doctor_room.h"

const char *const doctor_levels[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_WARN] = "warn",
	[DOCTOR_FAIL] = "FAIL",
};

void doctor_say(char out[DOCTOR_SAY], const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(out, DOCTOR_SAY, format, list);
	va_end(list);
}

/* Those that serve a run end with it; the others are to be killed. */
static void judge_strays(const struct doctor_case *k)
{
	const struct doctor_facts *f = k->f;
	char *value = k->d->value, *fix = k->d->fix;
	pid_t run = 0;

	doctor_say(k->d->need, "none");
	if (!f->strays) {
		doctor_say(value, "none");
		return;
	}
	k->d->level = DOCTOR_WARN;
	doctor_say(value, "%zu: PID", f->strays);
	for (size_t i = 0; i < f->strays && i < DOCTOR_STRAYS; i++) {
		const struct doctor_stray *s = &f->stray[i];
		size_t used = strlen(value);

		snprintf(value + used, DOCTOR_SAY - used, " %d", (int)s->pid);
		if (s->run) {
			run = s->run;
			continue;
		}
		used = strlen(fix);
		snprintf(fix + used, DOCTOR_SAY - used, "%s %d",
			 used ? "" : "kill", (int)s->pid);
	}
	if (!*fix)
		doctor_say(fix, "wait until the run of forkbench %d has ended",
			   (int)run);
}

/* A daemon lets the kernel choose among the ports that are free. */
static void judge_listeners(const struct doctor_case *k)
{
	doctor_say(k->d->need, "none where the daemons will be");
	if (!k->f->listeners) {
		doctor_say(k->d->value, "free");
		return;
	}
	k->d->level = DOCTOR_WARN;
	doctor_say(k->d->value, "%zu taken: %s%s", k->f->listeners,
		   k->f->listener, k->f->listeners > 1 ? ", ..." : "");
	doctor_say(k->d->fix, "see what it is with: ss -ltnp src %s",
		   k->f->listener);
}

static void judge_unfinished(const struct doctor_case *k)
{
	doctor_say(k->d->value, "%zu", k->f->unfinished);
	if (k->f->unfinished)
		doctor_say(k->d->fix, "forkbench resume %.200s",
			   k->f->unfinished_run);
}

static void judge_sigchld(const struct doctor_case *k)
{
	doctor_say(k->d->value, k->f->sigchld_ignored ? "ignored" : "default");
	doctor_say(k->d->need, "default");
	if (!k->f->sigchld_ignored)
		return;
	/* spawn_set_up() has mended it, for this process and its own. */
	k->d->level = DOCTOR_WARN;
	doctor_say(k->d->fix, "nothing, forkbench sets it itself; to be rid "
			      "of this: env --default-signal=CHLD");
}

static void judge_programs(const struct doctor_case *k)
{
	doctor_say(k->d->value, "%.200s%s",
		   k->f->unbuilt ? k->f->unbuilt : "built",
		   k->f->unbuilt ? " cannot be run" : "");
	doctor_say(k->d->need, "echod and loadgen, beside forkbench");
	if (!k->f->unbuilt)
		return;
	k->d->level = DOCTOR_FAIL;
	doctor_say(k->d->fix, "make");
}

static void judge_tool(const struct doctor_case *k,
		       const struct doctor_tool *tool, const char *package)
{
	if (tool->error) {
		k->d->level = DOCTOR_FAIL;
		doctor_say(k->d->value, "cannot be run: %s",
			   strerror(tool->error));
		doctor_say(k->d->fix, "apt-get install %s", package);
		return;
	}
	doctor_say(k->d->value, "%s", tool->version);
	if (*tool->version)
		return;
	k->d->level = DOCTOR_WARN;
	doctor_say(k->d->value, "does not tell its version");
	doctor_say(k->d->fix, "apt-get install --reinstall %s", package);
}

static void judge_gnuplot(const struct doctor_case *k)
{
	doctor_say(k->d->need, "to draw the plots");
	judge_tool(k, &k->f->gnuplot, "gnuplot-nox");
}

static void judge_hyperfine(const struct doctor_case *k)
{
	doctor_say(k->d->need, "to time wall");
	if (k->c->with[EXPERIMENT_WALL])
		judge_tool(k, &k->f->hyperfine, "hyperfine");
	else
		doctor_say(k->d->value, "not needed without wall");
}

static void judge_children(const struct doctor_case *k)
{
	int error = k->f->children_error;

	doctor_say(k->d->value, "%s", error ? strerror(error) : "readable");
	doctor_say(k->d->need, "readable, to count zombies");
	if (!error)
		return;
	k->d->level = DOCTOR_FAIL;
	doctor_say(k->d->fix, "boot a kernel with CONFIG_PROC_CHILDREN=y");
}

static void judge_results(const struct doctor_case *k)
{
	int error = k->f->folder_error;

	doctor_say(k->d->value, "%.200s: %s", k->f->folder,
		   error ? strerror(error) : "can be written");
	doctor_say(k->d->need, "a folder that can be written");
	if (!error)
		return;
	k->d->level = DOCTOR_FAIL;
	if (error == ENOENT)
		doctor_say(k->d->fix, "mkdir -p '%.200s'", k->f->folder);
	else
		doctor_say(k->d->fix, "give another folder with OUT");
}

const struct doctor_check doctor_checks[] = {
	{ "programs", "beside forkbench itself", judge_programs },
	{ "gnuplot", "gnuplot --version", judge_gnuplot },
	{ "hyperfine", "hyperfine --version", judge_hyperfine },
	{ "results", "access(2)", judge_results },
	{ "disk", "statvfs(3)", doctor_disk },
	{ "children-list", "/proc/self/task/*/children", judge_children },
	{ "open-files", "RLIMIT_NOFILE", doctor_open_files },
	{ "user-processes", "RLIMIT_NPROC", doctor_user_processes },
	{ "cgroup-processes", "pids.max", doctor_cgroup_processes },
	{ "threads-max", "/proc/sys/kernel/threads-max", doctor_threads_max },
	{ "pid-max", "/proc/sys/kernel/pid_max", doctor_pid_max },
	{ "memory", "/proc/meminfo", doctor_memory },
	{ "ports", "/proc/sys/net/ipv4/ip_local_port_range", doctor_ports },
	{ "time-wait", "/proc/net/sockstat", doctor_time_wait },
	{ "somaxconn", "/proc/sys/net/core/somaxconn", doctor_somaxconn },
	{ "busy-ports", "/proc/net/tcp", judge_listeners },
	{ "stale-daemons", "/proc/*/stat", judge_strays },
	{ "cpus", "sched_getaffinity(2)", doctor_cpus },
	{ "governor", "/sys/.../scaling_governor", doctor_governor },
	{ "turbo", "/sys/.../intel_pstate/no_turbo, boost", doctor_turbo },
	{ "huge-pages", "/sys/.../transparent_hugepage", doctor_huge_pages },
	{ "clock", "/sys/.../current_clocksource", doctor_clock },
	{ "steal", "/proc/stat, twice in 200 ms", doctor_steal },
	{ "foreign", "/proc/*/stat, twice in 200 ms", doctor_foreign },
	{ "load", "/proc/loadavg, of 1 minute", doctor_load },
	{ "pressure", "/proc/pressure/cpu, of 10 s", doctor_pressure },
	{ "sigchld", "as inherited", judge_sigchld },
	{ "unfinished", "results/*.partial", judge_unfinished },
	{ NULL },
};

_Static_assert(sizeof(doctor_checks) / sizeof(doctor_checks[0]) - 1 <=
		       DOCTOR_CHECKS,
	       "no room for the findings");

void doctor_judge(struct doctor *d, const struct doctor_facts *f,
		  const struct config *config)
{
	d->count = 0;
	for (const struct doctor_check *c = doctor_checks; c->name; c++) {
		struct doctor_finding *found = &d->finding[d->count++];
		struct doctor_case k = { .f = f, .c = config, .d = found };

		*found = (struct doctor_finding){ .check = c->name };
		c->judge(&k);
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

json_t *doctor_json(const struct doctor *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->count; i++) {
		const struct doctor_finding *f = &d->finding[i];
		/* No UTF-8, as a path may be: null. */
		json_t *one = json_pack("{s:s, s:s, s:s, s:o?, s:s, s:o?}",
					"check", f->check, "reads",
					doctor_checks[i].reads, "level",
					doctor_levels[f->level], "value",
					json_string(f->value), "need", f->need,
					"fix", json_string(f->fix));

		if (json_array_append_new(list, one) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

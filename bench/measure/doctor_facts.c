#include "bench/measure/doctor_facts.h"

#include <errno.h>
#include <glob.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bench/measure/doctor_scan.h"
#include "bench/measure/host.h"
#include "lib/children.h"
#include "lib/clock.h"

#define SYS_CPU "/sys/devices/system/cpu/"

/* The first line of a file, without its newline; "" if there is none. */
static void read_line(const char *path, char out[DOCTOR_TEXT])
{
	FILE *in = fopen(path, "re");

	if (!in || !fgets(out, DOCTOR_TEXT, in))
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	if (in)
		fclose(in);
}

static void read_limits(struct doctor_facts *f)
{
	static const char buckets[] = "/proc/sys/net/ipv4/tcp_max_tw_buckets";
	struct rlimit limit;

	f->files_soft = f->files_hard = UINT64_MAX;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		f->files_soft = limit.rlim_cur;
		f->files_hard = limit.rlim_max;
	}
	limits_read(&f->limits);
	f->ports = limits_ports_read();
	f->time_wait_most = limits_number(buckets);
	f->somaxconn = limits_number("/proc/sys/net/core/somaxconn");
}

/* One that is not as fast as it can be, if there is any. */
static void read_governor(char out[DOCTOR_TEXT])
{
	glob_t found;

	out[0] = '\0';
	if (glob(SYS_CPU "cpufreq/policy*/scaling_governor", 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		read_line(found.gl_pathv[i], out);
		if (strcmp(out, "performance") != 0)
			break;
	}
	globfree(&found);
}

static void read_turbo(struct doctor_facts *f)
{
	uint64_t off = limits_number(SYS_CPU "intel_pstate/no_turbo");
	uint64_t on = limits_number(SYS_CPU "cpufreq/boost");

	f->turbo = -1;
	if (off <= 1) {
		f->turbo = !off;
		f->turbo_off = "echo 1 >" SYS_CPU "intel_pstate/no_turbo";
	} else if (on <= 1) {
		f->turbo = (int)on;
		f->turbo_off = "echo 0 >" SYS_CPU "cpufreq/boost";
	}
}

static void read_cpus(struct doctor_facts *f)
{
	static const char thp[] = "/sys/kernel/mm/transparent_hugepage/enabled";
	static const char clock[] = "/sys/devices/system/clocksource/"
				    "clocksource0/current_clocksource";
	cpu_set_t set;

	f->cpus = sched_getaffinity(0, sizeof(set), &set) < 0 ?
			  UINT64_MAX :
			  (uint64_t)CPU_COUNT(&set);
	read_governor(f->governor);
	read_turbo(f);
	read_line(thp, f->huge_pages);
	read_line(clock, f->clock_source);
}

static void read_tool(struct doctor_tool *t, const char *name)
{
	t->error = tool_version(name, t->version) < 0 ? errno : 0;
}

/* Where the run's folder is made: `out`'s own folder, or results/. */
static void read_folder(struct doctor_facts *f, const char *out)
{
	char inside[PATH_MAX + 2];
	struct statvfs disk;
	char *slash;

	snprintf(f->folder, sizeof(f->folder), "%s", out ? out : "results");
	if (out) {
		size_t n = strlen(f->folder);

		while (n > 1 && f->folder[n - 1] == '/')
			f->folder[--n] = '\0';
		slash = strrchr(f->folder, '/');
		if (!slash)
			snprintf(f->folder, sizeof(f->folder), ".");
		else
			slash[slash == f->folder] = '\0';
	} else if (access(f->folder, F_OK) < 0 && errno == ENOENT) {
		/* The run makes it. */
		snprintf(f->folder, sizeof(f->folder), ".");
	}
	f->folder_error = 0;
	f->disk_bytes = UINT64_MAX;
	snprintf(inside, sizeof(inside), "%s/.", f->folder);
	if (access(inside, W_OK | X_OK) < 0)
		f->folder_error = errno;
	else if (statvfs(f->folder, &disk) == 0)
		f->disk_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
}

static int try_children(void)
{
	struct children c;
	int error;

	if (children_init(&c) < 0)
		return errno;
	error = children_read(&c, getpid()) < 0 ? errno : 0;
	children_release(&c);
	return error;
}

void doctor_facts_read(struct doctor_facts *f, const struct doctor_subject *s)
{
	uint64_t end_ns = clock_now_ns() + DOCTOR_LOOK_MS * NS_PER_MS;
	struct evidence seen = { .foreign_cpu_pct = NAN };
	struct host_watch watch;
	struct drift drift;

	host_begin(&watch, "/proc");
	*f = (struct doctor_facts){ .sigchld_ignored = s->sigchld_ignored };
	read_limits(f);
	read_cpus(f);
	read_tool(&f->gnuplot, "gnuplot");
	read_tool(&f->hyperfine, "hyperfine");
	f->unbuilt = access(s->echod, X_OK) < 0	  ? s->echod :
		     access(s->loadgen, X_OK) < 0 ? s->loadgen :
						    NULL;
	read_folder(f, s->out);
	f->children_error = try_children();
	doctor_scan(f, &watch.foreign);
	clock_sleep_until(end_ns);
	drift = host_end(&watch, &seen);
	host_release(&watch);
	f->now = drift.after;
	f->steal_pct = drift.during.steal_pct;
	f->foreign_cpu_pct = drift.during.foreign_cpu_pct;
	snprintf(f->foreign_most, sizeof(f->foreign_most), "%s",
		 seen.foreign_most);
}

#include "bench/measure/machine.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <math.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/measure/watch.h"
#include "bench/place.h"
#include "bench/spawn.h"
#include "build_info.h"
#include "lib/children.h"
#include "lib/limits.h"
#include "lib/sock.h"

#define SYS_CPU "/sys/devices/system/cpu/"
#define TOOL_NS (5 * NS_PER_S)
#define MIB 1048576.0

static const struct {
	const char *group, *key;
	enum fact_type type;
	const char *file, *field;
} facts[FACT_COUNT] = {
#define X(id, group, key, type, file, field) { group, key, type, file, field },
	MACHINE_FACTS(X)
#undef X
};

/* Those that a run keeps for all of its cells. */
static const struct {
	enum fact fact;
	const char *what;
} fixed[] = {
	{ FACT_KERNEL, "the kernel" },
	{ FACT_CPU, "the CPU" },
	{ FACT_CPUS, "the number of CPUs" },
	{ FACT_CPUS_ALLOWED, "the CPUs that may be used" },
	{ FACT_VERSION, "forkbench's version" },
	{ FACT_COMMIT, "the commit" },
	{ FACT_DIRTY, "whether the tree was dirty" },
	{ FACT_COMPILER, "the compiler" },
	{ FACT_FLAGS, "the compiler's flags" },
};

const char *machine_commit(void)
{
	return BUILD_COMMIT;
}

__attribute__((format(printf, 3, 4))) static void
know(struct machine *m, enum fact fact, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(m->fact[fact], FACT_BYTES, format, list);
	va_end(list);
}

/* --- tools ---------------------------------------------------------------- */

/* The first line of its --version. Returns 0, or why it can't be run. */
static int read_tool(struct machine *m, enum fact fact)
{
	const char *const argv[] = { facts[fact].key, "--version", NULL };
	char path[64];
	struct spawn_command command = { .argv = argv, .output = path };
	struct spawn process;
	int fd = memfd_create("version", MFD_CLOEXEC), error = 0;

	if (fd < 0)
		return errno;
	/* What the child opens before exec, while the descriptor is there. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (spawn_start(&process, &command) < 0) {
		error = errno;
	} else {
		spawn_wait(&process, clock_now_ns() + TOOL_NS);
		spawn_stop(&process, SIGKILL, 0);
		if (spawn_succeeded(&process))
			kernel_line(path, m->fact[fact], FACT_BYTES);
	}
	close(fd);
	return error;
}

/* --- CPUs ----------------------------------------------------------------- */

static void read_hypervisor(struct machine *m)
{
	static const char *const names[] = { "/sys/hypervisor/type", "/sys/"
								     "class/"
								     "dmi/id/"
								     "sys_"
								     "vendor" };
	char flags[8192];

	know(m, FACT_HYPERVISOR, "none");
	if (!kernel_field("/proc/cpuinfo", "flags", flags, sizeof(flags)) ||
	    !strstr(flags, " hypervisor"))
		return;
	for (int i = 0; i < 2; i++)
		if (kernel_line(names[i], m->fact[FACT_HYPERVISOR], FACT_BYTES))
			return;
	know(m, FACT_HYPERVISOR, "virtual machine");
}

/* One that is not as fast as it can be, if there is any. */
static void read_governor(struct machine *m)
{
	char *name = m->fact[FACT_GOVERNOR];
	glob_t found;

	if (glob(SYS_CPU "cpufreq/policy*/scaling_governor", 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		kernel_line(found.gl_pathv[i], name, FACT_BYTES);
		if (strcmp(name, "performance") != 0)
			break;
	}
	globfree(&found);
}

static void read_cpus(struct machine *m)
{
	double off = kernel_number(SYS_CPU "intel_pstate/no_turbo", "", "");
	double on = kernel_number(SYS_CPU "cpufreq/boost", "", "");
	cpu_set_t set;

	m->cpus = sched_getaffinity(0, sizeof(set), &set) < 0 ? NAN :
								CPU_COUNT(&set);
	know(m, FACT_CPUS, "%ld", sysconf(_SC_NPROCESSORS_ONLN));
	read_hypervisor(m);
	read_governor(m);
	if (!isnan(off) || !isnan(on)) {
		know(m, FACT_TURBO, off == 0 || on == 1 ? "on" : "off");
		m->turbo_off = isnan(off) ? "echo 0 >" SYS_CPU "cpufreq/boost" :
					    "echo 1 >" SYS_CPU "intel_pstate/"
					    "no_turbo";
	}
}

/* --- limits --------------------------------------------------------------- */

/* Of lib/limits.h, where UINT64_MAX is none. */
static double limit(uint64_t value)
{
	return value == UINT64_MAX ? INFINITY : (double)value;
}

static void read_limits(struct machine *m)
{
	struct rlimit most;
	struct limits l;

	limits_read(&l);
	m->pid_max = limit(l.most[LIMITS_PID_MAX]);
	m->threads_max = limit(l.most[LIMITS_THREADS_MAX]);
	m->user_processes = limit(l.most[LIMITS_USER]);
	m->taken = (double)l.taken;
	m->files_soft = m->files_hard = INFINITY;
	if (getrlimit(RLIMIT_NOFILE, &most) == 0) {
		if (most.rlim_cur != RLIM_INFINITY)
			m->files_soft = (double)most.rlim_cur;
		if (most.rlim_max != RLIM_INFINITY) {
			m->files_hard = (double)most.rlim_max;
			know(m, FACT_OPEN_FILES, "%.0f", m->files_hard);
		}
	}
	m->file_mib = INFINITY;
	if (getrlimit(RLIMIT_FSIZE, &most) == 0 &&
	    most.rlim_cur != RLIM_INFINITY)
		m->file_mib = (double)most.rlim_cur / MIB;
	if (getrlimit(RLIMIT_NPROC, &most) == 0 &&
	    most.rlim_max != RLIM_INFINITY)
		know(m, FACT_PROCESSES, "%.0f", (double)most.rlim_max);
	m->ports = (double)limits_ports_read().count;
	m->time_wait_max = kernel_number(facts[FACT_TW_BUCKETS].file, "", "");
	m->map_count = kernel_number("/proc/sys/vm/max_map_count", "", "");
	m->somaxconn = kernel_number(facts[FACT_ACCEPT_QUEUE].file, "", "");
	m->time_wait = kernel_number("/proc/net/sockstat", "TCP:", " tw ");
	m->memory_mib =
		kernel_number("/proc/meminfo", "MemAvailable:", ":") / 1024;
	m->load_1min = kernel_number("/proc/loadavg", "", "");
	m->pressure_pct = kernel_number("/proc/pressure/cpu", "some", "avg10=");
}

static double group_number(const struct kernel_groups *g, size_t i,
			   const char *file, char path[KERNEL_PATH + 32])
{
	snprintf(path, KERNEL_PATH + 32, "%s/%s", g->folder[i], file);
	return kernel_number(path, "", "");
}

void machine_groups(struct machine *m, const char *proc)
{
	char path[KERNEL_PATH + 32], quota[64];
	struct kernel_groups g;

	m->group_max = m->quota_cpus = INFINITY;
	m->group_taken = 0;
	kernel_groups(&g, proc, "pids");
	for (size_t i = 0; i < g.count; i++) {
		double taken = group_number(&g, i, "pids.current", path);
		double most = group_number(&g, i, "pids.max", path);

		if (isnan(taken))
			taken = 0;
		if (isnan(most) ||
		    most - taken >= m->group_max - m->group_taken)
			continue;
		m->group_max = most;
		m->group_taken = taken;
		snprintf(m->group_file, sizeof(m->group_file), "%.*s",
			 (int)sizeof(m->group_file) - 1, path);
	}
	kernel_groups(&g, proc, "cpu");
	for (size_t i = 0; i < g.count; i++) {
		double most, period = NAN;

		if (g.unified) {
			most = group_number(&g, i, "cpu.max", path);
			if (kernel_line(path, quota, sizeof(quota)) &&
			    sscanf(quota, "%*s %lf", &period) != 1)
				period = NAN;
		} else {
			period = group_number(&g, i, "cpu.cfs_period_us", path);
			most = group_number(&g, i, "cpu.cfs_quota_us", path);
		}
		if (!(most > 0) || !(period > 0) ||
		    most / period >= m->quota_cpus)
			continue;
		m->quota_cpus = most / period;
		snprintf(m->quota_file, sizeof(m->quota_file), "%.*s",
			 (int)sizeof(m->quota_file) - 1, path);
	}
	/* Page cache is reclaimed: what is used now is not taken off. */
	kernel_groups(&g, proc, "memory");
	for (size_t i = 0; i < g.count; i++) {
		const char *file = g.unified ? "memory.max" :
					       "memory.limit_in_bytes";

		/* Of a number and a NAN, the number. */
		m->memory_mib = fmin(m->memory_mib,
				     group_number(&g, i, file, path) / MIB);
	}
}

/* --- network, /proc, folders ---------------------------------------------- */

/* While lo is down, bind() succeeds all the same: connect, too. */
static int loopback_error(const char *text)
{
	struct address a, bound;
	char why[PARSE_WHY];
	int fd = -1, peer = -1, error = EINVAL;

	if (parse_address(text, &a, why) < 0)
		return error;
	fd = sock_listen(&a, 1, &bound);
	if (fd >= 0)
		peer = socket(a.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC,
			      0);
	error = peer >= 0 && connect(peer, (struct sockaddr *)&bound.storage,
				     bound.bytes) == 0 ?
			0 :
			errno;
	if (peer >= 0)
		close(peer);
	if (fd >= 0)
		close(fd);
	return error;
}

static int children_error(void)
{
	struct children c;
	int error;

	if (children_init(&c) < 0)
		return errno;
	error = children_read(&c, getpid()) < 0 ? errno : 0;
	children_release(&c);
	return error;
}

/* The folder that a path is in. */
static void leave(char path[PATH_MAX])
{
	size_t n = strlen(path);
	char *slash;

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		snprintf(path, PATH_MAX, ".");
	else
		slash[slash == path] = '\0';
}

/* Where the run's folder is made: in that of `out`, or in place_results(). */
static void read_folder(struct machine *m, const char *out)
{
	char inside[PATH_MAX + 2];
	struct statvfs disk;

	snprintf(m->folder, sizeof(m->folder), "%s",
		 out ? out : place_results());
	if (out)
		leave(m->folder);
	/* The run makes what is missing. */
	while (!out && access(m->folder, F_OK) < 0 && errno == ENOENT)
		leave(m->folder);
	m->disk_mib = NAN;
	snprintf(inside, sizeof(inside), "%s/.", m->folder);
	if (access(inside, W_OK | X_OK) < 0)
		m->folder_error = errno;
	else if (statvfs(m->folder, &disk) == 0)
		m->disk_mib =
			(double)disk.f_bavail * (double)disk.f_frsize / MIB;
}

/* --- what earlier runs left ----------------------------------------------- */

static const char *name_of(const struct foreign *all, pid_t pid)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->process[i].pid == pid)
			return all->process[i].name;
	return "";
}

/* A server is an echod whose parent is none: its children are its own. */
void machine_strays(struct machine *m, const struct foreign *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct foreign_process *p = &all->process[i];
		struct stray stray = { .pid = p->pid };
		const char *parent;

		if (strcmp(p->name, "echod") != 0 || p->ours)
			continue;
		parent = name_of(all, p->parent);
		if (strcmp(parent, "echod") == 0 ||
		    !children_is_running(p->pid, NULL))
			continue;
		if (strcmp(parent, "forkbench") == 0)
			stray.run = p->parent;
		if (m->strays < STRAYS_MOST)
			m->stray[m->strays] = stray;
		m->strays++;
	}
}

void machine_listeners(struct machine *m, FILE *in, unsigned low, unsigned high)
{
	enum { LISTEN = 0x0A };
	char line[256], name[INET_ADDRSTRLEN];
	unsigned port, state;
	struct in_addr a;

	/* The first line is a header; the listeners stand before the rest. */
	while (fgets(line, sizeof(line), in)) {
		if (sscanf(line, " %*u: %8x:%4x %*8x:%*4x %2x", &a.s_addr,
			   &port, &state) != 3)
			continue;
		if (state != LISTEN)
			break;
		if (ntohl(a.s_addr) >> 16 != 0x7f00 ||
		    ntohl(a.s_addr) < 0x7f000100 || port < low || port > high)
			continue;
		if (!m->listeners++)
			snprintf(m->listener, sizeof(m->listener), "%s:%u",
				 inet_ntop(AF_INET, &a, name, sizeof(name)),
				 port);
	}
}

static void find_unfinished(struct machine *m)
{
	static const char partial[] = ".partial";
	const struct dirent *entry;
	DIR *folder = opendir(place_results());

	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		size_t n = strlen(entry->d_name);

		if (n < sizeof(partial) ||
		    strcmp(entry->d_name + n + 1 - sizeof(partial), partial))
			continue;
		if (!m->unfinished++)
			snprintf(m->unfinished_run, sizeof(m->unfinished_run),
				 "%.*s/%s", PATH_MAX - 300, place_results(),
				 entry->d_name);
	}
	closedir(folder);
}

static void find_left(struct machine *m, const struct foreign *all)
{
	struct limits_ports ports = limits_ports_read();
	FILE *in = fopen("/proc/net/tcp", "re");

	if (in) {
		machine_listeners(m, in, ports.low, ports.high);
		fclose(in);
	}
	machine_strays(m, all);
	find_unfinished(m);
}

/* --- all of it ------------------------------------------------------------ */

static void read_texts(struct machine *m)
{
	struct utsname u;
	glob_t found;

	for (size_t i = 0; i < FACT_COUNT; i++) {
		if (facts[i].field)
			kernel_field(facts[i].file, facts[i].field, m->fact[i],
				     FACT_BYTES);
		else if (facts[i].file)
			kernel_line(facts[i].file, m->fact[i], FACT_BYTES);
	}
	if (uname(&u) == 0) {
		know(m, FACT_KERNEL, "%s", u.release);
		know(m, FACT_MACHINE, "%s", u.machine);
	}
	know(m, FACT_VERSION, "%s", VERSION);
	know(m, FACT_COMPILER, "%s", BUILD_COMPILER);
	know(m, FACT_FLAGS, "%s", BUILD_FLAGS);
	know(m, FACT_COMMIT, "%s", BUILD_COMMIT);
	know(m, FACT_DIRTY, "%d", !!BUILD_DIRTY);
	if (glob(SYS_CPU "vulnerabilities/*", 0, NULL, &found))
		return;
	for (size_t i = 0; i < found.gl_pathc && i < WEAKNESSES_MOST; i++) {
		struct weakness *w = &m->weakness[m->weaknesses++];

		snprintf(w->name, sizeof(w->name), "%s",
			 strrchr(found.gl_pathv[i], '/') + 1);
		kernel_line(found.gl_pathv[i], w->state, sizeof(w->state));
	}
	globfree(&found);
}

void machine_look(struct machine *m, const struct machine_places *places)
{
	double value[METRIC_COUNT];
	const struct foreign_process *most;
	struct watch watch;

	*m = (struct machine){ .sigchld_ignored = places->sigchld_ignored };
	read_texts(m);
	m->hyperfine_error = read_tool(m, FACT_HYPERFINE);
	m->gnuplot_error = read_tool(m, FACT_GNUPLOT);
	m->syns = syn_schedule(m->syn_s);
	read_cpus(m);
	read_limits(m);
	machine_groups(m, "/proc");
	m->cpu_source = cpu_source_probe(m->cpu_advice);
	m->one_address_error = loopback_error("127.0.0.1");
	m->all_addresses_error = loopback_error("127.0.1.1");
	m->children_error = children_error();
	m->proc_hides = access("/proc/1/stat", R_OK) < 0;
	m->proc_lacks_system = access("/proc/stat", R_OK) < 0;
	for (const char *const *p = places->programs; *p && !m->unbuilt; p++)
		if (access(*p, X_OK) < 0)
			m->unbuilt = *p;
	read_folder(m, places->out);

	watch_open(&watch, "/proc");
	watch_begin(&watch);
	find_left(m, &watch.foreign);
	clock_sleep_until(watch.begin.at_ns + MACHINE_LOOK_MS * NS_PER_MS);
	watch_end(&watch, value, NULL);
	m->steal_pct = value[METRIC_STEAL_PCT];
	m->foreign_pct = value[METRIC_FOREIGN_CPU_PCT];
	most = foreign_most(&watch.foreign);
	if (most)
		snprintf(m->foreign_most, sizeof(m->foreign_most),
			 "%s (PID %d)", most->name, (int)most->pid);
	watch_close(&watch);
}

static json_t *fact_json(const struct machine *m, enum fact fact)
{
	const char *text = m->fact[fact];
	json_t *value = NULL;

	if (!*text)
		return json_null();
	if (facts[fact].type == FACT_NUMBER)
		value = json_integer(strtoll(text, NULL, 10));
	else if (facts[fact].type == FACT_FLAG)
		value = json_boolean(*text == '1');
	else
		value = json_string(text);
	/* No UTF-8. */
	return value ? value : json_null();
}

static json_t *text_json(const char *text)
{
	json_t *value = *text ? json_string(text) : NULL;

	return value ? value : json_null();
}

json_t *machine_json(const struct machine *m)
{
	json_t *all = json_pack("{s:{}, s:{}, s:{}, s:{}, s:{}, s:{}, s:{}, "
				"s:[]}",
				"host", "vm", "limits", "sysctl", "mitigations",
				"build", "tools", "syn_retransmits_s");
	json_t *syn = json_object_get(all, "syn_retransmits_s");
	json_t *weaknesses = json_object_get(all, "mitigations");
	int rc = all ? 0 : -1;

	for (size_t i = 0; rc == 0 && i < FACT_COUNT; i++)
		rc = json_object_set_new(json_object_get(all, facts[i].group),
					 facts[i].key,
					 fact_json(m, (enum fact)i));
	for (size_t i = 0; rc == 0 && i < m->weaknesses; i++)
		rc = json_object_set_new(weaknesses, m->weakness[i].name,
					 text_json(m->weakness[i].state));
	for (size_t i = 0; rc == 0 && i < m->syns; i++)
		rc = json_array_append_new(syn, json_real(m->syn_s[i]));
	if (rc == 0)
		return all;
	json_decref(all);
	return NULL;
}

int machine_same(const json_t *stored, const struct machine *now,
		 char why[MACHINE_WHY])
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		enum fact fact = fixed[i].fact;
		const json_t *a = json_object_get(
			json_object_get(stored, facts[fact].group),
			facts[fact].key);
		json_t *b = fact_json(now, fact);
		bool same = a ? json_equal(a, b) : json_is_null(b);
		char *was, *is;

		if (!same) {
			was = a ? json_dumps(a, JSON_ENCODE_ANY) : NULL;
			is = json_dumps(b, JSON_ENCODE_ANY);
			snprintf(why, MACHINE_WHY,
				 "%s was %.80s, and is now %.80s",
				 fixed[i].what, was ? was : "unknown",
				 is ? is : "unknown");
			free(was);
			free(is);
		}
		json_decref(b);
		if (!same)
			return -1;
	}
	return 0;
}

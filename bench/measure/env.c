#include "bench/measure/env.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/measure/tool.h"
#include "build_info.h"

enum { TEXT_BYTES = 512 };

const char *env_commit(void)
{
	return BUILD_COMMIT;
}

/* The first line of a file, without its newline; NULL if there is none. */
static const char *first_line(const char *path, char text[TEXT_BYTES])
{
	FILE *in = fopen(path, "re");
	char *got;

	if (!in)
		return NULL;
	got = fgets(text, TEXT_BYTES, in);
	fclose(in);
	if (!got)
		return NULL;
	text[strcspn(text, "\n")] = '\0';
	return text;
}

static json_t *line_of(const char *path)
{
	char text[TEXT_BYTES];
	const char *line = first_line(path, text);

	return line ? json_string(line) : json_null();
}

/* The value behind "key : " in a file such as /proc/cpuinfo. */
static json_t *field_of(const char *path, const char *key)
{
	char text[TEXT_BYTES];
	json_t *found = NULL;
	FILE *in = fopen(path, "re");

	while (in && !found && fgets(text, sizeof(text), in)) {
		char *colon = strchr(text, ':');

		if (!colon || strncmp(text, key, strlen(key)) != 0)
			continue;
		colon++;
		colon += strspn(colon, " \t");
		colon[strcspn(colon, "\n")] = '\0';
		found = json_string(colon);
	}
	if (in)
		fclose(in);
	return found ? found : json_null();
}

static json_t *hypervisor(void)
{
	char text[8192];
	size_t n;
	FILE *in = fopen("/proc/cpuinfo", "re");

	if (!in)
		return json_null();
	n = fread(text, 1, sizeof(text) - 1, in);
	text[n] = '\0';
	fclose(in);
	if (!strstr(text, " hypervisor"))
		return json_string("none");
	json_t *name = line_of("/sys/hypervisor/type");

	if (json_is_string(name))
		return name;
	json_decref(name);
	name = line_of("/sys/class/dmi/id/sys_vendor");
	if (json_is_string(name))
		return name;
	json_decref(name);
	return json_string("virtual machine");
}

static json_t *host(void)
{
	struct utsname u;

	if (uname(&u) < 0)
		return json_null();
	return json_pack("{s:s, s:s, s:o, s:i, s:o, s:o, s:o, s:o, s:o}",
			 "kernel", u.release, "machine", u.machine, "cpu",
			 field_of("/proc/cpuinfo", "model name"), "cpus",
			 (int)sysconf(_SC_NPROCESSORS_ONLN), "cpus_allowed",
			 field_of("/proc/self/status", "Cpus_allowed_list"),
			 "hypervisor", hypervisor(), "clock_source",
			 line_of("/sys/devices/system/clocksource/clocksource0/"
				 "current_clocksource"),
			 "memory", field_of("/proc/meminfo", "MemTotal"),
			 "governor",
			 line_of("/sys/devices/system/cpu/cpu0/cpufreq/"
				 "scaling_governor"));
}

static json_t *vm(void)
{
	return json_pack("{s:o, s:o}", "transparent_hugepage",
			 line_of("/sys/kernel/mm/transparent_hugepage/enabled"),
			 "overcommit",
			 line_of("/proc/sys/vm/overcommit_memory"));
}

static json_t *limit_of(int resource)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0 || limit.rlim_max == RLIM_INFINITY)
		return json_null();
	return json_integer((json_int_t)limit.rlim_max);
}

static json_t *limits(void)
{
	return json_pack("{s:o, s:o}", "open_files", limit_of(RLIMIT_NOFILE),
			 "processes", limit_of(RLIMIT_NPROC));
}

static json_t *sysctls(void)
{
	static const char *const names[] = {
		"kernel/pid_max",
		"kernel/sched_autogroup_enabled",
		"kernel/threads-max",
		"net/core/somaxconn",
		"net/ipv4/ip_local_port_range",
		"net/ipv4/tcp_max_syn_backlog",
		"net/ipv4/tcp_max_tw_buckets",
		"net/ipv4/tcp_tw_reuse",
		"net/ipv4/tcp_syn_linear_timeouts",
		"net/ipv4/tcp_abort_on_overflow",
	};
	json_t *object = json_object();
	char path[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/proc/sys/%s", names[i]);
		json_object_set_new(object, names[i], line_of(path));
	}
	return object;
}

/* Of every weakness of the CPU that the kernel knows. */
static json_t *mitigations(void)
{
	json_t *object = json_object();
	glob_t found;

	if (glob("/sys/devices/system/cpu/vulnerabilities/*", 0, NULL, &found))
		return object;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];

		json_object_set_new(object, strrchr(path, '/') + 1,
				    line_of(path));
	}
	globfree(&found);
	return object;
}

static json_t *version_of(const char *tool)
{
	char text[TOOL_VERSION];
	json_t *version = NULL;

	if (tool_version(tool, text) == 0 && *text)
		version = json_string(text);
	return version ? version : json_null();
}

json_t *env_read(void)
{
	json_t *build = json_pack("{s:s, s:s, s:s, s:s, s:b}", "version",
				  VERSION, "compiler", BUILD_COMPILER, "flags",
				  BUILD_FLAGS, "commit", BUILD_COMMIT, "dirty",
				  BUILD_DIRTY);
	json_t *tools = json_pack("{s:o, s:o}", "hyperfine",
				  version_of("hyperfine"), "gnuplot",
				  version_of("gnuplot"));

	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "schema_version", 1, "host", host(), "vm", vm(),
			 "limits", limits(), "sysctl", sysctls(), "mitigations",
			 mitigations(), "build", build, "tools", tools);
}

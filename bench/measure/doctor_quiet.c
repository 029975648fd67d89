#include "bench/measure/doctor_quiet.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Beyond these a machine is too busy to be measured on, per cent. */
#define MOST_STEAL_PCT 5.0
#define MOST_PRESSURE_PCT 10.0
#define MOST_FOREIGN_PCT 10.0

void doctor_cpus(const struct doctor_case *k)
{
	if (k->f->cpus == UINT64_MAX)
		doctor_say(k->d->value, "unknown");
	else
		doctor_say(k->d->value, "%" PRIu64, k->f->cpus);
	doctor_say(k->d->need, "2: the daemon's and the load generator's");
	if (k->f->cpus >= 2)
		return;
	k->d->level = DOCTOR_WARN;
	doctor_say(k->d->fix, "use a machine with 2 CPUs or more");
}

void doctor_governor(const struct doctor_case *k)
{
	const char *name = k->f->governor;

	doctor_say(k->d->value, "%s", *name ? name : "none");
	doctor_say(k->d->need, "performance, or none");
	if (!*name || strcmp(name, "performance") == 0)
		return;
	k->d->level = DOCTOR_WARN;
	doctor_say(k->d->fix, "cpupower frequency-set -g performance");
}

void doctor_turbo(const struct doctor_case *k)
{
	doctor_say(k->d->value, k->f->turbo < 0 ? "not to be seen" :
				k->f->turbo	? "on" :
						  "off");
	doctor_say(k->d->need, "off: it comes and goes with the heat");
	if (k->f->turbo <= 0)
		return;
	k->d->level = DOCTOR_WARN;
	doctor_say(k->d->fix, "%s", k->f->turbo_off);
}

void doctor_huge_pages(const struct doctor_case *k)
{
	doctor_say(k->d->value, "%s",
		   *k->f->huge_pages ? k->f->huge_pages : "unknown");
}

void doctor_clock(const struct doctor_case *k)
{
	/* Those that are read without a system call. */
	static const char *const fast[] = { "", "tsc", "kvm-clock",
					    "arch_sys_counter",
					    "hyperv_clocksource_tsc_page" };
	const char *name = k->f->clock_source;

	doctor_say(k->d->value, "%s", *name ? name : "unknown");
	doctor_say(k->d->need, "tsc, or another that needs no system call");
	for (size_t i = 0; i < sizeof(fast) / sizeof(fast[0]); i++)
		if (strcmp(name, fast[i]) == 0)
			return;
	k->d->level = DOCTOR_WARN;
	doctor_say(k->d->fix, "echo tsc >/sys/devices/system/clocksource/"
			      "clocksource0/current_clocksource");
}

/* A share or a load that should be small; a NAN is not known. */
static bool is_high(const struct doctor_case *k, double value, double most,
		    const char *unit)
{
	if (isnan(value))
		doctor_say(k->d->value, "unknown");
	else
		doctor_say(k->d->value, "%.2f%s", value, unit);
	doctor_say(k->d->need, "at most %g%s", most, unit);
	if (!(value > most))
		return false;
	k->d->level = DOCTOR_WARN;
	return true;
}

void doctor_steal(const struct doctor_case *k)
{
	if (is_high(k, k->f->steal_pct, MOST_STEAL_PCT, " %"))
		doctor_say(k->d->fix, "wait until the host is less busy");
}

void doctor_foreign(const struct doctor_case *k)
{
	const char *name = k->f->foreign_most;

	if (is_high(k, k->f->foreign_cpu_pct, MOST_FOREIGN_PCT, " % of a CPU"))
		doctor_say(k->d->fix, "stop what uses most of it: %s", name);
}

void doctor_load(const struct doctor_case *k)
{
	bool known = k->f->cpus != UINT64_MAX;
	double most = known ? (double)k->f->cpus / 2 : INFINITY;

	if (is_high(k, k->f->now.load_1min, most, ""))
		doctor_say(k->d->fix, "see what runs with: top; or wait for a "
				      "minute after a build");
	if (!known)
		doctor_say(k->d->need, "at most half of the CPUs");
}

void doctor_pressure(const struct doctor_case *k)
{
	if (is_high(k, k->f->now.cpu_pressure_avg10_pct, MOST_PRESSURE_PCT,
		    " %"))
		doctor_say(k->d->fix, "see what runs with: top");
}

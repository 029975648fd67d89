#include "bench/measure/doctor_room.h"

#include <inttypes.h>
#include <math.h>

#include "lib/sock.h"

#define MIB (UINT64_C(1024) * 1024)

/* A held session: its child's memory, and the sockets at both ends. */
enum { SESSION_KIB = 110 };
/* On disk: a cell's files, and the report with its plots. */
#define CELL_BYTES (MIB / 8)
#define REPORT_BYTES (4 * MIB)

/* Sessions that are open at once, in the largest experiment. */
static uint64_t at_once(const struct config *c)
{
	uint64_t most = 1;

	for (int kind = 0; kind < EXPERIMENTS; kind++)
		if (c->with[kind] && c->load[kind].concurrency > most)
			most = c->load[kind].concurrency;
	return most;
}

/* Processes that are there at once: in mode none, every child stays. */
static uint64_t processes(const struct config *c)
{
	uint64_t most = at_once(c);

	for (int kind = 0; kind < EXPERIMENTS; kind++)
		if (c->with[kind] && c->load[kind].sessions > most)
			most = c->load[kind].sessions;
	return most;
}

static uint64_t cells(const struct config *c)
{
	uint64_t experiments = 0;

	for (int kind = 0; kind < EXPERIMENTS; kind++)
		experiments += c->with[kind];
	return experiments * (c->rounds + c->warmups) * (c->modes + c->aa);
}

static void say_count(char out[DOCTOR_SAY], uint64_t count)
{
	if (count == UINT64_MAX)
		doctor_say(out, "no limit");
	else
		doctor_say(out, "%" PRIu64, count);
}

void doctor_open_files(const struct doctor_case *k)
{
	const struct doctor_facts *f = k->f;
	uint64_t sessions = at_once(k->c);
	uint64_t need = sessions + LIMITS_OWN_DESCRIPTORS;
	uint64_t workers = limits_workers(sessions, f->files_hard);

	/* The load generator raises its own soft limit. */
	if (f->files_hard == UINT64_MAX)
		doctor_say(k->d->value, "no limit");
	else
		doctor_say(k->d->value, "%" PRIu64 " (soft %" PRIu64 ")",
			   f->files_hard, f->files_soft);
	doctor_say(k->d->need, "%" PRIu64 " for %" PRIu64 " sessions at once",
		   need, sessions);
	if (workers == 1)
		return;
	/* More than one worker of it take more CPUs from the daemon. */
	k->d->level = workers > LIMITS_MOST_WORKERS ? DOCTOR_FAIL : DOCTOR_WARN;
	doctor_say(k->d->fix, "ulimit -n %" PRIu64 ", or lower SESSIONS", need);
}

/*
 * Room under a limit on processes. Returns what the limit must be if it is too
 * low, else 0.
 */
static uint64_t lacks_processes(const struct doctor_case *k,
				enum limits_kind kind)
{
	const struct limits *l = &k->f->limits;
	uint64_t need = processes(k->c);

	say_count(k->d->value, l->most[kind]);
	doctor_say(k->d->need,
		   "%" PRIu64 ": %" PRIu64 " sessions are as many processes, "
		   "beside %" PRIu64,
		   need + l->taken, need, l->taken);
	if (need <= limits_room(l, kind))
		return 0;
	k->d->level = DOCTOR_FAIL;
	return need + l->taken;
}

void doctor_pid_max(const struct doctor_case *k)
{
	uint64_t need = lacks_processes(k, LIMITS_PID_MAX);

	if (need)
		doctor_say(k->d->fix, "sysctl -w kernel.pid_max=%" PRIu64,
			   need);
}

void doctor_threads_max(const struct doctor_case *k)
{
	uint64_t need = lacks_processes(k, LIMITS_THREADS_MAX);

	if (need)
		doctor_say(k->d->fix, "sysctl -w kernel.threads-max=%" PRIu64,
			   need);
}

void doctor_user_processes(const struct doctor_case *k)
{
	uint64_t need = lacks_processes(k, LIMITS_USER);

	if (need)
		doctor_say(k->d->fix,
			   "ulimit -u %" PRIu64 ", or lower SESSIONS or "
			   "CONCURRENCY",
			   need);
}

void doctor_cgroup_processes(const struct doctor_case *k)
{
	uint64_t need = lacks_processes(k, LIMITS_CGROUP);

	if (need)
		doctor_say(k->d->fix, "echo %" PRIu64 " >%.200s", need,
			   k->f->limits.cgroup_file);
}

/*
 * Every daemon has an address of its own, so the need is that of one cell. A
 * connect() is slow once every second port is in use: the load generator then
 * spreads its sessions over more source addresses.
 */
void doctor_ports(const struct doctor_case *k)
{
	uint64_t need = 2 * at_once(k->c);

	say_count(k->d->value, k->f->ports.count);
	doctor_say(k->d->need, "%" PRIu64 ": 2 a session, for each daemon",
		   need);
	if (k->f->ports.count >= need)
		return;
	k->d->level = k->f->ports.count ? DOCTOR_WARN : DOCTOR_FAIL;
	doctor_say(k->d->fix, "sysctl -w net.ipv4.ip_local_port_range='1024 "
			      "65535'");
}

/* What the kernel has no room for, it drops: late cells would differ. */
void doctor_time_wait(const struct doctor_case *k)
{
	double sockets = k->f->now.time_wait_sockets;

	if (isnan(sockets))
		doctor_say(k->d->value, "unknown");
	else
		doctor_say(k->d->value, "%.0f", sockets);
	if (k->f->time_wait_most == UINT64_MAX)
		doctor_say(k->d->need, "below tcp_max_tw_buckets");
	else
		doctor_say(k->d->need, "below %" PRIu64 " (tcp_max_tw_buckets)",
			   k->f->time_wait_most);
	if (isnan(sockets) || sockets < (double)k->f->time_wait_most)
		return;
	k->d->level = DOCTOR_WARN;
	doctor_say(k->d->fix, "wait for a minute, or: sysctl -w "
			      "net.ipv4.tcp_max_tw_buckets=262144");
}

void doctor_somaxconn(const struct doctor_case *k)
{
	say_count(k->d->value, k->f->somaxconn);
	doctor_say(k->d->need, "%d, the daemon's backlog", SOCK_BACKLOG);
	if (k->f->somaxconn >= SOCK_BACKLOG)
		return;
	k->d->level = DOCTOR_WARN;
	doctor_say(k->d->fix, "sysctl -w net.core.somaxconn=%d", SOCK_BACKLOG);
}

void doctor_memory(const struct doctor_case *k)
{
	double kib = k->f->now.memory_available_kib;
	uint64_t sessions = at_once(k->c);
	uint64_t need_kib = sessions * SESSION_KIB;

	if (isnan(kib))
		doctor_say(k->d->value, "unknown");
	else
		doctor_say(k->d->value, "%.0f MiB available", kib / 1024);
	doctor_say(k->d->need, "%" PRIu64 " MiB for %" PRIu64 " sessions",
		   (need_kib + 1023) / 1024, sessions);
	if (isnan(kib) || kib >= (double)need_kib)
		return;
	k->d->level = DOCTOR_FAIL;
	doctor_say(k->d->fix, "lower SESSIONS or CONCURRENCY to %.0f",
		   floor(kib / SESSION_KIB));
}

void doctor_disk(const struct doctor_case *k)
{
	uint64_t need = REPORT_BYTES + cells(k->c) * CELL_BYTES;

	if (k->f->disk_bytes == UINT64_MAX)
		doctor_say(k->d->value, "unknown");
	else
		doctor_say(k->d->value, "%" PRIu64 " MiB free",
			   k->f->disk_bytes / MIB);
	doctor_say(k->d->need, "%" PRIu64 " MiB for %" PRIu64 " cells",
		   (need + MIB - 1) / MIB, cells(k->c));
	if (k->f->disk_bytes >= need)
		return;
	k->d->level = DOCTOR_FAIL;
	doctor_say(k->d->fix, "free some, or give another folder with OUT");
}

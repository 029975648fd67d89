#include "loadgen/preflight.h"

#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/limits.h"

enum { MOST_OPENING = 1024 };

/* Sessions a second, where no rate is given: no server is as fast. */
enum { MOST_RATE = 50000 };

/* What sysctl(8) is to set. */
static const char more_ports[] = "net.ipv4.ip_local_port_range='1024 65535'";
static const char reuse_ports[] = "net.ipv4.tcp_tw_reuse=1";

static int choose_workers(const struct options *o, const struct machine *m,
			  struct preflight *p, char why[PREFLIGHT_WHY])
{
	uint64_t least = limits_workers(o->concurrency, m->descriptors);
	uint64_t most = o->workers ? o->workers : LIMITS_MOST_WORKERS;

	if (least > most) {
		snprintf(why, PREFLIGHT_WHY,
			 "--concurrency %" PRIu64 ": too many for %" PRIu64
			 " worker%s of %" PRIu64 " open files; lower it%s, or "
			 "run: ulimit -n %" PRIu64,
			 o->concurrency, most, most == 1 ? "" : "s",
			 m->descriptors, o->workers ? ", raise --workers" : "",
			 (o->concurrency - 1) / most + 1 +
				 LIMITS_OWN_DESCRIPTORS);
		return -1;
	}
	p->workers = (unsigned)(o->workers ? o->workers : least);
	return 0;
}

/*
 * An accept queue that overflows loses connections for a second or more. So a
 * closed loop never opens more sessions at once than fit; an open one keeps to
 * its arrivals whatever becomes of them.
 */
static int choose_opening(const struct options *o, const struct machine *m,
			  struct preflight *p, char why[PREFLIGHT_WHY])
{
	if (o->opening && o->opening < p->workers) {
		snprintf(why, PREFLIGHT_WHY,
			 "--opening %" PRIu64 ": %u workers share it; give %u "
			 "or more",
			 o->opening, p->workers, p->workers);
		return -1;
	}
	p->opening = MOST_OPENING;
	if (m->backlog >= 0 && m->backlog < MOST_OPENING)
		p->opening = (uint64_t)m->backlog;
	if (o->session_rate > 0 || (o->searching && !o->hold))
		p->opening = o->concurrency;
	if (p->opening < p->workers)
		p->opening = p->workers;
	if (o->opening)
		p->opening = o->opening;
	return 0;
}

/* Of sessions that have ended: the side that closes first is in TIME_WAIT. */
static uint64_t time_wait_ports(const struct options *o,
				const struct machine *m)
{
	double rate = o->session_rate > 0 ? o->session_rate : MOST_RATE;
	double kept_s = (double)m->time_wait_s;
	double length_s =
		(double)(o->ramp_ns + o->warmup_ns + o->duration_ns) / NS_PER_S;
	uint64_t kept;

	if (o->hold || o->close_kind == CLOSE_RST)
		return 0;
	/* A search is many runs, one after the other. */
	if (o->duration_ns && !o->searching && length_s < kept_s)
		kept_s = length_s;
	kept = (uint64_t)(rate * kept_s);
	if (o->sessions && o->sessions < o->concurrency + kept)
		kept = o->sessions > o->concurrency ?
			       o->sessions - o->concurrency :
			       0;
	return kept < m->time_wait_most ? kept : m->time_wait_most;
}

/*
 * connect() tries every second port first. Once all those are in use, it looks
 * at each of them again every time (seen on Linux 6.18: 1 to 3 ms instead of
 * 15 us). So half of the ports is what an address is good for.
 */
static int choose_sources(const struct options *o, const struct machine *m,
			  struct preflight *p, char why[PREFLIGHT_WHY])
{
	uint64_t waiting = time_wait_ports(o, m);
	uint64_t need = o->concurrency + waiting;
	uint64_t good = (m->ports + 1) / 2;
	uint64_t count = o->sources.count ? o->sources.count : 1;

	p->sources = o->sources;
	if (o->address.storage.ss_family == AF_UNIX)
		return 0;
	if (need <= good * count)
		return 0;
	if (!o->sources.count && good && m->loopback &&
	    o->address.storage.ss_family == AF_INET) {
		p->sources = sources_loopback((need - 1) / good + 1);
		return 0;
	}
	if (o->concurrency > m->ports * count) {
		snprintf(why, PREFLIGHT_WHY,
			 "--concurrency %" PRIu64 ": there are %" PRIu64
			 " local ports; lower it, give --source A-B, or run: "
			 "sysctl %s",
			 o->concurrency, m->ports * count, more_ports);
		return -1;
	}
	snprintf(p->warning[p->warnings++], PREFLIGHT_WHY,
		 "connecting is slow once half of the %" PRIu64 " local ports "
		 "are in use, and fails once all are: up to %" PRIu64 " may "
		 "be, %" PRIu64 " in TIME_WAIT; give %s--source A-B, or run: "
		 "sysctl %s",
		 m->ports * count, need, waiting,
		 waiting ? "--close rst or " : "",
		 waiting && m->time_wait_s > 1 ? reuse_ports : more_ports);
	return 0;
}

static void warn_of_processes(const struct options *o, const struct machine *m,
			      struct preflight *p)
{
	bool sysctl = strncmp(m->process_limit, "kernel.", 7) == 0;

	if (!m->local || o->concurrency <= m->processes)
		return;
	snprintf(p->warning[p->warnings++], PREFLIGHT_WHY,
		 "a server that forks needs %" PRIu64 " processes, and %s "
		 "leaves room for %" PRIu64 "; lower --concurrency, or %s%s%s",
		 o->concurrency, m->process_limit, m->processes,
		 sysctl ? "run: sysctl " : "raise it",
		 sysctl ? m->process_limit : "", sysctl ? "=4194304" : "");
}

int preflight_decide(const struct options *o, const struct machine *m,
		     struct preflight *p, char why[PREFLIGHT_WHY])
{
	*p = (struct preflight){ .backlog = m->backlog };
	if (choose_workers(o, m, p, why) < 0 ||
	    choose_opening(o, m, p, why) < 0 ||
	    choose_sources(o, m, p, why) < 0)
		return -1;
	warn_of_processes(o, m, p);
	return 0;
}

static int try_sources(const struct sources *s, char why[PREFLIGHT_WHY])
{
	for (uint64_t i = 0; i < s->count; i++) {
		char name[NI_MAXHOST] = "?";
		struct address a;

		sources_at(s, i, &a);
		if (sources_is_local(&a))
			continue;
		getnameinfo((const struct sockaddr *)&a.storage, a.bytes, name,
			    sizeof(name), NULL, 0, NI_NUMERICHOST);
		snprintf(why, PREFLIGHT_WHY,
			 "--source: %.60s is no address of this machine; give "
			 "others, or run: ip address add %.60s dev lo",
			 name, name);
		return -1;
	}
	return 0;
}

int preflight(const struct options *o, struct preflight *p,
	      char why[PREFLIGHT_WHY])
{
	struct machine m = machine_read(&o->address);

	if (preflight_decide(o, &m, p, why) < 0)
		return -1;
	if (try_sources(&p->sources, why) == 0)
		return 0;
	if (o->sources.count)
		return -1;
	/* The loopback device may have 127.0.0.1 alone: no pool, then. */
	m.loopback = false;
	return preflight_decide(o, &m, p, why);
}

#include "server/sessions.h"

#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/pidfd.h"
#include "lib/proc_stat.h"
#include "server/log.h"
#include "server/stop.h"
#include "server/tuning.h"

/* From one search for killed sessions to the next. */
#define LOOK_NS (100 * NS_PER_MS)
#define PAUSE_NS (5 * NS_PER_MS)

/* No kernel has more processes (PID_MAX_LIMIT). */
enum { PIDS_MOST = 4 << 20, PIDS_FEW = 1024 };

static struct daemon_stats *stats;
static const struct reap *reap;

/*
 * The process IDs of forked sessions. New ones go to `latest` (see "list" in
 * tuning.h). When that is full, the dead are dropped and the rest moves to
 * `forked`. When `forked` has grown to prune_at, its dead are dropped, too.
 */
static struct forks *latest;
static pid_t *forked; /* PIDS_MOST */
static size_t count, prune_at = PIDS_FEW;

int sessions_set_up(struct daemon_stats *its_stats, const struct reap *its_reap)
{
	if (!forked)
		forked = mmap(NULL, PIDS_MOST * sizeof(*forked),
			      PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			      0);
	if (forked == MAP_FAILED) {
		forked = NULL;
		return -1;
	}
	stats = its_stats;
	latest = &stats->forks;
	reap = its_reap;
	return 0;
}

static bool is_live_child(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
		       0 &&
	       info.si_pid == 0;
}

static bool is_live_orphan(pid_t pid)
{
	char name[REAP_NAME];
	struct proc_stat s;

	if (getpgid(pid) != getpgrp())
		return false;
	/* Without a descriptor to look, it counts as alive. */
	if (proc_stat_read(&s, "/proc", pid) < 0)
		return errno != ENOENT && errno != ESRCH;
	reap_orphan_name(name);
	/* X: gone, only its entry is still being removed. */
	return strcmp(s.name, name) == 0 && s.fields[0] != 'Z' &&
	       s.fields[0] != 'X';
}

bool sessions_is_live(pid_t pid)
{
	return reap->orphans ? is_live_orphan(pid) : is_live_child(pid);
}

/* Sends the signal (0: none) if it is alive. Returns whether it is. */
static bool signal_one(pid_t pid, int signal_number)
{
	int fd = signal_number ? pidfd_of(pid) : -1;
	/* Asked afterwards: then the descriptor is surely that session's. */
	bool live = sessions_is_live(pid);

	if (fd >= 0) {
		if (live)
			pidfd_kill(fd, signal_number);
		close(fd);
	}
	return live;
}

/* Signals those that live, removes the others. Returns how many live. */
static size_t signal_list(pid_t pid[], size_t n, int signal_number)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		if (signal_one(pid[i], signal_number))
			pid[left++] = pid[i];
	return left;
}

static uint64_t signal_all(int signal_number)
{
	latest->count = signal_list(latest->pid, latest->count, signal_number);
	count = signal_list(forked, count, signal_number);
	return latest->count + count;
}

uint64_t sessions_count(void)
{
	return signal_all(0);
}

static void take_latest(void)
{
	memcpy(forked + count, latest->pid, latest->count * sizeof(*forked));
	count += latest->count;
	latest->count = 0;
}

void sessions_add(pid_t pid)
{
	latest->pid[latest->count++] = pid;
	if (latest->count < FORKS_MOST)
		return;
	latest->count = signal_list(latest->pid, latest->count, 0);
	if (latest->count < FORKS_MOST / 2)
		return;
	take_latest();
	if (count < prune_at)
		return;
	count = signal_list(forked, count, 0);
	prune_at = count < PIDS_MOST / 2 ? 2 * count + PIDS_FEW :
					   PIDS_MOST - PIDS_FEW;
}

/*
 * Adds the sessions that died without counting their exit. Each one that was
 * missed would count against --max-children for ever. The kernel is asked
 * first, and our counters are read second. A session that ends in between is
 * then alive for the kernel and gone for the counters: too few killed ones are
 * seen, never too many, and the next look finds the rest.
 */
static void count_killed(void)
{
	uint64_t running = sessions_count();
	uint64_t live = daemon_stats_live(stats);

	if (live > running)
		stats->children_killed += live - running;
}

/*
 * Sleeps until until_ns, or less if a signal comes, a session ends, or the reap
 * mode's descriptor is readable.
 *   live: daemon_stats_live() when the caller decided to sleep.
 */
static void sleep_until(uint64_t live, uint64_t until_ns)
{
	uint64_t now_ns = tuning_now_ns();
	uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	struct timespec left = { .tv_sec = (time_t)(left_ns / NS_PER_S),
				 .tv_nsec = (long)(left_ns % NS_PER_S) };
	struct pollfd wait = reap_pollfd(reap);

	if (reap_polls(reap)) {
		if (ppoll(&wait, 1, &left, reap->wait_mask) > 0)
			reap_wake(reap, stats);
		return;
	}
	/*
	 * A futex: we set it to 1 and sleep; a session that ends sets it to 0
	 * and wakes us.
	 */
	stats->awaited = 1;
	/* A session that has ended before this line does not wake us. */
	if (daemon_stats_live(stats) == live)
		syscall(SYS_futex, &stats->awaited, FUTEX_WAIT, 1, &left, NULL,
			0);
	stats->awaited = 0;
}

/*
 * Waits until fewer than `most` are alive (true), or until deadline_ns or
 * stop_times() > orders (false). Killed sessions are looked for from time to
 * time.
 */
static bool wait_for_fewer(uint64_t most, uint64_t deadline_ns, int orders)
{
	static uint64_t look_ns;
	uint64_t live;

	while ((live = daemon_stats_live(stats)) >= most) {
		uint64_t now_ns = tuning_now_ns();

		if (now_ns >= deadline_ns || stop_times() > orders)
			return false;
		if (!look_ns)
			look_ns = now_ns + LOOK_NS;
		if (now_ns < look_ns) {
			sleep_until(live, look_ns < deadline_ns ? look_ns :
								  deadline_ns);
			continue;
		}
		count_killed();
		look_ns = tuning_now_ns();
		/* Looking takes 1 % of the time at most. */
		look_ns += LOOK_NS + 100 * (look_ns - now_ns);
	}
	return true;
}

void sessions_wait_for_room(uint64_t most)
{
	if (most)
		wait_for_fewer(most, UINT64_MAX, 0);
}

void sessions_drain(uint64_t timeout_ns, int orders)
{
	if (!timeout_ns)
		return;
	count_killed();
	if (!daemon_stats_live(stats))
		return;
	log_line("draining: %llu sessions have %g s to end; SIGTERM ends "
		 "them at once",
		 (unsigned long long)daemon_stats_live(stats),
		 (double)timeout_ns / (double)NS_PER_S);
	if (wait_for_fewer(1, tuning_now_ns() + timeout_ns, orders))
		log_line("drained");
	else
		log_line("not drained: %llu sessions are ended",
			 (unsigned long long)daemon_stats_live(stats));
}

int sessions_end(unsigned term_ms, unsigned kill_ms)
{
	uint64_t now_ns = tuning_now_ns();
	uint64_t kill_ns = now_ns + term_ms * NS_PER_MS;
	uint64_t give_up_ns = kill_ns + kill_ms * NS_PER_MS;

	while (signal_all(now_ns < kill_ns ? SIGTERM : SIGKILL) > 0) {
		if (now_ns >= give_up_ns) {
			errno = ETIMEDOUT;
			return -1;
		}
		/* Their deaths interrupt the sleep; it then goes on. */
		while (clock_sleep_until(now_ns + PAUSE_NS) < 0)
			;
		now_ns = tuning_now_ns();
	}
	return 0;
}

#include "loadgen/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "loadgen/progress.h"
#include "loadgen/worker.h"

#define LOOK_NS (20 * NS_PER_MS)
/* From the word that the steady phase begins, for it to reach the workers. */
#define NOTICE_NS (20 * NS_PER_MS)

struct crew {
	const struct options *o;
	struct board *board;
	unsigned workers, running;
	pid_t *pid;
	uint64_t served;	   /* at the last look */
	uint64_t progress_ns;	   /* when it last rose */
	uint64_t moved;		   /* all counters together, at the last look */
	uint64_t moved_ns;	   /* when that last changed */
	uint64_t patience_ends_ns; /* for workers told to end; 0: not yet */
	struct crew_outcome *outcome;
};

static void watched_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

static _Noreturn void be_worker(const struct crew *c, unsigned index,
				pid_t parent)
{
	/* A worker never outlives the parent; a Ctrl-C is the parent's. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	_exit(worker_run(c->o, c->board, index, c->workers) < 0);
}

static int start_workers(struct crew *c)
{
	pid_t parent = getpid();

	for (unsigned i = 0; i < c->workers; i++) {
		c->pid[i] = fork();
		if (c->pid[i] == 0)
			be_worker(c, i, parent);
		if (c->pid[i] < 0)
			return -1;
		c->running++;
	}
	return 0;
}

static void kill_workers(struct crew *c)
{
	for (unsigned i = 0; i < c->workers; i++)
		if (c->pid[i] > 0)
			kill(c->pid[i], SIGKILL);
}

static void collect_ended(struct crew *c)
{
	for (unsigned i = 0; i < c->workers; i++) {
		int status;

		if (c->pid[i] <= 0 || waitpid(c->pid[i], &status, WNOHANG) == 0)
			continue;
		c->pid[i] = 0;
		c->running--;
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			c->outcome->lost++;
	}
}

static void give_up(struct crew *c, uint64_t now_ns)
{
	c->board->control.give_up = 1;
	if (!c->patience_ends_ns)
		c->patience_ends_ns = now_ns + 2 * NS_PER_S;
}

/*
 * Held sessions: when the last one has opened or failed, the steady phase can
 * begin. A server that opens none for a whole time-out is given up.
 */
static void watch_opening(struct crew *c, const struct tally *sum,
			  uint64_t now_ns)
{
	struct control *control = &c->board->control;

	if (control->window_start_ns != UINT64_MAX)
		return;
	if (sum->served > c->served) {
		c->served = sum->served;
		c->progress_ns = now_ns;
	}
	if (sum->served + sum->unserved >= c->o->concurrency && sum->served) {
		c->outcome->open_ns = now_ns - control->start_ns;
		control->window_end_ns = now_ns + NOTICE_NS + c->o->duration_ns;
		control->window_start_ns = now_ns + NOTICE_NS;
	} else if (now_ns - c->progress_ns > c->o->timeout_ns) {
		give_up(c, now_ns);
	}
}

/*
 * Every session has a time-out, so workers in which nothing happens for twice
 * as long, while no steady phase is to be waited for, hang.
 */
static void watch_workers(struct crew *c, const struct tally *sum,
			  uint64_t now_ns)
{
	const struct control *control = &c->board->control;
	bool steady = control->window_end_ns != UINT64_MAX &&
		      now_ns < control->window_end_ns;
	uint64_t moved = sum->begun + sum->sent + sum->echoed + sum->failed +
			 sum->completed;

	if (moved != c->moved || steady) {
		c->moved = moved;
		c->moved_ns = now_ns;
	}
	if (now_ns - c->moved_ns > 2 * c->o->timeout_ns + NS_PER_S)
		give_up(c, now_ns);
}

static void look(struct crew *c)
{
	static struct tally sum; /* too large for the stack */
	uint64_t now_ns = clock_now_ns();

	tally_sum_counters(c->board, c->workers, &sum);
	if (c->o->hold)
		watch_opening(c, &sum, now_ns);
	watch_workers(c, &sum, now_ns);
	if (!c->o->quiet)
		progress_show(&c->board->control, &sum, now_ns);
	if (c->patience_ends_ns && now_ns > c->patience_ends_ns)
		kill_workers(c);
}

int crew_run(const struct options *o, struct board *board, unsigned workers,
	     struct crew_outcome *outcome)
{
	struct crew c = {
		.o = o, .board = board, .workers = workers, .outcome = outcome
	};
	struct control *control = &board->control;
	struct timespec wait = { .tv_nsec = LOOK_NS };
	sigset_t watched, before;
	int rc = -1, saved;

	*outcome = (struct crew_outcome){ 0 };
	c.pid = calloc(workers, sizeof(c.pid[0]));
	if (!c.pid)
		return -1;
	/* An inherited ignored SIGCHLD would leave nothing to wait for. */
	signal(SIGCHLD, SIG_DFL);
	watched_signals(&watched);
	sigprocmask(SIG_BLOCK, &watched, &before);

	control->start_ns = c.progress_ns = c.moved_ns = clock_now_ns();
	control->window_start_ns = o->hold ? UINT64_MAX : control->start_ns;
	control->window_end_ns = o->hold || !o->duration_ns ?
					 UINT64_MAX :
					 control->start_ns + o->duration_ns;
	if (start_workers(&c) < 0) {
		saved = errno;
		kill_workers(&c);
		while (c.running)
			collect_ended(&c);
		errno = saved;
		goto out;
	}
	while (c.running) {
		int got = sigtimedwait(&watched, NULL, &wait);

		if (got > 0 && got != SIGCHLD) {
			outcome->interrupted_by = got;
			give_up(&c, clock_now_ns());
		}
		collect_ended(&c);
		look(&c);
	}
	if (!o->quiet)
		progress_clear();
	rc = 0;
out:
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(c.pid);
	return rc;
}

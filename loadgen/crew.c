#include "loadgen/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "loadgen/progress.h"
#include "loadgen/worker.h"

#define LOOK_NS (20 * NS_PER_MS)
/* From the word that the steady phase begins, for it to reach the workers. */
#define NOTICE_NS (20 * NS_PER_MS)
/* Beyond a time-out, for the sessions' own to be seen first. */
#define GRACE_NS NS_PER_S
#define HANG_NS (10 * NS_PER_S)
/* A look so much too late means that the parent was stopped. */
#define STALL_NS (100 * NS_PER_MS)

struct crew {
	const struct options *o;
	struct board *board;
	struct interval *interval;
	unsigned workers, running;
	pid_t *pid;
	uint64_t echoed;	   /* messages, at the last look */
	uint64_t served_ns;	   /* when it last rose */
	uint64_t ticks;		   /* of all workers, at the last look */
	uint64_t ticked_ns;	   /* when that last rose */
	uint64_t looked_ns;	   /* the last look */
	uint64_t beside;	   /* sessions that are to be there first */
	uint64_t patience_ends_ns; /* for workers told to end; 0: not yet */
	struct crew_outcome *outcome;
};

/* Those that end a run, and SIGCHLD. One ignored from the start stays so. */
static void watched_signals(sigset_t *set)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction now;

	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigaction(ends[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(set, ends[i]);
}

void crew_block_signals(void)
{
	sigset_t watched;

	watched_signals(&watched);
	sigprocmask(SIG_BLOCK, &watched, NULL);
}

void crew_heed_signals(void)
{
	sigset_t watched;

	watched_signals(&watched);
	sigdelset(&watched, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &watched, NULL);
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
	if (c->patience_ends_ns)
		return;
	c->outcome->gave_up_ns = now_ns;
	c->patience_ends_ns = now_ns + 2 * NS_PER_S;
}

/* Held sessions: once the last has opened or failed, their schedule begins. */
static void watch_opening(struct crew *c, const struct tally *sum,
			  uint64_t now_ns)
{
	struct control *control = &c->board->control;
	uint64_t window_ns = now_ns + NOTICE_NS + c->o->warmup_ns;

	if (control->schedule_ns != UINT64_MAX || !sum->served ||
	    sum->served + sum->unserved < c->o->concurrency)
		return;
	if (!sum->unserved)
		c->outcome->open_ns = now_ns - control->start_ns;
	control->window_end_ns = window_ns + c->o->duration_ns;
	control->window_start_ns = window_ns;
	control->schedule_ns = now_ns + NOTICE_NS;
}

/* Sessions begin, and but for held ones the phases are known by that. */
static void start_load(struct crew *c, uint64_t now_ns)
{
	struct control *control = &c->board->control;
	const struct options *o = c->o;

	if (!o->hold)
		control->window_start_ns = now_ns + o->ramp_ns + o->warmup_ns;
	if (!o->hold && o->duration_ns)
		control->window_end_ns =
			control->window_start_ns + o->duration_ns;
	control->load_ns = now_ns; /* the last: workers wait for it */
}

/* The load begins when the sessions beside it are there, or will never be. */
static void watch_beside(struct crew *c, const struct tally *sum,
			 uint64_t now_ns)
{
	if (c->board->control.load_ns == UINT64_MAX &&
	    sum->beside_up + sum->beside_lost >= c->beside)
		start_load(c, now_ns);
}

/*
 * While sessions are still to begin, a server that serves none of them for a
 * whole time-out is given up. In the open model arrivals go on, and end the
 * run in time.
 */
static void watch_server(struct crew *c, const struct tally *sum,
			 uint64_t now_ns)
{
	const struct control *control = &c->board->control;
	bool beginning = control->load_ns == UINT64_MAX ||
			 (c->o->hold ? control->schedule_ns == UINT64_MAX :
				       c->o->session_rate <= 0 &&
					       (sum->failed || !sum->served));

	if (sum->echoed > c->echoed || !beginning) {
		c->echoed = sum->echoed;
		c->served_ns = now_ns;
	}
	if (now_ns - c->served_ns >
		    c->o->timeout_ns + c->o->ramp_ns + GRACE_NS &&
	    !c->patience_ends_ns) {
		c->outcome->gave_up_why = GAVE_UP_DEAD;
		give_up(c, now_ns);
	}
}

/* Workers tick all the time, so one that does not hangs. */
static void watch_workers(struct crew *c, const struct tally *sum,
			  uint64_t now_ns)
{
	if (sum->ticks != c->ticks) {
		c->ticks = sum->ticks;
		c->ticked_ns = now_ns;
	}
	if (now_ns - c->ticked_ns > HANG_NS && !c->patience_ends_ns) {
		c->outcome->gave_up_why = GAVE_UP_HANG;
		give_up(c, now_ns);
	}
	if (c->board->control.give_up && !c->patience_ends_ns) {
		c->outcome->gave_up_why = GAVE_UP_MEMORY; /* a worker's word */
		give_up(c, now_ns);
	}
}

static void note_stall(struct crew *c, uint64_t now_ns)
{
	uint64_t due_ns = c->looked_ns + LOOK_NS, counts_ns = 0;

	if (now_ns > due_ns + STALL_NS)
		counts_ns =
			control_overlap_ns(&c->board->control, due_ns, now_ns);
	c->outcome->stalls += counts_ns > 0;
	c->outcome->stalled_ns += counts_ns;
	c->looked_ns = now_ns;
}

static void look(struct crew *c)
{
	static struct tally sum; /* too large for the stack */
	uint64_t now_ns = clock_now_ns();

	note_stall(c, now_ns);
	tally_sum_counters(c->board, c->workers, &sum);
	watch_beside(c, &sum, now_ns);
	if (c->o->hold)
		watch_opening(c, &sum, now_ns);
	watch_server(c, &sum, now_ns);
	watch_workers(c, &sum, now_ns);
	interval_look(c->interval, now_ns, c->pid);
	if (!c->o->quiet)
		progress_show(&c->board->control, c->o, &sum, now_ns);
	if (c->patience_ends_ns && now_ns > c->patience_ends_ns)
		kill_workers(c);
}

static uint64_t count_beside(const struct options *o)
{
	uint64_t count = 0;

	for (int kind = 0; kind < BESIDE_KINDS; kind++)
		count += o->beside[kind];
	return count;
}

static void set_clock(struct crew *c)
{
	struct control *control = &c->board->control;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	c->outcome->start_unix_s = (double)now.tv_sec + 1e-9 * now.tv_nsec;
	control->start_ns = c->served_ns = c->ticked_ns = c->looked_ns =
		clock_now_ns();
	control->schedule_ns = control->load_ns = UINT64_MAX;
	control->window_start_ns = control->window_end_ns = UINT64_MAX;
	c->beside = count_beside(c->o);
	if (!c->beside)
		start_load(c, control->start_ns);
	interval_start(c->interval, control->start_ns,
		       c->outcome->start_unix_s);
}

static void watch(struct crew *c)
{
	struct timespec wait = { .tv_nsec = LOOK_NS };
	sigset_t watched;

	watched_signals(&watched);
	while (c->running) {
		int got = sigtimedwait(&watched, NULL, &wait);

		if (got > 0 && got != SIGCHLD) {
			c->outcome->interrupted_by = got;
			c->outcome->gave_up_why = GAVE_UP_SIGNAL;
			give_up(c, clock_now_ns());
		}
		collect_ended(c);
		look(c);
	}
	interval_end(c->interval, clock_now_ns());
	if (!c->o->quiet)
		progress_end();
}

int crew_run(const struct options *o, struct board *board, unsigned workers,
	     struct interval *interval, struct crew_outcome *outcome)
{
	struct crew c = { .o = o,
			  .board = board,
			  .interval = interval,
			  .workers = workers,
			  .outcome = outcome };
	int rc, saved;

	*outcome = (struct crew_outcome){ 0 };
	c.pid = calloc(workers, sizeof(c.pid[0]));
	if (!c.pid)
		return -1;
	/* An inherited ignored SIGCHLD would leave nothing to wait for. */
	signal(SIGCHLD, SIG_DFL);
	set_clock(&c);
	rc = start_workers(&c);
	saved = errno;
	if (rc == 0) {
		watch(&c);
	} else {
		kill_workers(&c);
		while (c.running)
			collect_ended(&c);
	}
	free(c.pid);
	errno = saved;
	return rc;
}

#include "server/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/sock.h"
#include "server/ballast.h"
#include "server/log.h"
#include "server/peers.h"
#include "server/session.h"
#include "server/sessions.h"
#include "server/stop.h"
#include "server/tuning.h"

/* The steps of serve(); each is below. */
static int prepare(const struct server *s);
static int next_connection(const struct server *s, struct session *session);
static bool may_retry(struct daemon_stats *stats, int error);
static bool admit(const struct server *s, struct session *session);
static _Noreturn void be_child(const struct server *s, struct session *session);
static void note_fork(const struct server *s, struct session *session,
		      pid_t pid);

/* A forking server: accept, fork, close. */
int serve(const struct server *s)
{
	struct session session; /* of the child that is forked next */
	pid_t pid;

	if (prepare(s) < 0)
		return -1;
	while (!stop_times()) {
		sessions_wait_for_room(s->options->max_children);
		session.fd = next_connection(s, &session);
		if (session.fd < 0) {
			/* A signal to stop makes accept() fail: stop.h. */
			if (stop_times() || may_retry(s->stats, errno))
				continue;
			return -1;
		}
		if (admit(s, &session)) {
			session.forked_ns = tuning_now_ns();
			pid = tuning_fork();
			if (pid == 0)
				be_child(s, &session);
			note_fork(s, &session, pid);
		}
		close(session.fd);
	}
	return 0;
}

static int prepare(const struct server *s)
{
	/* A connection may vanish between ppoll() and accept(). */
	if (reap_polls(s->reap) && fcntl(s->listen_fd, F_SETFL, O_NONBLOCK) < 0)
		return -1;
	return 0;
}

/*
 * Waits for a connection and accepts it. Most reap modes need accept() alone.
 * Some must also watch a descriptor, or take a signal only while they wait: for
 * these ppoll() comes first.
 */
static int next_connection(const struct server *s, struct session *session)
{
	const struct options *o = s->options;
	struct address *client = &session->client;
	struct pollfd wait[] = {
		{ .fd = s->listen_fd, .events = POLLIN },
		reap_pollfd(s->reap),
	};

	while (reap_polls(s->reap) && !wait[0].revents) {
		if (ppoll(wait, 2, NULL, s->reap->wait_mask) < 0)
			return -1;
		if (wait[1].revents)
			reap_wake(s->reap, s->stats);
	}
	if (!o->log_sessions && !o->max_per_address)
		return accept(s->listen_fd, NULL, NULL);
	*client = (struct address){ .bytes = sizeof(client->storage) };
	return accept(s->listen_fd, (struct sockaddr *)&client->storage,
		      &client->bytes);
}

/* Children that die meanwhile interrupt the sleep; it then goes on. */
static void back_off(void)
{
	uint64_t until_ns = tuning_now_ns() + 100 * NS_PER_MS;

	while (clock_sleep_until(until_ns) < 0 && !stop_times())
		;
}

/*
 * accept() has failed. Logs the error, counts it, and sleeps if an immediate
 * retry would spin. Returns whether to call accept() again: the error concerns
 * one connection, or passes with time.
 */
static bool may_retry(struct daemon_stats *stats, int error)
{
	switch (error) {
	case EINTR:
	case EAGAIN: /* after ppoll(): the connection has gone */
		return true;
	case EBADF:
	case EFAULT:
	case EINVAL:
	case ENOTSOCK:
		return false;
	case ECONNABORTED:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENETDOWN:
	case ENETUNREACH:
	case ENONET:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
	case EPROTO:
		/* accept(2): errors of that connection. */
		log_limited("connection lost before it was accepted: %s",
			    strerror(error));
		return true;
	default:
		/*
		 * Descriptors or memory ran out, or a security module refuses.
		 * The connection stays in the backlog. To try at once would
		 * spin.
		 */
		stats->accept_failures++;
		log_limited("cannot accept: %s; waiting", strerror(error));
		back_off();
		return true;
	}
}

/* Whether the connection gets a child, by --max-per-address. */
static bool admit(const struct server *s, struct session *session)
{
	char name[SOCK_NAME];

	s->stats->accepted++;
	session->place = NULL;
	if (s->options->max_per_address) {
		session->place = peers_admit(&session->client);
		if (!session->place) {
			s->stats->refused++;
			sock_name(&session->client, name);
			log_limited("%s has its %llu sessions; connection "
				    "closed",
				    name,
				    (unsigned long long)
					    s->options->max_per_address);
			return false;
		}
	}
	stop_set_connection(session->fd);
	ballast_dirty();
	return true;
}

static _Noreturn void be_child(const struct server *s, struct session *session)
{
	if (s->reap->in_child)
		s->reap->in_child();
	session_run(session, s->options, s->stats);
}

/*
 * In the parent, right after fork(); errno is fork()'s. The mode's after_fork()
 * may put the session's process ID in place of the child's, or return an errno
 * if no session runs. It is called after a failed fork, too, with -1.
 */
static void note_fork(const struct server *s, struct session *session,
		      pid_t pid)
{
	struct daemon_stats *stats = s->stats;
	int error = pid < 0 ? errno : 0;
	uint64_t took_ns = tuning_now_ns() - session->forked_ns;
	int hook_error = s->reap->after_fork ? s->reap->after_fork(&pid) : 0;
	uint64_t live;

	if (error || hook_error) {
		peers_leave(session->place);
		stats->fork_failures++;
		log_limited("cannot fork: %s; connection dropped",
			    strerror(error ? error : hook_error));
		return;
	}
	sessions_add(pid);
	peers_note(session->place, pid);
	hist_record(&stats->fork, took_ns);
	stats->forked++;
	live = daemon_stats_live(stats);
	if (live > stats->live_max)
		stats->live_max = live;
}

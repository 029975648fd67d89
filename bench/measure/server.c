#include "bench/measure/server.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/json.h"
#include "lib/clock.h"
#include "lib/sock.h"

#define START_NS (20 * NS_PER_S)
#define STOP_NS (5 * NS_PER_S)
#define LOOK_NS (2 * NS_PER_MS)
/* Zombies that a server collects are gone within this time, or they stay. */
#define STILL_NS (4 * NS_PER_MS)

enum { FEW = 64 }; /* zombies that are looked at twice */

/* What the words in braces stand for; NULL: nothing, see study/subject.h. */
struct places {
	const char *bin, *address, *port, *ready, *stats, *lifeline, *backlog,
		*log, *config, *pidfile;
	const struct setting *setting;
	size_t settings;
};

static const char *place(const struct places *p, const char *name, size_t n)
{
	const struct {
		const char *name, *value;
	} table[] = {
		{ "bin", p->bin },	   { "address", p->address },
		{ "port", p->port },	   { "ready", p->ready },
		{ "stats", p->stats },	   { "lifeline", p->lifeline },
		{ "backlog", p->backlog }, { "log", p->log },
		{ "config", p->config },   { "pidfile", p->pidfile },
	};

	for (size_t i = 0; i < p->settings; i++)
		if (strlen(p->setting[i].place) == n &&
		    strncmp(p->setting[i].place, name, n) == 0)
			return p->setting[i].value;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strlen(table[i].name) == n &&
		    strncmp(table[i].name, name, n) == 0)
			return table[i].value;
	return NULL;
}

/*
 * Fills a template in. Braces that hold no word of ours stay. Returns 0 with a
 * text to be freed; 1 if a word stands for nothing; or -1 without memory.
 */
static int fill(const struct places *p, const char *template, char **out)
{
	char *text = NULL;
	size_t bytes;
	FILE *to = open_memstream(&text, &bytes);
	int rc = 0;

	if (!to)
		return -1;
	for (const char *at = template; *at;) {
		size_t n = *at == '{' ? strcspn(at + 1, "{}") : 0;
		const char *value =
			n && at[n + 1] == '}' ? place(p, at + 1, n) : NULL;

		if (value) {
			fputs(value, to);
			at += n + 2;
		} else {
			rc |= n && at[n + 1] == '}' &&
			      factor_is_place(at + 1, n);
			fputc(*at++, to);
		}
	}
	if (fclose(to) != 0)
		rc = -1;
	if (rc == 0)
		*out = text;
	else
		free(text);
	return rc;
}

/* An option whose argument stands for nothing is left out with it. */
static int fill_arguments(const struct places *p, const struct subject *s,
			  char *argv[SUBJECT_ARGS + 1])
{
	size_t n = 0;

	for (size_t i = 0; s->argv[i] && n < SUBJECT_ARGS; i++) {
		int rc = fill(p, s->argv[i], &argv[n]);

		if (rc < 0)
			return -1;
		if (rc == 0)
			n++;
		else if (n > 0)
			free(argv[--n]);
		argv[n] = NULL;
	}
	return 0;
}

/* --- where it listens ----------------------------------------------------- */

/* 127.0.1.1 upwards; any of 127.0.0.0/8 is this machine. */
static void choose_address(unsigned number, char out[SERVER_ADDRESS])
{
	struct address at;
	char why[PARSE_WHY];
	int fd = -1;

	snprintf(out, SERVER_ADDRESS, "127.%u.%u.%u", number / 62500 % 250,
		 1 + number / 250 % 250, 1 + number % 250);
	if (parse_address(out, &at, why) == 0)
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* In a container lo may have one address. */
	if (fd >= 0 && bind(fd, (struct sockaddr *)&at.storage, at.bytes) < 0 &&
	    errno == EADDRNOTAVAIL)
		snprintf(out, SERVER_ADDRESS, "127.0.0.1");
	if (fd >= 0)
		close(fd);
}

static bool answers(const struct server *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool connected;

	if (fd < 0)
		return false;
	at.sin_port = htons((uint16_t)strtoul(s->port, NULL, 10));
	connected = inet_pton(AF_INET, s->address, &at.sin_addr) == 1 &&
		    connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
	close(fd);
	return connected;
}

/* A port that is free there: nobody else has this address. */
static int choose_port(struct server *s)
{
	char why[PARSE_WHY];
	struct address at, bound;
	int fd = -1;

	if (s->subject->port) {
		snprintf(s->port, sizeof(s->port), "%u", s->subject->port);
		return 0;
	}
	if (parse_address(s->address, &at, why) == 0)
		fd = sock_listen(&at, 1, &bound);
	if (fd < 0)
		return -1;
	close(fd);
	snprintf(s->port, sizeof(s->port), "%u", (unsigned)sock_port(&bound));
	return 0;
}

/* The port, from the server itself. Returns 0 or -1. */
static int hear_port(struct server *s, int ready)
{
	uint64_t give_up_ns = clock_now_ns() + START_NS;
	struct pollfd wait = { .fd = ready, .events = POLLIN };
	size_t got = 0;

	while (got < sizeof(s->port) - 1 && clock_now_ns() < give_up_ns) {
		ssize_t n;

		if (poll(&wait, 1, 100) == 0) {
			if (spawn_interrupted())
				return -1;
			continue;
		}
		n = read(ready, s->port + got, sizeof(s->port) - 1 - got);
		if (n <= 0)
			break;
		got += (size_t)n;
		if (memchr(s->port, '\n', got))
			break;
	}
	s->port[got] = '\0';
	s->port[strcspn(s->port, "\n")] = '\0';
	return got ? 0 : -1;
}

static int await_port(struct server *s)
{
	uint64_t give_up_ns = clock_now_ns() + START_NS;

	while (!answers(s)) {
		uint64_t now_ns = clock_now_ns();

		if (spawn_wait(&s->process, now_ns + LOOK_NS) ||
		    spawn_interrupted() || now_ns >= give_up_ns)
			return -1;
	}
	return 0;
}

/* --- start ---------------------------------------------------------------- */

/* What is open between the server and us while it starts. */
struct links {
	int ready[2], lifeline[2];
	int stats; /* in memory: see lib/shm.h */
};

static int links_open(struct links *l)
{
	*l = (struct links){ { -1, -1 }, { -1, -1 }, -1 };
	if (pipe2(l->ready, O_CLOEXEC) < 0 || pipe2(l->lifeline, O_CLOEXEC) < 0)
		return -1;
	l->stats = memfd_create("stats", MFD_CLOEXEC);
	return l->stats < 0 ? -1 : 0;
}

static void hang_up(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void links_close(struct links *l)
{
	hang_up(&l->ready[0]);
	hang_up(&l->ready[1]);
	hang_up(&l->lifeline[0]);
	hang_up(&l->lifeline[1]);
	hang_up(&l->stats);
}

static int write_config(const struct places *p, const struct subject *s)
{
	char *text;
	FILE *out;
	int rc;

	if (!s->config)
		return 0;
	if (fill(p, s->config, &text) != 0)
		return -1;
	out = fopen(p->config, "we");
	rc = out && fputs(text, out) >= 0 ? 0 : -1;
	if (out && fclose(out) != 0)
		rc = -1;
	free(text);
	return rc;
}

static int launch(struct server *s, const struct server_config *config,
		  struct links *l, char why[SERVER_WHY])
{
	char ready[16], stats[16], lifeline[16], backlog[16];
	char conf[PATH_MAX], pidfile[PATH_MAX];
	char *argv[SUBJECT_ARGS + 1] = { NULL };
	const int keep[] = { l->ready[1], l->lifeline[0], l->stats };
	struct places p = { .bin = config->bin,
			    .address = s->address,
			    .port = s->port,
			    .ready = ready,
			    .stats = stats,
			    .lifeline = lifeline,
			    .backlog = backlog,
			    .log = s->log,
			    .config = conf,
			    .pidfile = pidfile,
			    .setting = config->setting,
			    .settings = config->settings };
	struct spawn_command command = {
		.argv = (const char *const *)argv,
		.output = s->log,
		.keep = keep,
		.keeps = 3,
		.cpus = config->cpus,
		.group = config->cpu ? cpu_group(config->cpu) : NULL,
		.limit = config->limit,
		.session = true,
	};
	int rc = -1;

	snprintf(ready, sizeof(ready), "%d", l->ready[1]);
	snprintf(stats, sizeof(stats), "%d", l->stats);
	snprintf(lifeline, sizeof(lifeline), "%d", l->lifeline[0]);
	snprintf(backlog, sizeof(backlog), "%d", SOCK_BACKLOG);
	snprintf(conf, sizeof(conf), "%.*s/server.conf", PATH_MAX - 64,
		 config->folder);
	snprintf(pidfile, sizeof(pidfile), "%.*s/server.pid", PATH_MAX - 64,
		 config->folder);
	if (write_config(&p, config->subject) < 0 ||
	    fill_arguments(&p, config->subject, argv) < 0) {
		snprintf(why, SERVER_WHY, "cannot write %.300s: %s", conf,
			 strerror(errno));
	} else if (spawn_start(&s->process, &command) < 0) {
		snprintf(why, SERVER_WHY, "cannot run %.200s: %s", argv[0],
			 strerror(errno));
	} else {
		rc = 0;
	}
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	return rc;
}

void server_first_words(const char *path, char *out, size_t room)
{
	FILE *in = fopen(path, "re");

	if (!in || !fgets(out, (int)room, in))
		snprintf(out, room, "it printed nothing");
	out[strcspn(out, "\n")] = '\0';
	plain_text(out);
	if (in)
		fclose(in);
}

static int meet(struct server *s, struct links *l, char why[SERVER_WHY])
{
	char words[200];
	int rc;

	hang_up(&l->ready[1]);
	hang_up(&l->lifeline[0]);
	rc = s->subject->tells_port ? hear_port(s, l->ready[0]) : await_port(s);
	if (rc == 0 && s->subject->counters) {
		s->stats = shm_read(l->stats, DAEMON_STATS_HEADER);
		if (!s->stats) {
			snprintf(why, SERVER_WHY,
				 "%s: its counters cannot be read: %s",
				 s->subject->name, strerror(errno));
			return -1;
		}
	}
	if (rc == 0)
		return 0;
	if (spawn_interrupted()) {
		snprintf(why, SERVER_WHY, "interrupted");
		return -1;
	}
	server_first_words(s->log, words, sizeof(words));
	snprintf(why, SERVER_WHY, "%s does not listen on %s port %s: %.200s",
		 s->subject->name, s->address, *s->port ? s->port : "0", words);
	return -1;
}

int server_start(struct server *s, const struct server_config *config,
		 char why[SERVER_WHY])
{
	struct links l;
	int killed_by, rc = -1;

	*s = (struct server){ .subject = config->subject,
			      .cpu = config->cpu,
			      .lifeline = -1,
			      .process = { .pid = -1 } };
	snprintf(s->log, sizeof(s->log), "%.*s/server.log", PATH_MAX - 64,
		 config->folder);
	unlink(s->log);
	choose_address(config->number, s->address);
	if (links_open(&l) < 0 || children_init(&s->children) < 0) {
		snprintf(why, SERVER_WHY, "cannot make pipes and counters: %s",
			 strerror(errno));
		goto out;
	}
	if (!config->subject->tells_port) {
		if (choose_port(s) < 0) {
			snprintf(why, SERVER_WHY, "no free port at %s: %s",
				 s->address, strerror(errno));
			goto out;
		}
		if (answers(s)) {
			snprintf(why, SERVER_WHY,
				 "somebody listens on %s port %s; stop that "
				 "server, or leave %s out",
				 s->address, s->port, config->subject->name);
			goto out;
		}
	}
	rc = launch(s, config, &l, why);
	if (rc == 0) {
		if (s->cpu)
			cpu_watch(s->cpu, s->process.pid);
		if (config->events)
			events_open(config->events, s->process.pid);
		rc = meet(s, &l, why);
		s->lifeline = l.lifeline[1];
		l.lifeline[1] = -1;
	}
out:
	links_close(&l);
	if (rc < 0)
		server_stop(s, &killed_by);
	return rc;
}

/* --- its children --------------------------------------------------------- */

int server_count(struct server *s, struct server_count *out)
{
	*out = (struct server_count){ 0 };
	if (children_read(&s->children, s->process.pid) < 0)
		return -1;
	out->children = s->children.count;
	for (size_t i = 0; i < s->children.count; i++)
		out->zombies += children_is_zombie(s->children.pid[i]);
	return 0;
}

/* Cheap to ask, and false as long as a child lives. */
static bool counters_are_quiet(const struct server *s)
{
	return !s->stats || !daemon_stats_live(s->stats);
}

static uint64_t moved(const struct server *s)
{
	return s->stats ? s->stats->forked + s->stats->children_exited +
				  s->stats->reaped + s->stats->sigchld_calls :
			  0;
}

/* One thread: whether it sleeps and no SIGCHLD waits for a handler of it. */
static bool thread_rests(const char *path)
{
	unsigned long long set = 0, pending = 0;
	bool sleeps = true;
	char line[256];
	FILE *in = fopen(path, "re");

	while (in && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "SigPnd: %llx", &set) == 1 ||
		    sscanf(line, "ShdPnd: %llx", &set) == 1)
			pending |= set;
		if (strncmp(line, "State:\tS", 8) != 0 &&
		    strncmp(line, "State:", 6) == 0)
			sleeps = false;
	}
	if (in)
		fclose(in);
	return sleeps && !(pending >> (SIGCHLD - 1) & 1);
}

/*
 * Whether all threads do, so that whoever collects has collected: a child's end
 * wakes the collector in the same moment, and one that has not yet got a CPU is
 * no sleeper. True where /proc does not tell.
 */
static bool is_at_rest(pid_t pid)
{
	const struct dirent *entry;
	bool rests = true;
	char path[384];
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && rests && (entry = readdir(tasks))) {
		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/status",
			 (int)pid, entry->d_name);
		rests = thread_rests(path);
	}
	if (tasks)
		closedir(tasks);
	return rests;
}

/*
 * Counts, and tells whether the children are all zombies that will stay so:
 * *stay. A child that the kernel discards is a zombie, too, for a moment in
 * which the kernel holds the lock that reading the list of children waits for.
 * So one that is a zombie before the list is read and after it has stayed; of
 * many zombies that moment can be of one alone, and they need no second look.
 */
static int look_closely(struct server *s, struct server_count *out, bool *stay)
{
	size_t zombies = 0;

	*stay = false;
	if (server_count(s, out) < 0)
		return -1;
	if (out->children != out->zombies)
		return 0;
	if (children_read(&s->children, s->process.pid) < 0)
		return -1;
	for (size_t i = 0; i < s->children.count && i < FEW; i++)
		zombies += children_is_zombie(s->children.pid[i]);
	*stay = s->children.count == out->zombies &&
		zombies == (out->zombies < FEW ? out->zombies : FEW) &&
		is_at_rest(s->process.pid);
	return 0;
}

int server_settle(struct server *s, uint64_t patience_ns,
		  struct server_count *out)
{
	uint64_t now_ns = clock_now_ns(), give_up_ns = now_ns + patience_ns;
	uint64_t since_ns = now_ns, seen = UINT64_MAX;
	bool stay;

	*out = (struct server_count){ 0 };
	do {
		bool quiet = counters_are_quiet(s);
		uint64_t now = moved(s);
		bool rests = is_at_rest(s->process.pid);

		if (quiet) {
			if (children_read(&s->children, s->process.pid) < 0)
				return -1;
			/* The fork itself may not have been counted yet. */
			if (!s->children.count && (rests || !s->stats)) {
				*out = (struct server_count){ 0 };
				return 0;
			}
			/* One collected is one child less: no sum of both. */
			now += (uint64_t)s->children.count << 40;
		}
		if (now != seen || !quiet || !rests)
			since_ns = clock_now_ns();
		seen = now;
		if (clock_now_ns() - since_ns >= STILL_NS) {
			if (look_closely(s, out, &stay) < 0)
				return -1;
			if (stay)
				return 0;
			since_ns = clock_now_ns();
		}
		now_ns = clock_now_ns();
		if (spawn_wait(&s->process, now_ns + NS_PER_MS / 2))
			return -1;
	} while (now_ns < give_up_ns && !spawn_interrupted());
	if (server_count(s, out) < 0)
		return -1;
	errno = ETIMEDOUT;
	return -1;
}

/* --- stop ----------------------------------------------------------------- */

int server_stop(struct server *s, int *killed_by)
{
	int rc = 0;

	*killed_by = 0;
	if (s->process.pid > 0) {
		if (spawn_wait(&s->process, 0)) {
			*killed_by = spawn_killed_by(&s->process);
			rc = -1;
		} else {
			uint64_t begun_ns = clock_now_ns();

			spawn_stop(&s->process, SIGTERM, STOP_NS);
			rc = clock_now_ns() - begun_ns >= STOP_NS;
		}
	}
	if (s->cpu) {
		cpu_kill(s->cpu);
		cpu_unwatch(s->cpu);
	}
	spawn_clear(0);
	shm_unmap(s->stats);
	s->stats = NULL;
	hang_up(&s->lifeline);
	children_release(&s->children);
	return rc;
}

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/command/command.h"
#include "bench/json.h"
#include "bench/measure/family.h"
#include "bench/measure/progress.h"
#include "bench/spawn.h"
#include "lib/clock.h"
#include "lib/kernel_file.h"
#include "lib/parse.h"
#include "lib/pidfd.h"
#include "lib/proc_stat.h"

#define PLAIN_NS (15 * NS_PER_S) /* between lines where none is redrawn */

enum { NAME = 16, NAMES_MOST = 8 };

struct raw {
	uint64_t for_ns, interval_ns;
	bool once, tree, json, help;
};

#define AT(field) offsetof(struct raw, field)

static const struct opt table[] = {
	{ "for", OPT_DURATION, AT(for_ns), "TIME", 300 * NS_PER_MS,
	  24 * 3600 * NS_PER_S,
	  .help = "judge by the last TIME whether it leaks (default 1m)" },
	{ "once", OPT_FLAG, AT(once),
	  .help = "end after that time, and exit 1 if it leaks" },
	{ "interval", OPT_DURATION, AT(interval_ns), "TIME", 100 * NS_PER_MS,
	  3600 * NS_PER_S, .help = "look every TIME (default 1s)" },
	{ "tree", OPT_FLAG, AT(tree),
	  .help = "watch the children's children, too, and so on" },
	{ "json", OPT_FLAG, AT(json),
	  .help = "print a line of JSON for each look; with --once, one" },
	{ "help", OPT_HELP, AT(help), .help = "print this and exit" },
	{ 0 },
};

/* The process that is watched. */
struct watched {
	pid_t pid;
	int fd; /* a pidfd */
	char name[NAME];
	uint64_t start_ns;
	struct family_look told; /* that a line was printed of */
	bool leaked;		 /* by that line */
	const struct raw *raw;
	struct family family;
};

/* --- which process -------------------------------------------------------- */

/* A process's name and parent. False: it is gone, hidden, or a zombie. */
static bool identify(pid_t pid, char name[NAME], pid_t *parent, char *state)
{
	struct proc_stat s;
	int to;

	if (proc_stat_read(&s, "/proc", pid) < 0 ||
	    sscanf(s.fields, "%c %d", state, &to) != 2)
		return false;
	*parent = to;
	snprintf(name, NAME, "%.15s", s.name);
	return true;
}

/* Of processes with that name, those whose parents have another. */
static size_t find_named(const char *wanted, pid_t found[NAMES_MOST])
{
	char name[NAME], above[NAME], state, why[PARSE_WHY];
	DIR *folder = opendir("/proc");
	const struct dirent *entry;
	pid_t parent, grandparent;
	size_t n = 0;
	uint64_t pid;

	while (folder && n < NAMES_MOST && (entry = readdir(folder)))
		if (parse_u64(entry->d_name, 1, INT_MAX, &pid, why) == 0 &&
		    (pid_t)pid != getpid() &&
		    identify((pid_t)pid, name, &parent, &state) &&
		    state != 'Z' && !strncmp(name, wanted, NAME - 1) &&
		    !(identify(parent, above, &grandparent, &state) &&
		      !strcmp(name, above)))
			found[n++] = (pid_t)pid;
	if (folder)
		closedir(folder);
	return n;
}

static pid_t choose(char *wanted)
{
	char why[PARSE_WHY], list[16 * NAMES_MOST] = "";
	pid_t found[NAMES_MOST];
	uint64_t pid;
	size_t n, used = 0;

	if (parse_u64(wanted, 1, INT_MAX, &pid, why) == 0)
		return (pid_t)pid;
	n = find_named(wanted, found);
	plain_text(wanted);
	if (n == 0)
		errx(3, "%.60s: no process has that name; give its PID",
		     wanted);
	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used,
					 "%s%d", i ? ", " : "", (int)found[i]);
	if (n > 1)
		errx(2, "%.60s: %s%zu processes have that name; give one of %s",
		     wanted, n == NAMES_MOST ? "at least " : "", n, list);
	return found[0];
}

static bool has_ended(const struct watched *w, int patience_ms)
{
	struct pollfd ask = { .fd = w->fd, .events = POLLIN };

	return poll(&ask, 1, patience_ms) > 0;
}

/* Opens it, or ends this program with one line that says why not. */
static void open_watched(struct watched *w)
{
	char self[32] = "", own[32], path[64], inside[64], state = '?';
	ssize_t n = readlink("/proc/self", self, sizeof(self) - 1);
	pid_t parent;

	snprintf(own, sizeof(own), "%d", (int)getpid());
	if (n < 0 || strcmp(self, own) != 0)
		errx(3, "/proc is missing, or of another PID namespace; mount "
			"one: mount -t proc proc /proc");
	w->fd = pidfd_of(w->pid);
	if (w->fd < 0 && errno == ESRCH)
		errx(3, "no process has PID %d", (int)w->pid);
	if (w->fd < 0)
		err(3, "cannot watch PID %d, which may be a thread",
		    (int)w->pid);
	if (!identify(w->pid, w->name, &parent, &state))
		errx(3,
		     "PID %d is hidden: /proc is mounted with hidepid; run "
		     "as that process's user, or as root",
		     (int)w->pid);
	plain_text(w->name);
	if (has_ended(w, 0))
		errx(3,
		     "%s (PID %d) has ended: it is itself a zombie, which "
		     "its parent, PID %d, has not collected",
		     w->name, (int)w->pid, (int)parent);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)w->pid);
	if (!w->raw->json &&
	    kernel_field(path, "NSpid", inside, sizeof(inside)) &&
	    strchr(inside, '\t'))
		warnx("%s (PID %d) is PID %s in a PID namespace of its own; "
		      "PIDs here are those outside",
		      w->name, (int)w->pid, strrchr(inside, '\t') + 1);
}

/* --- what is told --------------------------------------------------------- */

/* A second, since the last line. */
static double per_s(const struct watched *w, double count)
{
	double s = (double)(w->family.last.at_ns - w->told.at_ns) / 1e9;

	return s > 0 ? count / s : 0;
}

static double forks_per_s(const struct watched *w)
{
	return per_s(w, (double)(w->family.last.forked - w->told.forked));
}

static double exits_per_s(const struct watched *w)
{
	return per_s(w, (double)(w->family.last.exited - w->told.exited));
}

static double machine_forks_per_s(const struct watched *w)
{
	return per_s(w, w->family.last.machine_forked - w->told.machine_forked);
}

/* A figure for people, of three digits. */
static const char *figure(double value, char out[32])
{
	snprintf(out, 32, value < 10 ? "%.2g" : "%.0f", value);
	return out;
}

static bool leaks(const struct watched *w)
{
	return family_grown(&w->family) >= FAMILY_LEAK;
}

static void put_line(const struct watched *w, char out[PROGRESS_LINE])
{
	const struct family_look *l = &w->family.last;
	char oldest[40] = "", low[32], high[32], exits[32], verdict[80] = "";
	char where[40] = "";

	if (l->zombies)
		snprintf(oldest, sizeof(oldest), ", oldest %.0f+ s",
			 (double)l->oldest_ns / 1e9);
	if (l->zombies && l->parent != w->pid)
		snprintf(where, sizeof(where), ", most of PID %d",
			 (int)l->parent);
	if (leaks(w))
		snprintf(verdict, sizeof(verdict),
			 "  LEAK: zombies only grow, %ld more",
			 family_grown(&w->family));
	snprintf(out, PROGRESS_LINE,
		 "%6.0f s  %zu children, %zu zombies%s%s  forks/s %s to %s, "
		 "exits/s %s%s",
		 (double)(l->at_ns - w->start_ns) / 1e9, l->children,
		 l->zombies, oldest, where, figure(forks_per_s(w), low),
		 figure(machine_forks_per_s(w), high),
		 figure(exits_per_s(w), exits), verdict);
}

static json_t *look_json(const struct watched *w)
{
	const struct family_look *l = &w->family.last;

	return json_pack(
		"{s:f, s:i, s:s, s:I, s:I, s:I, s:i, s:o, s:f, s:f, s:f, s:I, "
		"s:b}",
		"t_s", (double)(l->at_ns - w->start_ns) / 1e9, "pid",
		(int)w->pid, "name", w->name, "children",
		(json_int_t)l->children, "zombies", (json_int_t)l->zombies,
		"zombies_that_stay", (json_int_t)l->stay, "parent_of_most",
		(int)l->parent, "oldest_zombie_s",
		l->zombies ? json_real((double)l->oldest_ns / 1e9) :
			     json_null(),
		"forks_per_s", forks_per_s(w), "exits_per_s", exits_per_s(w),
		"machine_forks_per_s", machine_forks_per_s(w), "grown",
		(json_int_t)family_grown(&w->family), "leaks", leaks(w));
}

static void put(struct watched *w, bool redraw)
{
	char line[PROGRESS_LINE];
	json_t *json;

	if (w->raw->json) {
		json = look_json(w);
		if (!json || json_dumpf(json, stdout, JSON_REAL_PRECISION(6)))
			errx(3, "cannot print JSON");
		putchar('\n');
		fflush(stdout);
		json_decref(json);
	} else {
		put_line(w, line);
		progress_draw(stdout, redraw, line);
	}
	w->leaked = leaks(w);
	w->told = w->family.last;
}

/* Whether there is something to tell of the last look. */
static bool is_due(const struct watched *w, bool redraw)
{
	return redraw || w->raw->json || leaks(w) != w->leaked ||
	       w->family.last.at_ns - w->told.at_ns >= PLAIN_NS;
}

static void look(struct watched *w)
{
	if (family_look(&w->family) == 0 || has_ended(w, 0))
		return;
	if (errno == ENOENT)
		errx(3,
		     "cannot see the children of PID %d: this kernel lacks "
		     "CONFIG_PROC_CHILDREN",
		     (int)w->pid);
	err(3, "cannot look at the children of PID %d", (int)w->pid);
}

/* Looks until it ends, or the time is up. Returns the status. */
static int watch(struct watched *w)
{
	bool once = w->raw->once, ended = false;
	bool redraw = progress_can_redraw(stdout) && !once && !w->raw->json;
	uint64_t end_ns, next_ns, now_ns;

	look(w);
	w->told = w->family.last;
	w->start_ns = next_ns = w->told.at_ns;
	end_ns = once ? w->start_ns + w->raw->for_ns : UINT64_MAX;
	if (!w->raw->json)
		printf("%s (PID %d); forks/s are those seen, to those of the "
		       "whole machine\n",
		       w->name, (int)w->pid);
	fflush(stdout);
	if (!once)
		put(w, redraw);
	while (!ended && next_ns < end_ns && !ferror(stdout)) {
		next_ns += w->raw->interval_ns;
		if (next_ns > end_ns)
			next_ns = end_ns;
		now_ns = clock_now_ns();
		ended = has_ended(
			w, next_ns > now_ns ?
				   (int)((next_ns - now_ns) / NS_PER_MS) + 1 :
				   0);
		if (ended)
			break;
		look(w);
		if (!once && is_due(w, redraw))
			put(w, redraw);
	}
	if (once && !ended)
		put(w, false);
	if (redraw)
		putchar('\n');
	if (ended)
		warnx("%s (PID %d) has ended%s", w->name, (int)w->pid,
		      once ? " before the time was up" : "");
	return ended && once ? 3 : leaks(w);
}

int command_watch(int argc, char *argv[], const struct programs *p)
{
	struct raw raw = { .for_ns = 60 * NS_PER_S, .interval_ns = NS_PER_S };
	int first = command_options(table, argc, argv, &raw, &raw.help,
				    "usage: forkbench watch [options] "
				    "PID|NAME\n"
				    "\n"
				    "Watches the children of a running "
				    "process: how many live, how "
				    "many are zombies,\n"
				    "and whether zombies only grow. Changes "
				    "nothing and needs no "
				    "rights.\n\n",
				    1, "sshd");
	struct watched w = { .raw = &raw };
	struct rlimit files;
	size_t window;
	int status;

	(void)p;
	if (raw.for_ns < 3 * raw.interval_ns)
		errx(2, "--for: under three times --interval; give more time");
	/* A descriptor for each child. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	w.pid = choose(argv[first]);
	open_watched(&w);
	window = (size_t)(raw.for_ns / raw.interval_ns) + 1;
	if (family_init(&w.family, w.pid, raw.tree, window) < 0)
		err(3, "cannot get memory");
	spawn_heed_signals();
	status = watch(&w);
	family_release(&w.family);
	close(w.fd);
	return command_end(status);
}

#include "loadgen/interval.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/hlog.h"
#include "lib/sock.h"
#include "loadgen/progress.h"
#include "loadgen/result_json.h"

int interval_init(struct interval *i, const struct options *o,
		  const struct board *board, unsigned workers)
{
	*i = (struct interval){ .o = o, .board = board, .workers = workers };
	if (!o->interval_ns && !o->hlog)
		return 0;
	i->before = tally_new();
	i->now = tally_new();
	i->rise = tally_new();
	if (!i->before || !i->now || !i->rise)
		return -1;
	if (!o->hlog)
		return 0;
	i->log = open_memstream(&i->text, &i->bytes);
	return i->log ? 0 : -1;
}

void interval_release(struct interval *i)
{
	if (i->log)
		fclose(i->log);
	free(i->text);
	free(i->before);
	free(i->now);
	free(i->rise);
	*i = (struct interval){ 0 };
}

void interval_start(struct interval *i, uint64_t now_ns, double unix_s)
{
	i->last_ns = now_ns;
	i->next_ns = i->o->interval_ns ? now_ns + i->o->interval_ns :
					 UINT64_MAX;
	if (i->log)
		hlog_begin(i->log, unix_s);
}

/* Resident memory of a process, KiB; 0 if it is gone. */
static uint64_t resident_kib(pid_t pid)
{
	unsigned long long pages = 0;
	char path[32];
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
	in = pid > 0 ? fopen(path, "re") : NULL;
	if (!in)
		return 0;
	if (fscanf(in, "%*u %llu", &pages) != 1)
		pages = 0;
	fclose(in);
	return pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

static double seconds(uint64_t ns)
{
	return round((double)ns / 1e6) / 1e3;
}

/* NULL: no memory. */
static json_t *line_of(const struct interval *i, uint64_t now_ns,
		       uint64_t memory_kib)
{
	const struct control *c = &i->board->control;
	const struct tally *rise = i->rise;
	uint64_t left_ns;

	return json_pack(
		"{s:f, s:f, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, "
		"s:o, s:o, s:o}",
		"t_s", seconds(now_ns - c->start_ns), "interval_s",
		seconds(now_ns - i->last_ns), "phase",
		phase_at(c, i->o, now_ns, &left_ns), "open",
		(json_int_t)i->now->open, "memory_kib", (json_int_t)memory_kib,
		"begun", (json_int_t)rise->begun, "served",
		(json_int_t)rise->served, "completed",
		(json_int_t)rise->completed, "failed", (json_int_t)rise->failed,
		"sent", (json_int_t)rise->sent, "echoed",
		(json_int_t)rise->echoed, "first_echo_us",
		result_json_latency(&rise->first_echo), "echo_us",
		result_json_latency(&rise->echo), "send_lag_us",
		result_json_latency(&rise->send_lag), "receive_lag_us",
		result_json_latency(&rise->receive_lag));
}

/*
 * A pipe with room for anything has it for PIPE_BUF bytes, so the write does
 * not wait: whoever reads too slowly must not stop the run.
 */
static int write_line(const struct interval *i, uint64_t now_ns,
		      uint64_t memory_kib)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
	json_t *line = line_of(i, now_ns, memory_kib);
	char text[PIPE_BUF];
	size_t bytes = json_dumpb(line, text, sizeof(text) - 1,
				  JSON_COMPACT | JSON_REAL_PRECISION(15));

	json_decref(line);
	errno = ENOMEM;
	if (!bytes || bytes >= sizeof(text))
		return -1;
	text[bytes++] = '\n';
	errno = EAGAIN;
	return poll(&out, 1, 0) == 1 ?
		       sock_write_all(STDOUT_FILENO, text, bytes) :
		       -1;
}

static void log_line(const struct interval *i, uint64_t now_ns)
{
	double start_s =
		(double)(i->last_ns - i->board->control.start_ns) / 1e9;
	double length_s = (double)(now_ns - i->last_ns) / 1e9;

#define X(name)                         \
	if (hist_count(&i->rise->name)) \
		hlog_line(i->log, #name, start_s, length_s, &i->rise->name);
	TALLY_HISTS(X)
#undef X
}

static void tell(struct interval *i, uint64_t now_ns, const pid_t *pid)
{
	struct tally *swap = i->before;
	uint64_t memory_kib = 0;

	tally_sum(i->board, i->workers, i->now);
#define X(name) i->rise->name = i->now->name - i->before->name;
	TALLY_COUNTERS(X)
#undef X
#define X(name) hist_rise(&i->rise->name, &i->before->name, &i->now->name);
	TALLY_HISTS(X)
#undef X
	for (unsigned w = 0; pid && w < i->workers; w++)
		memory_kib += resident_kib(pid[w]);
	if (!pid)
		memory_kib = i->now->memory_kib; /* at the workers' ends */
	if (i->o->interval_ns && write_line(i, now_ns, memory_kib) < 0) {
		i->lost++;
		i->lost_errno = errno;
	}
	if (i->log)
		log_line(i, now_ns);
	i->before = i->now;
	i->now = swap;
	i->last_ns = now_ns;
}

void interval_look(struct interval *i, uint64_t now_ns, const pid_t *pid)
{
	if (!i->before || now_ns < i->next_ns)
		return;
	tell(i, now_ns, pid);
	while (i->next_ns <= now_ns)
		i->next_ns += i->o->interval_ns;
}

void interval_end(struct interval *i, uint64_t now_ns)
{
	if (i->before && now_ns > i->last_ns)
		tell(i, now_ns, NULL);
}

int interval_write_log(struct interval *i, const char *path)
{
	struct file f;

	if (fflush(i->log) != 0 || ferror(i->log)) {
		errno = ENOMEM;
		return -1;
	}
	if (file_open(&f, path) < 0)
		return -1;
	if (fwrite(i->text, 1, i->bytes, f.out) != i->bytes) {
		file_abort(&f);
		return -1;
	}
	return file_commit(&f);
}

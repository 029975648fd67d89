#include "loadgen/interval.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/hlog.h"
#include "loadgen/phase.h"

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

static void print_us(const char *name, const struct hist *h)
{
	static const struct {
		const char *name;
		double pct;
	} columns[] = {
		{ "p50", 50 }, { "p90", 90 }, { "p99", 99 }, { "max", 100 }
	};
	uint64_t count = hist_count(h), ns;

	printf(",\"%s_us\":", name);
	if (!count) {
		printf("null");
		return;
	}
	printf("{\"count\":%" PRIu64, count);
	for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++)
		if (hist_percentile(h, columns[c].pct, &ns) < 0)
			printf(",\"%s\":null", columns[c].name);
		else
			printf(",\"%s\":%.3f", columns[c].name,
			       (double)ns / 1e3);
	printf("}");
}

static void print_line(const struct interval *i, uint64_t now_ns,
		       uint64_t memory_kib)
{
	const struct control *c = &i->board->control;
	const struct tally *rise = i->rise;
	uint64_t left_ns;

	printf("{\"t_s\":%.3f,\"interval_s\":%.3f,\"phase\":\"%s\","
	       "\"open\":%" PRIu64 ",\"memory_kib\":%" PRIu64,
	       (double)(now_ns - c->start_ns) / 1e9,
	       (double)(now_ns - i->last_ns) / 1e9,
	       phase_at(c, i->o, now_ns, &left_ns), (uint64_t)i->now->open,
	       memory_kib);
	printf(",\"begun\":%" PRIu64 ",\"served\":%" PRIu64 ",\"completed\":"
	       "%" PRIu64 ",\"failed\":%" PRIu64 ",\"sent\":%" PRIu64 ",\"echoe"
	       "d\":"
	       "%" PRIu64,
	       (uint64_t)rise->begun, (uint64_t)rise->served,
	       (uint64_t)rise->completed, (uint64_t)rise->failed,
	       (uint64_t)rise->sent, (uint64_t)rise->echoed);
	print_us("first_echo", &rise->first_echo);
	print_us("echo", &rise->echo);
	print_us("send_lag", &rise->send_lag);
	printf("}\n");
	fflush(stdout);
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
	if (i->o->interval_ns)
		print_line(i, now_ns, memory_kib);
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

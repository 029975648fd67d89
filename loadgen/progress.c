#include "loadgen/progress.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/clock.h"

#define REDRAW_NS (200 * NS_PER_MS)
#define LINE_NS (5 * NS_PER_S)

static bool shown;

static uint64_t left(uint64_t end_ns, uint64_t now_ns)
{
	return end_ns == UINT64_MAX ? UINT64_MAX : end_ns - now_ns;
}

const char *phase_at(const struct control *c, const struct options *o,
		     uint64_t now_ns, uint64_t *left_ns)
{
	uint64_t ramp_end_ns = c->load_ns + o->ramp_ns;

	if (now_ns >= c->window_end_ns) {
		*left_ns = UINT64_MAX;
		return "drain";
	}
	if (now_ns >= c->window_start_ns) {
		*left_ns = left(c->window_end_ns, now_ns);
		return "steady";
	}
	if (c->load_ns == UINT64_MAX || (o->hold && now_ns < c->schedule_ns)) {
		*left_ns = UINT64_MAX;
		return "opening";
	}
	if (!o->hold && now_ns < ramp_end_ns) {
		*left_ns = ramp_end_ns - now_ns;
		return "ramp";
	}
	*left_ns = left(c->window_start_ns, now_ns);
	return "warm-up";
}

void progress_show(const struct control *control, const struct options *o,
		   const struct tally *sum, uint64_t now_ns)
{
	static uint64_t next_ns;
	static int terminal = -1;
	char left[32] = "";
	const char *phase;
	uint64_t left_ns;

	if (terminal < 0)
		terminal = isatty(STDERR_FILENO);
	if (next_ns < control->start_ns)
		next_ns = control->start_ns + (terminal ? REDRAW_NS : LINE_NS);
	if (now_ns < next_ns)
		return;
	next_ns = now_ns + (terminal ? REDRAW_NS : LINE_NS);
	phase = phase_at(control, o, now_ns, &left_ns);
	if (left_ns != UINT64_MAX)
		snprintf(left, sizeof(left), ", %.0f s left",
			 (double)left_ns / 1e9);
	fprintf(stderr,
		"%s%5.1f s, %s%s: %" PRIu64 " open, %" PRIu64
		" served, %" PRIu64 " failed, %" PRIu64 " echoes%s",
		terminal ? "\r\033[K" : "",
		(double)(now_ns - control->start_ns) / 1e9, phase, left,
		sum->open, sum->served, sum->failed, sum->echoed,
		terminal ? "" : "\n");
	shown = terminal;
}

void progress_end(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
}

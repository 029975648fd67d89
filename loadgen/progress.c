#include "loadgen/progress.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/clock.h"

#define REDRAW_NS (200 * NS_PER_MS)
#define LINE_NS (5 * NS_PER_S)

static bool shown;

static void time_left(const struct control *control, uint64_t now_ns, char *out,
		      size_t bytes)
{
	if (control->window_end_ns == UINT64_MAX)
		snprintf(out, bytes, "%s", "");
	else if (now_ns >= control->window_end_ns)
		snprintf(out, bytes, ", closing");
	else
		snprintf(out, bytes, ", %.0f s left",
			 (double)(control->window_end_ns - now_ns) / 1e9);
}

void progress_show(const struct control *control, const struct tally *sum,
		   uint64_t now_ns)
{
	static uint64_t next_ns;
	bool terminal = isatty(STDERR_FILENO);
	char left[32];

	if (!next_ns)
		next_ns = control->start_ns + (terminal ? REDRAW_NS : LINE_NS);
	if (now_ns < next_ns)
		return;
	next_ns = now_ns + (terminal ? REDRAW_NS : LINE_NS);
	time_left(control, now_ns, left, sizeof(left));
	fprintf(stderr,
		"%s%5.1f s: %" PRIu64 " open, %" PRIu64 " served, %" PRIu64
		" failed, %" PRIu64 " echoes%s%s",
		terminal ? "\r\033[K" : "",
		(double)(now_ns - control->start_ns) / 1e9, sum->open,
		sum->served, sum->failed, sum->echoed, left,
		terminal ? "" : "\n");
	shown = terminal;
}

void progress_clear(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
}

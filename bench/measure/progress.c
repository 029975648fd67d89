#include "bench/measure/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/clock.h"

#define REDRAW_NS (200 * NS_PER_MS)

static double left_s(const struct progress *p)
{
	double sum_s = 0;

	for (size_t a = 0; a < p->config->arms; a++)
		sum_s += p->left[a] * p->left_s[a];
	return sum_s;
}

/* At most so many columns, without a broken character. */
static void cut(char line[PROGRESS_LINE], size_t columns)
{
	size_t shown = 0;

	for (char *at = line; *at; at++)
		/* All but the later bytes of a character in UTF-8. */
		if (((unsigned char)*at & 0xc0) != 0x80 && shown++ == columns) {
			*at = '\0';
			return;
		}
}

void progress_line(const struct progress *p, const struct block *b,
		   size_t columns, char out[PROGRESS_LINE])
{
	const struct arm *arm = &p->config->arm[b->arm];
	long left = lround(left_s(p));

	if (b->round)
		snprintf(out, PROGRESS_LINE,
			 "%-7s round %u of %u, about %ld:%02ld left",
			 arm->experiment->name, b->round, arm->rounds,
			 left / 60, left % 60);
	else
		snprintf(out, PROGRESS_LINE, "%-7s warm-up",
			 arm->experiment->name);
	cut(out, columns);
}

bool progress_can_redraw(FILE *out)
{
	const char *term = getenv("TERM");

	return isatty(fileno(out)) && term && *term && strcmp(term, "dumb");
}

void progress_draw(FILE *out, bool redraw, char line[PROGRESS_LINE])
{
	struct winsize size = { 0 };

	if (ioctl(fileno(out), TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		size.ws_col = 80;
	if (redraw)
		cut(line, size.ws_col - 1U);
	fprintf(out, redraw ? "\r\033[K%s" : "%s\n", line);
	fflush(out);
}

void progress_begin(struct progress *p, const struct config *config)
{
	*p = (struct progress){
		.config = config,
		.terminal = progress_can_redraw(stderr),
	};
	for (size_t a = 0; a < config->arms; a++) {
		p->left[a] = config->arm[a].rounds;
		p->left_s[a] = plan_guess_s(&config->arm[a]);
	}
}

void progress_round(struct progress *p, size_t arm, unsigned left,
		    double took_s)
{
	/* The first one ends the guessing; later ones make no jumps. */
	p->left_s[arm] =
		p->measured[arm] ? 0.8 * p->left_s[arm] + 0.2 * took_s : took_s;
	p->measured[arm] = true;
	p->left[arm] = left;
}

void progress_show(struct progress *p, const struct block *b)
{
	uint64_t now_ns = clock_now_ns();
	char line[PROGRESS_LINE];

	if (p->shown_ns &&
	    now_ns - p->shown_ns <
		    (p->terminal ? REDRAW_NS : PROGRESS_PLAIN_S * NS_PER_S))
		return;
	p->shown_ns = now_ns;
	progress_line(p, b, PROGRESS_LINE, line);
	progress_draw(stderr, p->terminal, line);
}

void progress_clear(const struct progress *p)
{
	if (p->terminal)
		fputs("\r\033[K", stderr);
}

#include "client/ping_tell.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/clock.h"

static void tell_passed_over(const struct track_verdict *v)
{
	for (uint64_t i = v->message - v->passed_over; i < v->message; i++)
		printf("seq=%" PRIu64 " lost: seq=%" PRIu64 " came before it\n",
		       i, v->message);
}

int ping_tell(const struct track_verdict *v, const struct peer *p,
	      size_t size_bytes)
{
	char time[CLOCK_WORDS];

	switch (v->fate) {
	case TRACK_ECHOED:
		tell_passed_over(v);
		clock_words(v->time_ns, time);
		printf("%zu bytes from %s: seq=%" PRIu64 " time=%s\n",
		       size_bytes, p->name, v->message, time);
		break;
	case TRACK_LOST:
		printf("seq=%" PRIu64 " lost: no echo within %g s\n",
		       v->message, (double)p->timeout_ns / NS_PER_S);
		break;
	case TRACK_WRONG:
		printf("seq=%" PRIu64 " wrong: byte %zu of %zu differs\n",
		       v->message, v->differs_at, size_bytes);
		break;
	case TRACK_LATE:
		printf("seq=%" PRIu64 " late: its echo came after all\n",
		       v->message);
		break;
	}
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}

static void tell_p99(const struct hist *h, char out[CLOCK_WORDS])
{
	uint64_t ns;

	if (hist_percentile(h, 99, &ns) < 0)
		snprintf(out, CLOCK_WORDS, "-");
	else
		clock_words(ns, out);
}

static void tell_times(const struct track *t)
{
	char min[CLOCK_WORDS] = "-", avg[CLOCK_WORDS] = "-";
	char max[CLOCK_WORDS] = "-", p99[CLOCK_WORDS] = "-";

	if (t->echoed) {
		clock_words(t->min_ns, min);
		clock_words((uint64_t)hist_mean_ns(&t->times), avg);
		clock_words(t->times.max_ns, max);
		tell_p99(&t->times, p99);
	}
	printf("round trip: min %s, avg %s, max %s, p99 %s\n", min, avg, max,
	       p99);
}

int ping_tell_all(const struct track *t, const struct peer *p)
{
	printf("\n%s: %" PRIu64 " sent, %" PRIu64 " echoed, %" PRIu64
	       " lost, %" PRIu64 " wrong",
	       p->name, t->sent, t->echoed, t->lost, t->wrong);
	if (track_awaited(t))
		printf(", %" PRIu64 " awaited", track_awaited(t));
	putchar('\n');
	tell_times(t);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}

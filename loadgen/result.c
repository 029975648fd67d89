#include "loadgen/result.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int result_init(struct result *r)
{
	*r = (struct result){ .sessions_per_s = -1, .messages_per_s = -1 };
	r->sum = tally_new();
	return r->sum ? 0 : -1;
}

void result_release(struct result *r)
{
	free(r->sum);
	r->sum = NULL;
}

void result_latencies(const struct result *r, struct latency out[LATENCIES])
{
	size_t i = 0;

#define X(hist) out[i++] = (struct latency){ #hist, &r->sum->hist };
	TALLY_HISTS(X)
#undef X
}

const char *verdict_status_name(enum verdict_status status)
{
	static const char *const names[] = { "valid", "suspect", "invalid" };

	return names[status];
}

void one_line(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

void verdict_add(struct verdict *v, enum verdict_status status,
		 const char *format, ...)
{
	va_list args;

	if (status > v->status)
		v->status = status;
	if (v->reasons == REASONS_MOST)
		return;
	va_start(args, format);
	vsnprintf(v->reason[v->reasons], REASON_BYTES, format, args);
	va_end(args);
	one_line(v->reason[v->reasons++]);
}

#include "bench/status.h"

#include <stdarg.h>
#include <stdio.h>

#include "bench/plain.h"

const char *status_name(enum run_state state)
{
	static const char *const names[] = {
		[RUN_VALID] = "VALID",
		[RUN_NOISY] = "NOISY",
		[RUN_INCOMPLETE] = "INCOMPLETE",
		[RUN_INVALID] = "INVALID",
	};

	return names[state];
}

void status_add(struct run_status *s, enum run_state state, const char *format,
		...)
{
	va_list args;

	if (state > s->state)
		s->state = state;
	if (s->n_reasons == STATUS_REASONS) {
		snprintf(s->reasons[STATUS_REASONS - 1], STATUS_REASON,
			 "and more; see the cells' metrics.json");
		return;
	}
	va_start(args, format);
	vsnprintf(s->reasons[s->n_reasons], STATUS_REASON, format, args);
	va_end(args);
	plain_text(s->reasons[s->n_reasons++]); /* some cut a text's end */
}

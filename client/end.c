#include "client/end.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "client/interrupt.h"
#include "client/peer.h"
#include "lib/clock.h"

#define NO_ECHO_SERVER "it is no echo server, or a faulty one"

int end_tell(enum end end, const struct peer *p, char why[END_WHY])
{
	const char *reason = strerror(errno);

	*why = '\0';
	switch (end) {
	case END_DONE:
		return 0;
	case END_STOPPED:
		return 128 + interrupt_signal();
	case END_UNREADY:
		snprintf(why, END_WHY, "cannot begin: %s", reason);
		return 3;
	case END_CLOSED:
		snprintf(why, END_WHY,
			 "lost %s: the server closed the connection; start "
			 "echoc again",
			 p->name);
		break;
	case END_LOST:
		snprintf(why, END_WHY, "lost %s: %s", p->name, reason);
		break;
	case END_SILENT:
		snprintf(why, END_WHY,
			 "no answer from %s within %g s; see what it does, or "
			 "give a longer --timeout",
			 p->name, (double)p->timeout_ns / NS_PER_S);
		break;
	case END_DIFFERS:
		snprintf(why, END_WHY,
			 "%s returned a record that differs from the one "
			 "sent; " NO_ECHO_SERVER,
			 p->name);
		break;
	case END_UNASKED:
		snprintf(why, END_WHY,
			 "%s sent what was not asked for; " NO_ECHO_SERVER,
			 p->name);
		break;
	case END_UNEVEN:
		snprintf(why, END_WHY,
			 "%s returned %" PRIu64 " bytes for %" PRIu64
			 "; " NO_ECHO_SERVER,
			 p->name, p->came, p->sent);
		break;
	case END_MISSED:
		snprintf(why, END_WHY,
			 "%s did not return every message as it was sent; "
			 "it is slow, faulty, or no echo server",
			 p->name);
		break;
	case END_NO_INPUT:
		snprintf(why, END_WHY, "cannot read standard input: %s",
			 reason);
		break;
	case END_NO_OUTPUT:
		snprintf(why, END_WHY, "cannot write standard output: %s",
			 reason);
		break;
	}
	return 1;
}

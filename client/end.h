#ifndef CLIENT_END_H
#define CLIENT_END_H

/* How a run of echoc ended, and the message for that. */

enum end {
	END_DONE,      /* nothing is wrong */
	END_CLOSED,    /* the server closed the connection */
	END_LOST,      /* the connection failed, errno */
	END_SILENT,    /* the server did not answer in time */
	END_DIFFERS,   /* a record came back that is not the one sent */
	END_UNASKED,   /* the server sent what nobody asked for */
	END_UNEVEN,    /* more or fewer bytes came back than were sent */
	END_MISSED,    /* messages were lost or came back wrong */
	END_STOPPED,   /* by interrupt_signal(), before all was done */
	END_NO_INPUT,  /* standard input cannot be read, errno */
	END_NO_OUTPUT, /* standard output cannot be written, errno */
	END_UNREADY /* the system refused something before the start, errno */
};

struct peer;
enum { END_WHY = 320 };

/*
 * Returns the exit status. *why: one sentence on what failed, where, why and
 * what to do; empty if there is nothing to say.
 */
int end_tell(enum end end, const struct peer *p, char why[END_WHY]);

#endif

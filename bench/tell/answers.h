#ifndef BENCH_TELL_ANSWERS_H
#define BENCH_TELL_ANSWERS_H

/*
 * What a judged run answers, in sentences. This is the one module that makes
 * any (answers_curves.c has those of curves). Each is true of the run's
 * figures: nothing is said where a verdict is missing, withheld or unclear, but
 * that it is so.
 */

#include "bench/judge/judge.h"
#include "bench/tell/words.h"

enum {
	ANSWER_BYTES = 1024,
	ANSWERS_MOST = 32,
	DOUBTS_MOST = EXPERIMENTS_MOST * VALIDITY_RULE_COUNT,
};

/* What a sentence is about, so that a picture can have it as its title. */
enum topic {
	TOPIC_OTHER,
	TOPIC_USE,	/* which reap mode to use */
	TOPIC_ONCE,	/* what one waitpid per signal leaves */
	TOPIC_SERVERS,	/* which server is cheapest */
	TOPIC_FORK,	/* what fork() takes */
	TOPIC_FLOOR,	/* what a session takes above its floor */
	TOPIC_COUNTS,	/* what the modes make the kernel do */
	TOPIC_CAPACITY, /* up to which rate sessions are served as offered */
	TOPIC_CONCURRENCY,
	TOPIC_STORM,   /* how the exit storm grows */
	TOPIC_BACKLOG, /* what a burst meets */
	TOPIC_EXHAUST, /* what a limit of processes does */
};

struct answers {
	char line[160]; /* behind the status: "quick, 412 rounds, 3 min 31 s" */
	char remedy[ANSWER_BYTES]; /* of a run that is not VALID; or "" */
	size_t count, doubts;
	enum topic topic[ANSWERS_MOST];
	char answer[ANSWERS_MOST][ANSWER_BYTES];
	char doubt[DOUBTS_MOST][ANSWER_BYTES]; /* a rule and experiment each */
};

void answers_make(const struct judged *j, struct answers *a);

/*
 * For who makes them: a new sentence, empty; the last one takes what does not
 * fit any more. And those of what
 * sessions cost, of curves and of a limit of processes.
 */
char *answers_next(struct answers *a, enum topic topic);
void answers_costs(const struct judged *j, struct answers *a);
void answers_curves(const struct judged *j, struct answers *a);

/* The first sentence about it, or NULL. */
const char *answers_about(const struct answers *a, enum topic topic);

/*
 * The experiment that the first screen is about: churn, else the first that
 * compares modes, else the first that compares servers, else the first; NULL
 * if the run has none.
 */
const struct judged_arm *answers_main(const struct judged *j);

/* The primary metrics of which it has a figure. Returns how many. */
size_t answers_primaries(const struct judged_arm *a, int metric[METRIC_COUNT]);

/*
 * "none", "all", or "66 % in churn, 92 % after a storm": the children that a
 * level left as zombies, over all experiments with the same factor. Returns
 * false, and "" in out, if none of them counted.
 */
bool answers_left(const struct judged *j, const struct judged_arm *a,
		  size_t level, char out[ANSWER_BYTES]);

/*
 * What fork(), or a session's CPU, takes for a larger unit more of an ordered
 * factor, by each curve. Returns false, and "" in text, where too few rounds or
 * noise forbid it.
 */
bool answers_slope(const struct judged *j, const struct judged_arm *a,
		   int metric, char text[ANSWER_BYTES]);

/* SIGCHLD handler calls per fork, by the medians; NAN: not counted. */
double answers_handler_calls(const struct judged_arm *a, size_t level);

/* The median over the cells that were used, milliseconds; NAN: none. */
double answers_overhead_ms(const struct judged *j, const struct judged_arm *a);

#endif

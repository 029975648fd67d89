#ifndef BENCH_TELL_DRAWING_H
#define BENCH_TELL_DRAWING_H

/*
 * How each picture is drawn, and what it is drawn of, for whoever gives it a
 * title.
 */

#include <stdio.h>

#include "bench/judge/judge.h"

enum {
	FOREST_PANELS = 24,
	FOREST_ROWS = 2 * LEVELS_MOST,
	LEVEL_SLOTS = LEVELS_MOST + 1,
};

/* The arm of that experiment, or NULL. */
const struct judged_arm *drawing_arm(const struct judged *j, const char *name);

/* The children that a level left: "none", "66 %", "all"; "": not counted. */
enum { DRAWING_LEFT = 16 };
void drawing_left(const struct zombie_count *z, char out[DRAWING_LEFT]);

/* Metrics in their panels, and the levels in the rows of each. */
struct forest {
	size_t panels, rows;
	struct panel {
		const struct judged_arm *arm;
		int metric;
	} panel[FOREST_PANELS];
	struct row {
		const char *name;
		size_t arm, level; /* where it is met first */
		bool aa;
	} row[FOREST_ROWS];
};

/* Only what has a ratio: no panel if nothing is compared. */
void forest_gather(const struct judged *j, enum factor factor,
		   struct forest *f);

/* The samples of a level in the first round that has any; to be freed. */
size_t timeline_read(const struct judged *j, const struct judged_arm *a,
		     size_t level, struct zombie_sample **samples);

/* The latencies that have a panel. */
enum { LATENCIES = 2 };
extern const char *const latency_titles[LATENCIES];
extern const int latency_metrics[LATENCIES];

/* The samples of one, added up. Returns how many. */
uint64_t latency_read(const struct judged *j, const struct judged_arm *a,
		      size_t level, size_t latency, struct hist *sum);

/* A picture of bars: which arm, and what the parts are. */
struct stack {
	const char *name, *experiment;
	int first, second; /* metrics; second -1: one part */
	bool whole;	   /* the second is all, the first included */
	int beside;	   /* a metric that is told in brackets, or -1 */
	const char *subtitle, *axis;
};
extern const struct stack stacks[];
extern const size_t stack_count;

/* "120 µs + 106 µs", "62.1 µs (70.3 µs)": what is told of a level. */
enum { STACK_WORDS = 160 };
void stack_words(const struct stack *s, const struct judged_arm *a,
		 size_t level, char out[STACK_WORDS]);

/* The levels whose parts are known. Returns how many. */
size_t stack_levels(const struct stack *s, const struct judged_arm *a,
		    size_t level[LEVEL_SLOTS]);

/*
 * The metrics of which an experiment whose factor has a slope is drawn, a panel
 * each. Returns how many.
 */
enum { SLOPE_PANELS = 2 };
size_t slope_panels(const struct judged_arm *a, int metric[SLOPE_PANELS]);
bool slope_is_clear(const struct judged *j, const struct judged_arm *a,
		    int metric, size_t curve);

struct dot {
	double t_s, ratio; /* NAN: no value */
	enum validity validity;
};

/* All cells of an arm by one metric, against the median of their level. */
struct dots {
	const struct judged_arm *arm;
	int metric;
	size_t n, suspect, invalid;
	struct dot *dot; /* by time; owned */
	size_t middles;	 /* medians of so many successive cells */
	struct dot *middle;
};

/* Returns false if the run has too few. Release in any case. */
bool dots_gather(const struct judged *j, struct dots *d);
void dots_release(struct dots *d);

/* Appends one line; if it does not fit, nothing, and returns false. */
__attribute__((format(printf, 3, 4))) bool line_add(char *to, size_t room,
						    const char *format, ...);

/* Writes what gnuplot needs before the first picture. */
void drawing_begin(FILE *out, const struct judged *j);

/* Writes the commands for a picture: one that figures_choose() names. */
void drawing_write(FILE *out, const struct judged *j, const char *name,
		   const char *title);

#endif

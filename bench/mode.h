#ifndef BENCH_MODE_H
#define BENCH_MODE_H

/*
 * How each of the daemon's reap modes looks: its words and its colour, the
 * same in every table and every picture. Colours are those of Okabe and Ito
 * that show on white, and five more that were picked by the smallest distance
 * (CIEDE2000, 9 or more) between any two, as three kinds of colour-blind
 * readers see them.
 */

struct mode {
	const char *name;  /* as in echod --reap */
	const char *label; /* for people */
	const char *brief; /* the same, without explanation */
	const char *rgb;   /* of lines and bands, "#rrggbb" */
	const char *text;  /* the same, dark enough for words on white */
};

enum { MODE_COUNT = 12 };

extern const struct mode modes[MODE_COUNT];

/* The mode, or NULL for a name that this program does not know. */
const struct mode *mode_find(const char *name);

/*
 * The look of any mode: a name that is not in the table stands for itself, in
 * grey. The result points to `name` then.
 */
struct mode mode_look(const char *name);

#endif

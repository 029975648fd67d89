#ifndef BENCH_TELL_GNUPLOT_H
#define BENCH_TELL_GNUPLOT_H

enum { GNUPLOT_WHY = 512 };

/*
 * Runs a script of scripts_dir twice, for an SVG and a PNG, by
 *	gnuplot -d -c SCRIPT svg|png OUTPUT args...
 * without a shell; at most 7 args, ended by NULL. The pictures appear at
 * output.svg and output.png when both are complete.
 * Returns 0, or -1 with one sentence in why, gnuplot's own words in it; one
 * that hangs is ended after a minute, or when a signal asks this process to
 * stop (see bench/spawn.h).
 */
int gnuplot_draw(const char *scripts_dir, const char *script,
		 const char *output, const char *const args[],
		 char why[GNUPLOT_WHY]);

#endif

#ifndef BENCH_PLACE_H
#define BENCH_PLACE_H

/*
 * Where this program stands and keeps its runs. In a checkout it is in
 * build/bin/; `make install` puts it into lib/forkbench/, with its own servers
 * and load generator beside it, and a link to it into bin/.
 */

/* The folder that this program is in, or NULL with errno. */
const char *place_bin(void);

/*
 * Where runs are kept by default: results/ in the working folder; or, if the
 * program is installed, $XDG_STATE_HOME/forkbench, by default
 * ~/.local/state/forkbench, unless HOME is not set either.
 */
const char *place_results(void);

#endif

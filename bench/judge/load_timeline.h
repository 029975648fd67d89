#ifndef BENCH_JUDGE_LOAD_TIMELINE_H
#define BENCH_JUDGE_LOAD_TIMELINE_H

#include "bench/judge/load_json.h"

/*
 * Reads the columns t_s and zombies of the time line at from->path, wherever
 * they stand. An absent file leaves *t empty. Returns 0, or -1 with one
 * sentence in why. Release with load_timeline_release() in either case.
 */
int load_timeline(const struct load_source *from, struct load_timeline *t);

void load_timeline_release(struct load_timeline *t);

#endif

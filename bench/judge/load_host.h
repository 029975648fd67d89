#ifndef BENCH_JUDGE_LOAD_HOST_H
#define BENCH_JUDGE_LOAD_HOST_H

#include "bench/judge/load_json.h"

/*
 * Reads a cell's `host`, what the machine was like, into c->drift; what is not
 * there is unknown. Returns 0, or -1 with one sentence in why.
 */
int load_host(const struct load_source *from, struct load_cell *c);

#endif

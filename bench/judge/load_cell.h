#ifndef BENCH_JUDGE_LOAD_CELL_H
#define BENCH_JUDGE_LOAD_CELL_H

#include "bench/judge/load.h"

/*
 * Reads every cell's folder of run->experiments and run->slots into
 * run->cells. A folder without metrics.json was never finished and is passed
 * over. Returns 0, or -1 with one sentence in why.
 */
int load_cells(struct load_run *run, char why[LOAD_WHY]);

void load_cell_release(struct load_cell *cell);

#endif

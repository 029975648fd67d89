#include "bench/judge/judge_doubts.h"

struct judge_doubts judge_doubts(const struct load_run *run)
{
	struct judge_doubts d = { 0 };

	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];

		d.lost += !c->warmup && !load_usable(c);
		d.used += load_usable(c);
		if (!load_usable(c) || c->validity != CELL_SUSPECT)
			continue;
		d.suspect++;
		d.within[c->experiment]++;
		if (!d.first)
			d.first = c;
	}
	return d;
}

bool judge_mostly_suspect(const struct judge_doubts *d)
{
	return d->suspect > d->used / 2;
}

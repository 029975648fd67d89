#include "bench/judge/judge_status.h"

#include <stdio.h>

#include "bench/judge/judge_doubts.h"

/* What the run says of a cell: its first reason. */
static const char *reason_of(const struct load_cell *c)
{
	const char *first = json_string_value(json_array_get(c->reasons, 0));

	return first ? first : "no reason given";
}

/*
 * A cell is lost when its retry is invalid too. One that waits for its retry
 * in a run that was stopped is a sign of the stop alone.
 */
static void check_cells(const struct load_run *run, struct run_status *s)
{
	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];

		if (c->excluded || c->warmup || c->validity != CELL_INVALID)
			continue;
		if (c->attempt < 2 && !run->finished)
			continue;
		status_add(s, RUN_INVALID,
			   "%s, round %u, %s is invalid%s: %.160s",
			   run->experiments[c->experiment].name, c->round,
			   run->slots[c->slot].name,
			   c->attempt < 2 ? "" : " twice over", reason_of(c));
	}
}

static void check_end(const struct load_run *run, struct run_status *s)
{
	size_t measured = 0;

	for (size_t i = 0; i < run->n_cells; i++)
		measured += !run->cells[i].excluded;
	if (run->finished && measured >= run->planned_cells)
		return;
	if (run->finished)
		status_add(s, RUN_INCOMPLETE,
			   "cells are missing: %zu of %ju are there; measure "
			   "it again",
			   measured, (uintmax_t)run->planned_cells);
	else if (run->interrupted_by)
		status_add(s, RUN_INCOMPLETE,
			   "stopped by %.20s after %zu of %ju cells",
			   run->interrupted_by, measured,
			   (uintmax_t)run->planned_cells);
	else
		status_add(s, RUN_INCOMPLETE,
			   "not finished: %zu of %ju cells were measured",
			   measured, (uintmax_t)run->planned_cells);
}

/* A run that compares modes, and has nothing to compare. */
static void check_pairs(const struct load_run *run, struct judgement *j)
{
	size_t usable = 0, pairs = 0;

	for (size_t i = 0; i < run->n_cells; i++)
		usable += load_usable(&run->cells[i]);
	for (size_t i = 0; i < j->n_effects; i++)
		pairs += j->effects[i].has_ratio;
	if (!run->finished || (usable && (pairs || run->n_slots < 2)))
		return;
	status_add(&j->status, RUN_INVALID,
		   usable ? "no mode can be compared with the baseline" :
			    "no cell can be used");
}

static void check_noise(const struct load_run *run, struct judgement *j)
{
	for (size_t i = 0; i < j->n_effects; i++) {
		const struct judge_effect *e = &j->effects[i];
		const char *experiment = run->experiments[e->experiment].name;

		if (!run->slots[e->slot].again || !judge_differs(e) ||
		    !run->verdicts || !metric_is_primary(e->metric, experiment))
			continue;
		status_add(&j->status, RUN_NOISY,
			   "%s, %s: the baseline measured twice differs from "
			   "itself, %.3f [%.3f–%.3f]; stop what else runs on "
			   "the machine, or set ROUNDS higher, and measure "
			   "again",
			   experiment, metrics[e->metric].title, e->ratio,
			   e->low, e->high);
	}
}

/*
 * A suspect cell is used, as its pair may be as disturbed as it is. But of a
 * run that was disturbed most of the time the speeds are those of something
 * else: A/A does not tell, where the disturbance was always there.
 */
static void check_doubt(const struct load_run *run, struct run_status *s)
{
	struct judge_doubts d = judge_doubts(run);

	if (!run->verdicts || !judge_mostly_suspect(&d))
		return;
	status_add(s, RUN_NOISY,
		   "%zu of the %zu cells used are suspect; the first, %s, "
		   "round %u, %s: %.160s",
		   d.suspect, d.used,
		   run->experiments[d.first->experiment].name, d.first->round,
		   run->slots[d.first->slot].name, reason_of(d.first));
}

/* No fault, but good to know. */
static void note_resumed(const struct load_run *run, struct run_status *s)
{
	if (!run->n_resumed)
		return;
	status_add(s, RUN_VALID,
		   "resumed %zu time%s, %sbefore cell %ju of %ju; what changed "
		   "in the pause may show in that cell's round",
		   run->n_resumed, run->n_resumed == 1 ? "" : "s",
		   run->n_resumed == 1 ? "" : "the last time ",
		   (uintmax_t)run->resumed_at, (uintmax_t)run->planned_cells);
}

void judge_status(const struct load_run *run, struct judgement *j)
{
	check_cells(run, &j->status);
	check_end(run, &j->status);
	check_pairs(run, j);
	check_noise(run, j);
	check_doubt(run, &j->status);
	note_resumed(run, &j->status);
}

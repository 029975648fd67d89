#include "bench/measure/store_cells.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/json_file.h"
#include "bench/measure/folder.h"

/* A cell's folder, and where that of its first try is set aside. */
struct place {
	char folder[PATH_MAX], aside[PATH_MAX];
};

static int find_place(const struct store *s, const struct plan_cell *cell,
		      struct place *p)
{
	if (snprintf(p->folder, PATH_MAX, "%s/cells/%s/%u-%s", s->partial,
		     experiment_names[cell->experiment], cell->round,
		     cell->slot) < PATH_MAX &&
	    snprintf(p->aside, PATH_MAX, "%s.excluded", p->folder) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* Puts what it read there into *attempt and *invalid. False: nothing whole. */
static bool read_metrics(const char *folder, const struct plan_cell *cell,
			 int *attempt, bool *invalid)
{
	const char *experiment, *slot, *mode, *status;
	char path[PATH_MAX], why[JSON_FILE_WHY];
	json_t *root;
	int round;
	bool ours;

	if (folder_path(path, folder, "metrics.json") < 0)
		return false;
	root = json_file_read(path, STORE_SCHEMA, why);
	ours = root &&
	       json_unpack(root, "{s:s, s:s, s:s, s:i, s:i, s:{s:s}}",
			   "experiment", &experiment, "slot", &slot, "mode",
			   &mode, "round", &round, "attempt", attempt,
			   "validity", "status", &status) == 0 &&
	       strcmp(experiment, experiment_names[cell->experiment]) == 0 &&
	       strcmp(slot, cell->slot) == 0 && strcmp(mode, cell->mode) == 0 &&
	       round == (int)cell->round;
	if (ours)
		*invalid = strcmp(status, "invalid") == 0;
	json_decref(root);
	return ours;
}

enum conduct_past store_past(const struct store *s,
			     const struct plan_cell *cell)
{
	struct place place;
	bool invalid;
	int attempt;

	if (find_place(s, cell, &place) < 0)
		return PAST_NONE;
	if (read_metrics(place.folder, cell, &attempt, &invalid))
		return invalid && attempt == 1 ? PAST_INVALID : PAST_DONE;
	/* Set aside for a second try, which was broken off. */
	if (read_metrics(place.aside, cell, &attempt, &invalid))
		return PAST_INVALID;
	return PAST_NONE;
}

int store_experiment(const struct store *s, enum experiment_kind kind,
		     char folder[PATH_MAX])
{
	if (snprintf(folder, PATH_MAX, "%s/cells/%s", s->partial,
		     experiment_names[kind]) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return mkdir(folder, 0777) < 0 && errno != EEXIST ? -1 : 0;
}

int store_cell(const struct store *s, const struct plan_cell *cell, bool again,
	       char folder[PATH_MAX])
{
	struct place place;

	if (store_experiment(s, cell->experiment, folder) < 0 ||
	    find_place(s, cell, &place) < 0)
		return -1;
	snprintf(folder, PATH_MAX, "%s", place.folder);
	if (again && access(place.aside, F_OK) < 0) {
		if (rename(place.folder, place.aside) < 0)
			return -1;
	} else if (folder_remove(place.folder) < 0) {
		return -1;
	}
	return mkdir(folder, 0777);
}

#include "bench/judge/load_cell.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/judge/load_host.h"
#include "bench/judge/load_json.h"
#include "bench/judge/load_timeline.h"
#include "lib/hist_tsv.h"

/* What a first try that was set aside has behind its name. */
#define EXCLUDED ".excluded"

const char *const load_hist_names[LOAD_HISTS] = {
	[LOAD_FIRST_ECHO] = "first_echo",
	[LOAD_ECHO] = "echo",
	[LOAD_FORK] = "fork",
};

void load_cell_release(struct load_cell *cell)
{
	for (size_t i = 0; i < LOAD_HISTS; i++)
		free(cell->hist[i]);
	load_timeline_release(&cell->timeline);
	json_decref(cell->source);
}

static int read_validity(const struct load_source *from, struct load_cell *c)
{
	static const char *const names[] = {
		[CELL_VALID] = "valid",
		[CELL_SUSPECT] = "suspect",
		[CELL_INVALID] = "invalid",
	};
	json_t *validity, *reasons = NULL, *rules = NULL;
	const char *status = NULL;

	if (load_part(from, c->source, "validity", LOAD_REQUIRED, JSON_OBJECT,
		      &validity) ||
	    load_text(from, validity, "status", LOAD_REQUIRED, &status) ||
	    load_part(from, validity, "reasons", LOAD_OPTIONAL, JSON_ARRAY,
		      &reasons) ||
	    load_part(from, validity, "rules", LOAD_OPTIONAL, JSON_ARRAY,
		      &rules))
		return -1;
	c->reasons = reasons;
	c->rules = rules;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(status, names[i]) == 0) {
			c->validity = (enum load_validity)i;
			return 0;
		}
	return load_fail(from,
			 "validity `%.40s` is unknown; it is valid, suspect or "
			 "invalid",
			 status);
}

static int read_figures(const struct load_source *from, struct load_cell *c)
{
	json_t *figures;

	if (load_part(from, c->source, "metrics", LOAD_REQUIRED, JSON_OBJECT,
		      &figures) < 0)
		return -1;
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		c->value[i] = NAN;
		if (load_number(from, figures, metrics[i].name, LOAD_OPTIONAL,
				&c->value[i]) < 0)
			return -1;
	}
	return 0;
}

/* Whether a folder's name is that of a place: <round>-<slot>, maybe aside. */
static bool is_name_of(const char *entry, uintmax_t round, const char *slot,
		       bool excluded)
{
	size_t length = strlen(slot);
	char *end;

	return isdigit((unsigned char)*entry) &&
	       strtoumax(entry, &end, 10) == round && *end == '-' &&
	       strncmp(end + 1, slot, length) == 0 &&
	       strcmp(end + 1 + length, excluded ? EXCLUDED : "") == 0;
}

static int read_place(const struct load_source *from,
		      const struct load_run *run, const char *entry,
		      struct load_cell *c)
{
	const char *expected = run->experiments[c->experiment].name;
	const char *slot = NULL, *experiment = NULL;
	uint64_t round = 0, attempt = 1;

	if (load_text(from, c->source, "experiment", LOAD_REQUIRED,
		      &experiment) ||
	    load_text(from, c->source, "slot", LOAD_REQUIRED, &slot) ||
	    load_count(from, c->source, "round", LOAD_REQUIRED, &round) ||
	    load_count(from, c->source, "attempt", LOAD_OPTIONAL, &attempt) ||
	    load_truth(from, c->source, "warmup", LOAD_OPTIONAL, &c->warmup))
		return -1;
	if (round > run->rounds || attempt > 100)
		return load_fail(from,
				 "round %ju, attempt %ju: out of range, as "
				 "run.json has %ju rounds",
				 (uintmax_t)round, (uintmax_t)attempt,
				 (uintmax_t)run->rounds);
	c->round = (unsigned)round;
	c->attempt = (unsigned)attempt;
	c->warmup |= round == 0;
	for (c->slot = 0; c->slot < run->n_slots; c->slot++)
		if (strcmp(run->slots[c->slot].name, slot) == 0)
			break;
	if (c->slot == run->n_slots)
		return load_fail(from,
				 "slot `%.60s` is not one of run.json's modes; "
				 "the folder holds cells of another run",
				 slot);
	if (strcmp(experiment, expected) != 0 ||
	    !is_name_of(entry, round, slot, c->excluded))
		return load_fail(from,
				 "it is of %.60s, round %ju, %.60s, and the "
				 "folder's name is another; remove what does "
				 "not belong",
				 experiment, (uintmax_t)round, slot);
	return 0;
}

static int read_hist(struct load_source *from, const char *folder,
		     const char *name, struct hist **out)
{
	unsigned line = 0;
	FILE *in;
	int rc;

	if (load_at(from, "%s/%s.hist.tsv", folder, name) < 0 ||
	    load_open(from, LOAD_OPTIONAL, &in) < 0)
		return -1;
	if (!in)
		return 0;
	*out = calloc(1, sizeof(**out));
	rc = *out ? hist_tsv_read(*out, in, &line) : -1;
	if (rc < 0 && line)
		load_fail(from,
			  "line %u is not that of a histogram; the cell must "
			  "be measured again",
			  line);
	else if (rc < 0)
		load_fail(from, "cannot be read: %s", strerror(errno));
	fclose(in);
	if (rc == 0 && hist_count(*out) == 0) {
		free(*out);
		*out = NULL;
	}
	return rc;
}

/* Fills *c but for its experiment. *found is false for no finished cell. */
static int read_cell(const struct load_run *run, const char *entry,
		     struct load_cell *c, bool *found, char why[LOAD_WHY])
{
	const char *experiment = run->experiments[c->experiment].name;
	struct load_source from = { .why = why };
	char folder[PATH_MAX];
	const char *end = strrchr(entry, '.');

	snprintf(c->folder, sizeof(c->folder), "%s/%s", experiment, entry);
	if (load_at(&from, "%s/cells/%s", run->path, c->folder) < 0)
		return -1;
	snprintf(folder, sizeof(folder), "%s", from.path);
	if (load_at(&from, "%s/metrics.json", folder) < 0)
		return -1;
	c->excluded = end && strcmp(end, EXCLUDED) == 0;
	if (load_json(&from, LOAD_OPTIONAL, &c->source) < 0)
		return -1;
	*found = c->source != NULL;
	if (!*found)
		return 0;
	if (read_place(&from, run, entry, c) || read_validity(&from, c) ||
	    read_figures(&from, c) || load_host(&from, c) ||
	    load_number(&from, c->source, "load_start_s", LOAD_OPTIONAL,
			&c->load_start_s) ||
	    load_number(&from, c->source, "load_end_s", LOAD_OPTIONAL,
			&c->load_end_s))
		return -1;
	for (size_t i = 0; i < LOAD_HISTS; i++)
		if (read_hist(&from, folder, load_hist_names[i], &c->hist[i]) <
		    0)
			return -1;
	if (load_at(&from, "%s/timeline.tsv", folder) < 0)
		return -1;
	return load_timeline(&from, &c->timeline);
}

static int by_place(const void *a, const void *b)
{
	const struct load_cell *x = a, *y = b;

	if (x->experiment != y->experiment)
		return x->experiment < y->experiment ? -1 : 1;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	if (x->slot != y->slot)
		return x->slot < y->slot ? -1 : 1;
	return strcmp(x->folder, y->folder);
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int read_experiment(struct load_run *run, size_t experiment,
			   char why[LOAD_WHY])
{
	struct load_source from = { .why = why };
	struct dirent **entries = NULL;
	struct load_cell *grown;
	int n, i, rc = 0;

	if (load_at(&from, "%s/cells/%s", run->path,
		    run->experiments[experiment].name) < 0)
		return -1;
	n = scandir(from.path, &entries, not_hidden, alphasort);
	if (n < 0)
		return errno == ENOENT ? 0 :
					 load_fail(&from, "cannot be read: %s",
						   strerror(errno));
	grown = realloc(run->cells,
			(run->n_cells + (size_t)n + 1) * sizeof(*run->cells));
	if (grown)
		run->cells = grown;
	else
		rc = load_fail(&from, "out of memory");
	for (i = 0; i < n; i++) {
		bool found = false;

		if (rc == 0) {
			struct load_cell *c = &run->cells[run->n_cells];

			*c = (struct load_cell){ .experiment = experiment };
			rc = read_cell(run, entries[i]->d_name, c, &found, why);
			if (found)
				run->n_cells++;
		}
		free(entries[i]);
	}
	free(entries);
	return rc;
}

/* What lies there and is not read must not pass for measured. */
static int check_experiments(const struct load_run *run, char why[LOAD_WHY])
{
	struct load_source from = { .why = why };
	struct dirent **entries = NULL;
	int n, i, rc = 0;

	if (load_at(&from, "%s/cells", run->path) < 0)
		return -1;
	n = scandir(from.path, &entries, not_hidden, alphasort);
	if (n < 0 && errno != ENOENT)
		return load_fail(&from, "cannot be read: %s", strerror(errno));
	for (i = 0; i < n; i++) {
		size_t e = 0;

		while (e < run->n_experiments &&
		       strcmp(run->experiments[e].name, entries[i]->d_name))
			e++;
		if (rc == 0 && e == run->n_experiments) {
			load_at(&from, "%s/cells/%s", run->path,
				entries[i]->d_name);
			rc = load_fail(&from, "not of an experiment that "
					      "run.json "
					      "names; remove what does not "
					      "belong");
		}
		free(entries[i]);
	}
	free(entries);
	return rc;
}

int load_cells(struct load_run *run, char why[LOAD_WHY])
{
	struct load_source from = { .why = why };

	if (check_experiments(run, why) < 0)
		return -1;
	for (size_t i = 0; i < run->n_experiments; i++)
		if (read_experiment(run, i, why) < 0)
			return -1;
	if (run->n_cells)
		qsort(run->cells, run->n_cells, sizeof(*run->cells), by_place);
	for (size_t i = 1; i < run->n_cells; i++) {
		const struct load_cell *a = &run->cells[i - 1], *b = a + 1;

		if (a->experiment == b->experiment && a->round == b->round &&
		    a->slot == b->slot && !a->excluded && !b->excluded) {
			if (load_at(&from, "%s/cells/%s", run->path,
				    b->folder) < 0)
				return -1;
			return load_fail(&from,
					 "the same cell as %s; remove the one "
					 "that does not belong",
					 a->folder);
		}
	}
	return 0;
}

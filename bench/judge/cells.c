#include "bench/judge/cells.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bench/json.h"
#include "bench/table.h"
#include "lib/hdr.h"
#include "lib/hlog.h"
#include "lib/parse.h"

enum {
	SCHEMA_OLDEST = 2,
	ATTEMPTS_MOST = 1000,
	ROUNDS_READ = 1000000, /* the largest round's number */
	SHOWN = 300,	       /* of a path, in a message */
};

/* More than any figure can be, and few enough to be added up. */
#define VALUE_MOST 1e15

#define LATENCY_BYTES (1L << 30)

static const char *const kinds[] = { "fork",	   "child_start", "connect",
				     "first_echo", "echo",	  "close" };
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* Where things are; filled on demand. */
struct run_index {
	struct cell **by_place; /* all cells, sorted by by_place() */

	bool latency_known;
	FILE *latency;	    /* NULL: there is none, or it can't be read */
	off_t (*at)[KINDS]; /* of each cell's last line of a kind; -1: none */
	char latency_why[CELLS_WHY];

	bool zombies_known;
	struct table zombies;
	const struct cell **cell_of_row; /* NULL: of no known cell */
};

/* Returns -1, with the file and the sentence in why. */
__attribute__((format(printf, 4, 5))) static int
refuse(char why[CELLS_WHY], const char *folder, const char *file,
       const char *sentence, ...)
{
	int used = snprintf(why, CELLS_WHY, "%.*s%s%s: ", SHOWN, folder,
			    *file ? "/" : "", file);
	va_list arguments;

	va_start(arguments, sentence);
	vsnprintf(why + used, CELLS_WHY - (size_t)used, sentence, arguments);
	va_end(arguments);
	plain_text(why);
	return -1;
}

static int path_in(const struct run *r, const char *file, char out[PATH_MAX],
		   char why[CELLS_WHY])
{
	if (snprintf(out, PATH_MAX, "%s/%s", r->folder, file) < PATH_MAX)
		return 0;
	return refuse(why, r->folder, file,
		      "the path is too long; move the run nearer to /");
}

static bool is_missing(void)
{
	return errno == ENOENT || errno == ENOTDIR;
}

/* --- run.json and env.json -------------------------------------------------*/

/* The same name whatever path led here, a link or the folder itself. */
static int name_run(struct run *r, char why[CELLS_WHY])
{
	char *real = realpath(r->folder, NULL), *end;

	if (!real)
		return refuse(why, r->folder, "",
			      "cannot be read: %s; give the folder of a stored "
			      "run, such as results/latest",
			      strerror(errno));
	snprintf(r->id, sizeof(r->id), "%s", strrchr(real, '/') + 1);
	free(real);
	end = strstr(r->id, ".partial");
	if (end && strcmp(end, ".partial") == 0)
		*end = '\0';
	plain_text(r->id);
	return 0;
}

/* A text of run.json; "" if it is none. */
static void copy_text(const json_t *from, const char *key, char *out,
		      size_t bytes)
{
	const char *text = json_string_value(json_object_get(from, key));

	snprintf(out, bytes, "%s", text ? text : "");
	plain_text(out); /* it may have been cut within a character */
}

static int read_run(struct run *r, char why[CELLS_WHY])
{
	char path[PATH_MAX], wrong[JSON_WHY], configured[CONFIG_WHY];
	const json_t *elapsed;

	if (path_in(r, "run.json", path, why) < 0)
		return -1;
	r->run = json_read(path, SCHEMA_VERSION, wrong);
	if (!r->run && is_missing())
		return refuse(why, r->folder, "",
			      "holds no run.json; give the folder of a stored "
			      "run, such as results/latest");
	if (!r->run)
		return refuse(why, r->folder, "run.json", "%s", wrong);
	if (json_integer_value(json_object_get(r->run, "schema_version")) <
	    SCHEMA_OLDEST)
		return refuse(why, r->folder, "run.json",
			      "made by an older forkbench; read the run with "
			      "that one, or measure again");
	if (config_read(&r->config, r->run, configured) < 0)
		return refuse(why, r->folder, "run.json",
			      "%.200s; measure again", configured);
	r->finished = json_is_true(json_object_get(r->run, "finished"));
	copy_text(r->run, "started_utc", r->started_utc,
		  sizeof(r->started_utc));
	copy_text(r->run, "interrupted_by", r->interrupted_by,
		  sizeof(r->interrupted_by));
	copy_text(r->run, "cpu_source", r->cpu_source, sizeof(r->cpu_source));
	copy_text(r->run, "cpu_advice", r->cpu_advice, sizeof(r->cpu_advice));
	elapsed = json_object_get(r->run, "elapsed_s");
	r->elapsed_s = json_is_number(elapsed) ? json_number_value(elapsed) :
						 NAN;
	if (!(r->elapsed_s >= 0 && r->elapsed_s <= VALUE_MOST))
		r->elapsed_s = NAN;
	return 0;
}

static int read_env(struct run *r, char why[CELLS_WHY])
{
	char path[PATH_MAX], wrong[JSON_WHY];

	if (path_in(r, "env.json", path, why) < 0)
		return -1;
	r->env = json_read(path, SCHEMA_VERSION, wrong);
	if (!r->env && !is_missing())
		return refuse(why, r->folder, "env.json", "%s", wrong);
	if (!r->env)
		r->env = json_object();
	return r->env ? 0 : refuse(why, r->folder, "env.json", "no memory");
}

/* --- cells.tsv -------------------------------------------------------------*/

/* The columns that say of which cell a line is. */
struct place_columns {
	int experiment, level, round, attempt;
};

static struct place_columns find_places(const struct table *t)
{
	return (struct place_columns){
		.experiment = table_column(t, "experiment"),
		.level = table_column(t, "level"),
		.round = table_column(t, "round"),
		.attempt = table_column(t, "attempt"),
	};
}

/* A place by its words. Returns whether this run has it. */
static bool place_of(const struct run *r, const char *experiment,
		     const char *level, const char *round, const char *attempt,
		     struct cell *c)
{
	const struct arm *arm = config_arm(&r->config, experiment);
	int at = arm ? arm_level(arm, level) : -1;
	uint64_t round_number, attempt_number;
	char unused[PARSE_WHY];

	if (at < 0 ||
	    parse_u64(round, 0, ROUNDS_READ, &round_number, unused) < 0 ||
	    parse_u64(attempt, 0, ATTEMPTS_MOST, &attempt_number, unused) < 0)
		return false;
	c->arm = (unsigned)(arm - r->config.arm);
	c->level = (unsigned)at;
	c->round = (unsigned)round_number;
	c->attempt = (unsigned)attempt_number;
	return true;
}

static bool place_of_row(const struct run *r, const struct table *t, size_t row,
			 const struct place_columns *p, struct cell *c)
{
	return place_of(r, table_text(t, row, p->experiment),
			table_text(t, row, p->level),
			table_text(t, row, p->round),
			table_text(t, row, p->attempt), c);
}

static double figure(const struct table *t, size_t row, int column)
{
	double value = table_number(t, row, column);

	return value >= 0 && value <= VALUE_MOST ? value : NAN;
}

/* By arm, level, round, attempt. */
static int compare_places(const struct cell *a, const struct cell *b)
{
	if (a->arm != b->arm)
		return a->arm < b->arm ? -1 : 1;
	if (a->level != b->level)
		return a->level < b->level ? -1 : 1;
	if (a->round != b->round)
		return a->round < b->round ? -1 : 1;
	return (a->attempt > b->attempt) - (a->attempt < b->attempt);
}

/* The same, then by the order of the lines. */
static int by_place(const void *a, const void *b)
{
	const struct cell *x = *(const struct cell *const *)a;
	const struct cell *y = *(const struct cell *const *)b;
	int order = compare_places(x, y);

	return order ? order : (x > y) - (x < y);
}

static void sort_places(struct run *r)
{
	for (size_t i = 0; i < r->cells; i++)
		r->index->by_place[i] = &r->cell[i];
	if (r->cells)
		qsort(r->index->by_place, r->cells, sizeof(struct cell *),
		      by_place);
}

/* Sorts the cells; of those of the same place and attempt keeps the last. */
static void index_cells(struct run *r)
{
	struct cell **at = r->index->by_place;
	size_t kept = 0;

	sort_places(r);
	for (size_t i = 0; i < r->cells; i++)
		at[i]->used = i + 1 == r->cells ||
			      compare_places(at[i], at[i + 1]) != 0;
	for (size_t i = 0; i < r->cells; i++)
		if (r->cell[i].used)
			r->cell[kept++] = r->cell[i];
	r->cells = kept;
	sort_places(r);
	for (size_t i = 0; i < r->cells; i++) {
		const struct cell *next = i + 1 < r->cells ? at[i + 1] : NULL;
		bool last = !next || next->arm != at[i]->arm ||
			    next->level != at[i]->level ||
			    next->round != at[i]->round;

		at[i]->used = last && at[i]->round > 0 &&
			      at[i]->validity.status != VALIDITY_INVALID;
	}
}

static int check_columns(const struct run *r, const struct table *t,
			 char why[CELLS_WHY])
{
	static const char *const needed[] = {
		"experiment", "level",	"round",    "attempt",
		"start_s",    "took_s", "validity", "reasons",
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (t->columns && table_column(t, needed[i]) < 0)
			return refuse(why, r->folder, "cells.tsv",
				      "no column is named `%s`; measure again",
				      needed[i]);
	if (t->rows > CELLS_MOST)
		return refuse(why, r->folder, "cells.tsv",
			      "%zu lines, and a run has at most %d; measure "
			      "again",
			      t->rows, CELLS_MOST);
	return 0;
}

static void read_rows(struct run *r, const struct table *t)
{
	const struct place_columns places = find_places(t);
	int column[METRIC_COUNT], validity = table_column(t, "validity");
	int start_s = table_column(t, "start_s");
	int took_s = table_column(t, "took_s");
	int reasons = table_column(t, "reasons");

	for (int i = 0; i < METRIC_COUNT; i++)
		column[i] = table_column(t, metrics[i].name);
	for (size_t row = 0; row < t->rows; row++) {
		struct cell *c = &r->cell[r->cells];

		c->start_s = figure(t, row, start_s);
		c->took_s = figure(t, row, took_s);
		if (isnan(c->start_s) || isnan(c->took_s) ||
		    !place_of_row(r, t, row, &places, c))
			continue;
		validity_read(table_text(t, row, validity),
			      table_text(t, row, reasons), &c->validity);
		for (int i = 0; i < METRIC_COUNT; i++)
			c->value[i] = figure(t, row, column[i]);
		r->cells++;
	}
}

static int read_cells(struct run *r, char why[CELLS_WHY])
{
	char path[PATH_MAX], wrong[TABLE_WHY];
	struct table t = { 0 };
	double end_s = 0;
	int rc = -1;

	if (path_in(r, "cells.tsv", path, why) < 0)
		return -1;
	if (table_read(&t, path, wrong) < 0 && !is_missing())
		return refuse(why, r->folder, "cells.tsv", "%s", wrong);
	if (check_columns(r, &t, why) < 0)
		goto out;
	r->index = calloc(1, sizeof(*r->index));
	r->cell = malloc((t.rows + 1) * sizeof(*r->cell));
	if (r->index)
		r->index->by_place =
			malloc((t.rows + 1) * sizeof(*r->index->by_place));
	if (!r->index || !r->cell || !r->index->by_place) {
		refuse(why, r->folder, "cells.tsv", "no memory for %zu lines",
		       t.rows);
		goto out;
	}
	read_rows(r, &t);
	index_cells(r);
	for (size_t i = 0; i < r->cells; i++)
		end_s = fmax(end_s, r->cell[i].start_s + r->cell[i].took_s);
	if (isnan(r->elapsed_s))
		r->elapsed_s = end_s;
	rc = 0;
out:
	table_release(&t);
	return rc;
}

int run_read(struct run *r, const char *folder, char why[CELLS_WHY])
{
	*r = (struct run){ 0 };
	if ((size_t)snprintf(r->folder, sizeof(r->folder), "%s", folder) >=
	    sizeof(r->folder))
		return refuse(why, folder, "", "the path is too long");
	if (name_run(r, why) == 0 && read_run(r, why) == 0 &&
	    read_env(r, why) == 0 && read_cells(r, why) == 0)
		return 0;
	run_close(r);
	return -1;
}

void run_close(struct run *r)
{
	struct run_index *index = r->index;

	if (index) {
		if (index->latency)
			fclose(index->latency);
		table_release(&index->zombies);
		free(index->cell_of_row);
		free(index->at);
		free(index->by_place);
		free(index);
	}
	free(r->cell);
	json_decref(r->env);
	json_decref(r->run);
	*r = (struct run){ 0 };
}

/* --- figures ---------------------------------------------------------------*/

/* How many cells stand before this place, in the order of by_place(). */
static size_t place_index(const struct run *r, const struct cell *place)
{
	size_t low = 0, high = r->cells;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_places(r->index->by_place[middle], place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The cells of a level, by round and attempt: the first, and how many. */
static struct cell **level_cells(const struct run *r, size_t arm, size_t level,
				 size_t *count)
{
	const struct cell first = { .arm = (unsigned)arm,
				    .level = (unsigned)level };
	const struct cell behind = { .arm = (unsigned)arm,
				     .level = (unsigned)level + 1 };
	size_t at = place_index(r, &first);

	*count = place_index(r, &behind) - at;
	return r->index->by_place + at;
}

/* The last attempt in a round, or NULL. */
static const struct cell *last_attempt(const struct run *r, size_t arm,
				       size_t level, unsigned round)
{
	const struct cell behind = { .arm = (unsigned)arm,
				     .level = (unsigned)level,
				     .round = round,
				     .attempt = ATTEMPTS_MOST + 1 };
	size_t at = place_index(r, &behind);
	const struct cell *c = at ? r->index->by_place[at - 1] : NULL;

	return c && c->arm == arm && c->level == level && c->round == round ?
		       c :
		       NULL;
}

/* Puts a round's values. Returns whether all of them were measured. */
static bool put_round(const struct run *r, size_t arm, unsigned round,
		      int metric, const size_t levels[], size_t count,
		      double *out)
{
	for (size_t k = 0; k < count; k++) {
		const struct cell *c = last_attempt(r, arm, levels[k], round);

		if (!c || !c->used || isnan(c->value[metric]))
			return false;
		out[k] = c->value[metric];
	}
	return true;
}

size_t run_rounds(const struct run *r, size_t arm, int metric,
		  const size_t levels[], size_t count, double **values)
{
	struct cell **first;
	size_t all, n = 0;

	first = level_cells(r, arm, levels[0], &all);
	*values = calloc(all + 1, count * sizeof(**values));
	if (!*values)
		return 0;
	for (size_t i = 0; i < all; i++)
		if (first[i]->used &&
		    put_round(r, arm, first[i]->round, metric, levels, count,
			      *values + n * count))
			n++;
	return n;
}

size_t run_values(const struct run *r, size_t arm, size_t level, int metric,
		  double **values)
{
	return run_rounds(r, arm, metric, &level, 1, values);
}

/* --- latency.hlog ----------------------------------------------------------*/

static int kind_of(const char *name)
{
	for (int i = 0; i < KINDS; i++)
		if (strcmp(kinds[i], name) == 0)
			return i;
	return -1;
}

/* The cell that a tag names, and the kind; or NULL. */
static const struct cell *cell_of_tag(const struct run *r, char *tag, int *kind)
{
	char *word[5], *rest = tag;
	struct cell place;
	size_t at;

	for (int i = 0; i < 5; i++)
		if (!(word[i] = strsep(&rest, ":")))
			return NULL;
	*kind = rest ? -1 : kind_of(word[4]);
	if (*kind < 0 ||
	    !place_of(r, word[0], word[1], word[2], word[3], &place))
		return NULL;
	at = place_index(r, &place);
	if (at == r->cells ||
	    compare_places(r->index->by_place[at], &place) != 0)
		return NULL;
	return r->index->by_place[at];
}

/* Finds where every histogram is; they are decoded when they are asked for. */
static int scan_latency(const struct run *r, char line[HLOG_LINE])
{
	struct run_index *index = r->index;
	struct hlog_entry entry;
	const struct cell *c;
	int kind, rc;

	for (size_t i = 0; i < r->cells; i++)
		for (kind = 0; kind < KINDS; kind++)
			index->at[i][kind] = -1;
	for (;;) {
		off_t at;

		/* What is no entry is passed over again when this is read. */
		at = ftello(index->latency);
		rc = at < 0 ? -1 : hlog_next(index->latency, line, &entry);
		if (rc <= 0)
			return rc;
		c = cell_of_tag(r, entry.tag, &kind);
		if (c)
			index->at[c - r->cell][kind] = at;
	}
}

static void open_latency(const struct run *r, char line[HLOG_LINE])
{
	struct run_index *index = r->index;
	char path[PATH_MAX], wrong[JSON_WHY];

	index->latency_known = true;
	if (path_in(r, "latency.hlog", path, index->latency_why) < 0)
		return;
	index->latency = regular_open(path, LATENCY_BYTES, wrong);
	if (!index->latency && is_missing())
		return;
	if (!index->latency) {
		refuse(index->latency_why, r->folder, "latency.hlog", "%s",
		       wrong);
		return;
	}
	index->at = malloc((r->cells + 1) * sizeof(*index->at));
	if (index->at && scan_latency(r, line) == 0)
		return;
	refuse(index->latency_why, r->folder, "latency.hlog",
	       "cannot be read: %s", strerror(index->at ? errno : ENOMEM));
	fclose(index->latency);
	index->latency = NULL;
}

static int add_latency(const struct run *r, const struct cell *c, int kind,
		       char line[HLOG_LINE], struct hist *sum,
		       char why[CELLS_WHY])
{
	off_t at = r->index->at[c - r->cell][kind];
	struct hlog_entry entry;

	if (at < 0)
		return 0;
	if (fseeko(r->index->latency, at, SEEK_SET) == 0 &&
	    hlog_next(r->index->latency, line, &entry) == 1 &&
	    hdr_decode(entry.text, sum) == 0)
		return 1;
	return refuse(why, r->folder, "latency.hlog",
		      "the %s times of cell %s, %s, round %u cannot be read; "
		      "measure again",
		      kinds[kind], r->config.arm[c->arm].experiment->name,
		      r->config.arm[c->arm].level[c->level].name, c->round);
}

int run_latency(const struct run *r, size_t arm, size_t level, unsigned round,
		const char *kind, struct hist *sum, char why[CELLS_WHY])
{
	struct run_index *index = r->index;
	char *line = malloc(HLOG_LINE);
	int which = kind_of(kind), found = 0, rc = 0;
	struct cell **cell;
	size_t count;

	*sum = (struct hist){ 0 };
	if (!line)
		return refuse(why, r->folder, "latency.hlog", "no memory");
	if (!index->latency_known)
		open_latency(r, line);
	cell = level_cells(r, arm, level, &count);
	if (*index->latency_why) {
		snprintf(why, CELLS_WHY, "%s", index->latency_why);
		rc = -1;
	}
	if (!index->latency || which < 0)
		count = 0;
	for (size_t i = 0; i < count && rc >= 0; i++)
		if (cell[i]->used && (!round || cell[i]->round == round)) {
			rc = add_latency(r, cell[i], which, line, sum, why);
			found += rc > 0;
		}
	free(line);
	return rc < 0 ? -1 : found;
}

/* --- zombies.tsv -----------------------------------------------------------*/

static void open_zombies(const struct run *r)
{
	struct run_index *index = r->index;
	char path[PATH_MAX], unused[CELLS_WHY];
	struct table *t = &index->zombies;
	struct place_columns places;

	index->zombies_known = true;
	if (path_in(r, "zombies.tsv", path, unused) < 0 ||
	    table_read(t, path, unused) < 0)
		return;
	index->cell_of_row = calloc(t->rows + 1, sizeof(*index->cell_of_row));
	if (!index->cell_of_row) {
		table_release(t);
		return;
	}
	places = find_places(t);
	for (size_t row = 0; row < t->rows; row++) {
		struct cell place;
		size_t at;

		if (!place_of_row(r, t, row, &places, &place))
			continue;
		at = place_index(r, &place);
		if (at < r->cells &&
		    compare_places(index->by_place[at], &place) == 0)
			index->cell_of_row[row] = index->by_place[at];
	}
}

/* Of two counters that are not read at the same instant. */
static double less(double exited, double collected)
{
	double zombies = exited - collected;

	return zombies < 0 ? 0 : zombies;
}

size_t run_zombies(const struct run *r, size_t arm, size_t level,
		   unsigned round, struct zombie_sample **samples)
{
	const struct cell *c = last_attempt(r, arm, level, round);
	const struct table *t = &r->index->zombies;
	size_t most = 0, n = 0;
	int t_s, forked, exited, collected, kernel;

	*samples = NULL;
	if (!r->index->zombies_known)
		open_zombies(r);
	for (size_t row = 0; c && row < t->rows; row++)
		most += r->index->cell_of_row[row] == c;
	if (most)
		*samples = malloc(most * sizeof(**samples));
	if (!*samples)
		return 0;
	t_s = table_column(t, "t_s");
	forked = table_column(t, "forked");
	exited = table_column(t, "exited");
	collected = table_column(t, "collected");
	kernel = table_column(t, "kernel");
	for (size_t row = 0; row < t->rows; row++) {
		struct zombie_sample *s = *samples + n;

		if (r->index->cell_of_row[row] != c)
			continue;
		s->t_s = figure(t, row, t_s);
		s->forked = figure(t, row, forked);
		s->exited = figure(t, row, exited);
		s->collected = figure(t, row, collected);
		s->kernel = figure(t, row, kernel);
		s->zombies = less(s->exited, s->collected);
		if (isnan(s->t_s))
			continue;
		/* Time goes back where resume has begun the cell again. */
		if (n && s->t_s < s[-1].t_s) {
			(*samples)[0] = *s;
			n = 0;
		}
		n++;
	}
	return n;
}

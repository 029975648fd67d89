#include "bench/tell/tell_terminal.h"

#include <errno.h>

#include "bench/plain.h"
#include "bench/tell/print.h"
#include "bench/tell/tables.h"
#include "bench/tell/words.h"

/* "6 rounds"; "3–5 of 6 rounds" where some have no usable cells. */
static const char *put_rounds(const struct tell *t, char out[WORDS])
{
	uintmax_t planned = t->run->rounds;
	size_t least = SIZE_MAX, most = 0;
	char range[WORDS];

	for (size_t i = 0; i < t->j->n_effects; i++) {
		const struct judge_effect *e = &t->j->effects[i];

		if (metrics[e->metric].judged != JUDGED_BY_RATIO ||
		    !metric_is_primary(e->metric,
				       t->run->experiments[e->experiment].name))
			continue;
		least = e->n < least ? e->n : least;
		most = e->n > most ? e->n : most;
	}
	if (least > most)
		least = most;
	*out = '\0';
	if (least < planned)
		words_add(out, WORDS, "%s of ",
			  words_range((double)least, (double)most, range));
	words_add(out, WORDS, "%ju round%s", planned, planned == 1 ? "" : "s");
	return out;
}

static void put_status(const struct tell *t, bool colour, FILE *out)
{
	const struct run_status *s = &t->j->status;
	char took[WORDS], rounds[WORDS];

	print_state(s->state, colour, out);
	fprintf(out, "  %s, %s, %s, %s\n", t->run->name, t->run->profile,
		put_rounds(t, rounds),
		words_value(t->run->elapsed_s, UNIT_S, took));
	for (size_t i = 0; i < s->n_reasons; i++)
		print_sentence(s->reasons[i], out);
	fputc('\n', out);
}

static int put_tables(const struct tell *t, bool colour, FILE *out)
{
	struct table tables[] = {
		tables_verdicts(t->run, t->j, true),
		tables_zombies(t->run, t->j),
	};
	bool failed = false;

	for (size_t i = 0; i < 2; i++) {
		failed |= tables[i].failed;
		if (!failed && tables[i].n)
			print_table(&tables[i], colour, out);
		table_release(&tables[i]);
	}
	if (failed)
		errno = ENOMEM;
	return failed ? -1 : 0;
}

int tell_terminal(const struct tell *t, const char *shown_path, FILE *out)
{
	bool colour = print_in_colour(out);
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", shown_path);
	plain_text(path);
	put_status(t, colour, out);
	if (put_tables(t, colour, out) < 0)
		return -1;
	for (size_t i = 0; i < t->findings->n; i++)
		print_sentence(t->findings->list[i], out);
	fprintf(out, "\nreport: %s/report.html\n", path);
	return ferror(out) ? -1 : 0;
}

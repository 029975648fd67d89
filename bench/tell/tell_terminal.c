#include "bench/tell/tell_terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/tell/tables.h"
#include "bench/tell/words.h"

enum { WIDTH = 78 };

static const char *const tones[] = {
	[TONE_PLAIN] = "",	   [TONE_DIM] = "\033[2m",
	[TONE_GOOD] = "\033[32m",  [TONE_BAD] = "\033[31m",
	[TONE_DOUBT] = "\033[33m",
};

static void put_padded(const char *text, size_t width, bool right,
		       const char *tone, bool last, FILE *out)
{
	size_t own = table_width(text);
	int pad = width > own ? (int)(width - own) : 0;

	fprintf(out, "%*s%s%s%s%*s", right ? pad : 0, "", tone, text,
		*tone ? "\033[0m" : "", right || last ? 0 : pad, "");
}

static void measure(const struct table *t, size_t width[TABLE_COLUMNS])
{
	for (size_t c = 0; c < t->columns; c++)
		width[c] = t->heads[c] ? table_width(t->heads[c]) : 0;
	for (size_t i = 0; i < t->n; i += table_row(t, i))
		for (size_t c = 0; c < table_row(t, i); c++) {
			size_t w = table_width(t->cells[i + c].text);

			if (!t->cells[i].group && w > width[c])
				width[c] = w;
		}
}

static void put_table(const struct table *t, bool colour, FILE *out)
{
	size_t width[TABLE_COLUMNS];

	measure(t, width);
	for (size_t c = 0; c < t->columns; c++) {
		fputs("  ", out);
		put_padded(t->heads[c], width[c], t->right[c],
			   colour ? tones[TONE_DIM] : "", c + 1 == t->columns,
			   out);
	}
	fputc('\n', out);
	for (size_t i = 0; i < t->n; i += table_row(t, i)) {
		if (t->cells[i].group) {
			fprintf(out, "%s\n", t->cells[i].text);
			continue;
		}
		for (size_t c = 0; c < t->columns; c++) {
			const struct table_cell *cell = &t->cells[i + c];

			fputs("  ", out);
			put_padded(cell->text, width[c], t->right[c],
				   colour ? tones[cell->tone] : "",
				   c + 1 == t->columns, out);
		}
		fputc('\n', out);
	}
	fputc('\n', out);
}

/* A sentence behind a dash, broken between words. */
static void put_sentence(const char *text, FILE *out)
{
	size_t column = 1;

	fputc('-', out);
	while (*text) {
		size_t length = strcspn(text, " ");
		char word[FINDING];

		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		if (column > 1 && column + 1 + table_width(word) > WIDTH) {
			fputs("\n ", out);
			column = 1;
		}
		fprintf(out, " %s", word);
		column += 1 + table_width(word);
		text += length;
		text += *text == ' ';
	}
	fputc('\n', out);
}

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
	static const enum table_tone tone_of[] = {
		[RUN_VALID] = TONE_GOOD,
		[RUN_NOISY] = TONE_DOUBT,
		[RUN_INCOMPLETE] = TONE_DOUBT,
		[RUN_INVALID] = TONE_BAD,
	};
	const struct run_status *s = &t->j->status;
	char took[WORDS], rounds[WORDS];

	fprintf(out, "%s%s%s  %s, %s, %s, %s\n",
		colour ? tones[tone_of[s->state]] : "", status_name(s->state),
		colour ? "\033[0m" : "", t->run->name, t->run->profile,
		put_rounds(t, rounds),
		words_value(t->run->elapsed_s, UNIT_S, took));
	for (size_t i = 0; i < s->n_reasons; i++)
		put_sentence(s->reasons[i], out);
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
			put_table(&tables[i], colour, out);
		table_release(&tables[i]);
	}
	if (failed)
		errno = ENOMEM;
	return failed ? -1 : 0;
}

int tell_terminal(const struct tell *t, const char *shown_path, FILE *out)
{
	const char *no_colour = getenv("NO_COLOR");
	bool colour = isatty(fileno(out)) && !(no_colour && *no_colour);

	put_status(t, colour, out);
	if (put_tables(t, colour, out) < 0)
		return -1;
	for (size_t i = 0; i < t->findings->n; i++)
		put_sentence(t->findings->list[i], out);
	fprintf(out, "\nreport: %s/report.html\n", shown_path);
	return ferror(out) ? -1 : 0;
}

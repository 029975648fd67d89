#include "bench/tell/print.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 78, WORD_BYTES = 1024 };

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

void print_table(const struct table *t, bool colour, FILE *out)
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
void print_sentence(const char *text, FILE *out)
{
	size_t column = 1;

	fputc('-', out);
	while (*text) {
		size_t length = strcspn(text, " ");
		char word[WORD_BYTES];

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

void print_state(enum run_state state, bool colour, FILE *out)
{
	static const enum table_tone tone_of[] = {
		[RUN_VALID] = TONE_GOOD,
		[RUN_NOISY] = TONE_DOUBT,
		[RUN_INCOMPLETE] = TONE_DOUBT,
		[RUN_INVALID] = TONE_BAD,
	};

	fprintf(out, "%s%s%s", colour ? tones[tone_of[state]] : "",
		status_name(state), colour ? "\033[0m" : "");
}

bool print_in_colour(FILE *out)
{
	const char *no_colour = getenv("NO_COLOR");

	return isatty(fileno(out)) && !(no_colour && *no_colour);
}

#include "bench/tell/labels.h"

#include <stdio.h>
#include <string.h>

#include "bench/mode.h"

size_t label_number(const struct load_run *run, size_t slot)
{
	size_t number = 1;

	for (size_t s = 0; s < slot; s++)
		number += !run->slots[s].again &&
			  strcmp(run->slots[s].mode, run->slots[slot].mode) ==
				  0;
	return number;
}

static const char *put_label(const struct load_run *run, size_t slot,
			     const char *words, char out[LABEL])
{
	size_t number = label_number(run, slot);

	if (number > 1)
		snprintf(out, LABEL, "%.*s #%zu", LOAD_NAME, words, number);
	else
		snprintf(out, LABEL, "%s", words);
	return out;
}

const char *label_full(const struct load_run *run, size_t slot, char out[LABEL])
{
	return put_label(run, slot, mode_look(run->slots[slot].mode).label,
			 out);
}

const char *label_brief(const struct load_run *run, size_t slot,
			char out[LABEL])
{
	return put_label(run, slot, mode_look(run->slots[slot].mode).brief,
			 out);
}

const char *label_quoted(const struct load_run *run, size_t slot,
			 char out[LABEL])
{
	char words[LABEL];

	label_brief(run, slot, words);
	snprintf(out, LABEL, slot ? "‘%.*s’" : "%.*s", LOAD_NAME + 8, words);
	return out;
}

const char *label_subject(const struct load_run *run, size_t slot,
			  char out[LABEL])
{
	char words[LABEL];

	if (!label_is_itself(run, slot))
		return label_quoted(run, slot, out);
	label_brief(run, 0, words);
	snprintf(out, LABEL, "%.*s against itself (#%zu)", LOAD_NAME + 8, words,
		 label_number(run, slot));
	return out;
}

bool label_is_itself(const struct load_run *run, size_t slot)
{
	return slot > 0 && !run->slots[slot].again &&
	       strcmp(run->slots[slot].mode, run->baseline) == 0;
}

bool label_null_experiment(const struct load_run *run)
{
	size_t asked = 0, itself = 0;

	for (size_t s = 1; s < run->n_slots; s++) {
		asked += !run->slots[s].again;
		itself += label_is_itself(run, s);
	}
	return asked > 0 && itself == asked;
}

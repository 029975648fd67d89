#include "bench/tell/tell_list.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/tell/print.h"
#include "bench/tell/words.h"

/* A run that never said how it ended is going on, or was killed. */
static const char *status_of(const struct listing_run *r)
{
	if (*r->why)
		return "unreadable";
	return strcmp(r->status, "RUNNING") == 0 ? "unfinished" : r->status;
}

static enum table_tone tone_of(const struct listing_run *r)
{
	if (strcmp(r->status, "VALID") == 0)
		return TONE_GOOD;
	return strcmp(r->status, "INVALID") == 0 ? TONE_BAD : TONE_DOUBT;
}

static void put_modes(struct table *t, const struct load_run *head)
{
	char text[512] = "";

	for (size_t i = 0; i < head->n_slots; i++)
		if (!head->slots[i].again)
			words_add(text, sizeof(text), "%s%s", i ? "," : "",
				  head->slots[i].mode);
	table_put(t, "%s", text);
}

static void put_run(struct table *t, const struct listing_run *r)
{
	const struct load_run *head = &r->head;
	char text[WORDS];

	table_put(t, "%s", r->folder);
	table_put(t, "%s", status_of(r))->tone = tone_of(r);
	if (*r->why) {
		for (size_t i = 2; i < t->columns; i++)
			table_put(t, "-");
		return;
	}
	table_put(t, "%s", head->started_utc);
	table_put(t, "%s", head->profile);
	table_put(t, "%ju", (uintmax_t)head->rounds);
	table_put(t, "%s",
		  words_value(head->elapsed_s > 0 ? head->elapsed_s : NAN,
			      UNIT_S, text));
	put_modes(t, head);
}

int tell_list(const struct listing *l, FILE *out)
{
	struct table t = { .columns = 7,
			   .heads = { "run", "status", "begun", "profile",
				      "rounds", "took", "modes" },
			   .right = { false, false, false, false, true,
				      true } };
	bool failed;

	for (size_t i = 0; i < l->n; i++)
		put_run(&t, &l->list[i]);
	failed = t.failed;
	if (!l->n)
		fputs("no stored runs; make bench makes one\n", out);
	if (!failed && t.n)
		print_table(&t, print_in_colour(out), out);
	table_release(&t);
	for (size_t i = 0; i < l->n; i++)
		if (*l->list[i].why)
			print_sentence(l->list[i].why, out);
	if (failed)
		errno = ENOMEM;
	return failed || ferror(out) ? -1 : 0;
}

static json_t *modes_of(const struct load_run *head)
{
	json_t *modes = json_array();

	for (size_t i = 0; i < head->n_slots; i++)
		if (!head->slots[i].again)
			json_array_append_new(modes,
					      json_string(head->slots[i].mode));
	return modes;
}

static json_t *run_json(const struct listing_run *r)
{
	const struct load_run *head = &r->head;

	if (*r->why)
		return json_pack("{ss sb ss}", "run", r->folder, "partial",
				 r->partial, "unreadable", r->why);
	return json_pack("{ss sb ss sb ss ss sI sf so}", "run", r->folder,
			 "partial", r->partial, "status", r->status, "finished",
			 head->finished, "started_utc", head->started_utc,
			 "profile", head->profile, "rounds",
			 (json_int_t)head->rounds, "elapsed_s", head->elapsed_s,
			 "modes", modes_of(head));
}

int tell_list_json(const struct listing *l, FILE *out)
{
	json_t *list = json_array();
	int rc = list ? 0 : -1;

	for (size_t i = 0; rc == 0 && i < l->n; i++)
		rc = json_array_append_new(list, run_json(&l->list[i]));
	errno = ENOMEM;
	if (rc == 0)
		rc = json_dumpf(list, out,
				JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	fputc('\n', out);
	json_decref(list);
	return rc < 0 || ferror(out) ? -1 : 0;
}

#include "bench/tell/tell_html_top.h"

#include "bench/tell/headlines.h"
#include "bench/tell/tell_html_matrix.h"
#include "bench/tell/words.h"

enum {
	REASONS_SHOWN = 1,
	SLOTS_BESIDE = 6, /* more make the forest plot too tall beside words */
};

static void put_reasons(const struct html *h, const struct run_status *s,
			size_t from, size_t to)
{
	fputs("<ul>\n", h->out);
	for (size_t i = from; i < to; i++)
		html_said(h, "li", s->reasons[i]);
	fputs("</ul>\n", h->out);
}

static void put_status(const struct html *h, const struct tell *t)
{
	static const enum table_tone tones[] = {
		[RUN_VALID] = TONE_GOOD,
		[RUN_NOISY] = TONE_DOUBT,
		[RUN_INCOMPLETE] = TONE_DOUBT,
		[RUN_INVALID] = TONE_BAD,
	};
	const struct run_status *s = &t->j->status;

	fprintf(h->out,
		"<header><h1><span class=\"status %s\">%s</span> <span>",
		html_tone(tones[s->state]), status_name(s->state));
	html_text(h, t->run->name);
	fputs("</span></h1></header>\n", h->out);
}

/* A long list of reasons is folded. */
static void put_trust(const struct html *h, const struct tell *t,
		      const char *trust)
{
	const struct run_status *s = &t->j->status;
	size_t shown = s->n_reasons < REASONS_SHOWN ? s->n_reasons :
						      REASONS_SHOWN;

	html_element(h, "p", trust);
	if (shown)
		put_reasons(h, s, 0, shown);
	if (shown < s->n_reasons) {
		fprintf(h->out,
			"<details><summary>%zu more reason%s</summary>\n",
			s->n_reasons - shown,
			s->n_reasons - shown == 1 ? "" : "s");
		put_reasons(h, s, shown, s->n_reasons);
		fputs("</details>\n", h->out);
	}
}

static void put_words(const struct html *h, const struct tell *t)
{
	struct headlines answers;

	headlines_make(t->run, t->j, &answers);
	fputs("<div>\n", h->out);
	put_trust(h, t, answers.trust);
	fputs("<dl class=answers>\n", h->out);
	for (size_t i = 0; i < answers.n; i++) {
		html_said(h, "dt", answers.list[i].question);
		html_said(h, "dd", answers.list[i].answer);
	}
	fputs("</dl></div>\n", h->out);
}

/* The machine, and what was run on it. */
static void put_machine(const struct html *h, const struct tell *t)
{
	char text[TITLE + WORDS], took[WORDS];

	plots_machine(t->run, text);
	words_add(text, sizeof(text), "%s%s, %ju round%s, %s, started %s",
		  *text ? " · " : "", t->run->profile,
		  (uintmax_t)t->run->rounds, t->run->rounds == 1 ? "" : "s",
		  words_value(t->run->elapsed_s, UNIT_S, took),
		  t->run->started_utc);
	html_element(h, "p", text);
}

int html_top(const struct html *h, const struct tell *t)
{
	int rc = 0;

	put_status(h, t);
	fprintf(h->out, "<div class=\"first%s\">\n",
		t->run->n_slots > SLOTS_BESIDE ? "" : " beside");
	put_words(h, t);
	html_matrix(h, t);
	for (size_t i = 0; i < t->plots->n && rc == 0; i++)
		if (t->plots->list[i].page)
			rc = html_picture(h, t, &t->plots->list[i]);
	fputs("</div>\n", h->out);
	put_machine(h, t);
	fputs("<p>Run it again: ", h->out);
	html_element(h, "code", t->run->rerun);
	fputs("</p>\n", h->out);
	return rc;
}

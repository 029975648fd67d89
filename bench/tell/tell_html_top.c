#include "bench/tell/tell_html_top.h"

#include "bench/tell/headlines.h"
#include "bench/tell/tell_html_matrix.h"

enum {
	REASONS_SHOWN = 2,
	SLOTS_BESIDE = 6, /* more make the forest plot too tall beside words */
};

static void put_reasons(const struct html *h, const struct run_status *s,
			size_t from, size_t to)
{
	fputs("<ul>\n", h->out);
	for (size_t i = from; i < to; i++)
		html_element(h, "li", s->reasons[i]);
	fputs("</ul>\n", h->out);
}

/* A long list of reasons is folded. */
static void put_status(const struct html *h, const struct tell *t)
{
	static const enum table_tone tones[] = {
		[RUN_VALID] = TONE_GOOD,
		[RUN_NOISY] = TONE_DOUBT,
		[RUN_INCOMPLETE] = TONE_DOUBT,
		[RUN_INVALID] = TONE_BAD,
	};
	const struct run_status *s = &t->j->status;
	size_t shown = s->n_reasons < REASONS_SHOWN ? s->n_reasons :
						      REASONS_SHOWN;

	fprintf(h->out,
		"<header><h1><span class=\"status %s\">%s</span> <span>",
		html_tone(tones[s->state]), status_name(s->state));
	html_text(h, t->run->name);
	fputs("</span></h1>\n", h->out);
	html_element(h, "p", headline_trust(t->run, s->state));
	if (shown)
		put_reasons(h, s, 0, shown);
	if (shown < s->n_reasons) {
		fprintf(h->out, "<details><summary>%zu more</summary>\n",
			s->n_reasons - shown);
		put_reasons(h, s, shown, s->n_reasons);
		fputs("</details>\n", h->out);
	}
	fputs("</header>\n", h->out);
}

static void put_answers(const struct html *h, const struct tell *t)
{
	struct headlines answers;

	headlines_make(t->run, t->j, &answers);
	fputs("<dl class=answers>\n", h->out);
	for (size_t i = 0; i < answers.n; i++) {
		html_element(h, "dt", answers.list[i].question);
		html_element(h, "dd", answers.list[i].answer);
	}
	fputs("</dl>\n", h->out);
}

int html_top(const struct html *h, const struct tell *t)
{
	char machine[TITLE];
	int rc = 0;

	put_status(h, t);
	fprintf(h->out, "<div class=\"first%s\">\n",
		t->run->n_slots > SLOTS_BESIDE ? "" : " beside");
	put_answers(h, t);
	html_matrix(h, t);
	if (t->plots->n)
		rc = html_picture(h, t, &t->plots->list[0]);
	fputs("</div>\n", h->out);
	plots_machine(t->run, machine);
	html_element(h, "p", machine);
	fputs("<p>Run it again:</p>\n", h->out);
	html_element(h, "pre", t->run->rerun);
	return rc;
}

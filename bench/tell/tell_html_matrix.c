#include "bench/tell/tell_html_matrix.h"

#include "bench/mode.h"
#include "bench/tell/tables.h"

/* The first effect of the next primary metric, from effect i on, or NULL. */
static const struct judge_effect *primary(const struct tell *t, size_t i)
{
	for (; i < t->j->n_effects; i += t->run->n_slots) {
		const struct judge_effect *e = &t->j->effects[i];

		if (metric_is_primary(e->metric,
				      t->run->experiments[e->experiment].name))
			return e;
	}
	return NULL;
}

static const struct judge_effect *next(const struct tell *t,
				       const struct judge_effect *first)
{
	return primary(t, (size_t)(first - t->j->effects) + t->run->n_slots);
}

static const char *experiment_of(const struct tell *t,
				 const struct judge_effect *e)
{
	return t->run->experiments[e->experiment].name;
}

/* Experiments over their metrics. */
static void put_heads(const struct html *h, const struct tell *t)
{
	const struct judge_effect *e, *of;
	size_t n;

	fputs("<thead><tr><td></td>", h->out);
	for (e = primary(t, 0); e; e = of) {
		n = 0;
		for (of = e; of && of->experiment == e->experiment;
		     of = next(t, of))
			n++;
		fprintf(h->out, "<th scope=colgroup colspan=%zu>", n);
		html_text(h, experiment_of(t, e));
		fputs("</th>", h->out);
	}
	fputs("</tr>\n<tr><th scope=col>mode</th>", h->out);
	for (e = primary(t, 0); e; e = next(t, e)) {
		fputs("<th scope=col>", h->out);
		html_text(h, metrics[e->metric].title);
		fputs("</th>", h->out);
	}
	fputs("</tr></thead>\n", h->out);
}

static void put_cell(const struct html *h, const struct tell *t,
		     const struct judge_effect *e, const char *figure,
		     enum verdict verdict)
{
	fprintf(h->out, "<td class=\"%s\" data-of=\"%s, %s\"><span>",
		html_tone(tables_tone(verdict)), metrics[e->metric].title,
		experiment_of(t, e));
	html_text(h, figure);
	fputs("</span>", h->out);
	if (verdict != VERDICT_NONE && verdict != VERDICT_BASELINE)
		fprintf(h->out, " <b>%s</b>", verdict_name(verdict));
	fputs("</td>", h->out);
}

/* A mode's ratio where it has one, else its median. */
static void put_mode(const struct html *h, const struct tell *t, size_t slot)
{
	const struct load_slot *s = &t->run->slots[slot];
	char figure[WORDS];

	fputs("<tr><th scope=row>", h->out);
	html_swatch(h, mode_look(s->mode).rgb);
	html_text(h, s->name);
	fputs("</th>", h->out);
	for (const struct judge_effect *e = primary(t, 0); e; e = next(t, e)) {
		const struct judge_effect *of = &e[slot];

		if (of->has_ratio)
			words_effect(of, figure);
		else
			words_value(of->median, metrics[e->metric].unit,
				    figure);
		put_cell(h, t, of, figure, of->verdict);
	}
	fputs("</tr>\n", h->out);
}

void html_matrix(const struct html *h, const struct tell *t)
{
	char margin[WORDS];

	fputs("<div class=\"wide matrix\"><table>\n<caption>"
	      "Verdicts: medians of ",
	      h->out);
	html_text(h, t->run->baseline);
	fputs(", then each mode’s ratio to it [95 % CI]; zombies: "
	      "medians</caption>\n",
	      h->out);
	put_heads(h, t);
	fputs("<tbody>\n", h->out);
	for (size_t slot = 0; slot < t->run->n_slots; slot++)
		put_mode(h, t, slot);
	fputs("<tr><th scope=row>margin</th>", h->out);
	for (const struct judge_effect *e = primary(t, 0); e; e = next(t, e))
		put_cell(h, t, e,
			 tables_margin(t->run, &e[t->run->n_slots - 1], margin),
			 VERDICT_NONE);
	fputs("</tr>\n</tbody></table></div>\n", h->out);
}

#include "bench/tell/tell_tsv.h"

#include <math.h>

static void put_figure(bool known, double value, FILE *out)
{
	if (known && !isnan(value))
		fprintf(out, "\t%.6g", value);
	else
		fputs("\t-", out);
}

int tell_tsv(const struct tell *t, FILE *out)
{
	fputs("experiment\tmode\tmetric\tunit\tn\tmedian\tratio\tci_low\t"
	      "ci_high\tmargin\tverdict\n",
	      out);
	for (size_t i = 0; i < t->j->n_effects; i++) {
		const struct judge_effect *e = &t->j->effects[i];

		fprintf(out, "%s\t%s\t%s\t%s\t%zu",
			t->run->experiments[e->experiment].name,
			t->run->slots[e->slot].name, metrics[e->metric].name,
			metric_unit_name(metrics[e->metric].unit), e->n);
		put_figure(true, e->median, out);
		put_figure(e->has_ratio, e->ratio, out);
		put_figure(e->has_interval, e->low, out);
		put_figure(e->has_interval, e->high, out);
		put_figure(e->margin > 0, e->margin, out);
		fprintf(out, "\t%s\n", verdict_name(e->verdict));
	}
	return ferror(out) ? -1 : 0;
}

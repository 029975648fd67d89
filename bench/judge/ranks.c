#include "bench/judge/ranks.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* How far a bisection goes, on logarithms: far below what is ever shown. */
#define FINE 1e-6

/*
 * A round's lowest or highest value less its median. The medians themselves,
 * all 0, need no sorting.
 */
struct aligned {
	double value;
	unsigned end;	/* into end[] */
	unsigned place; /* into rank[] */
};

struct work {
	size_t rounds, width, count; /* count: rounds * width */
	double *logs;
	size_t *level; /* its place in each round; 0 is the lowest */
	double *end;   /* of each round the lowest and the highest, aligned */
	struct aligned *sorted; /* two of each round */
	/* By round, from its lowest value to its highest: twice the rank, so
	 * that ties have whole numbers too. */
	unsigned *rank;
	double *chance;	  /* for the exact distribution, or NULL */
	double low, high; /* beyond these shifts the ranks change no more */
	double excess;	  /* width times (level's rank sum less its mean) */
};

/* Also for struct aligned, whose first member is the value. */
static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Aligns the rounds, with the level's logarithms less by `shift`. */
static void align(struct work *w, double shift)
{
	for (size_t r = 0; r < w->rounds; r++) {
		const double *in = w->logs + r * w->width;
		double level = in[0] - shift, a = in[1], b = in[w->width - 1];
		double low = a < b ? a : b, high = a < b ? b : a, median;

		w->level[r] = w->width == 2 ?
				      level > low :
				      (size_t)(level > low) + (level > high);
		if (w->width == 2) {
			/* One is the other's negative, to the last bit. */
			w->end[2 * r + 1] = fabs(level - low) / 2;
			w->end[2 * r] = -w->end[2 * r + 1];
			continue;
		}
		median = level < low ? low : level > high ? high : level;
		w->end[2 * r] = (level < low ? level : low) - median;
		w->end[2 * r + 1] = (level > high ? level : high) - median;
	}
	for (size_t i = 0; i < 2 * w->rounds; i++)
		w->sorted[i].value = w->end[w->sorted[i].end];
}

/*
 * The values are nearly in order from the shift before, which was close:
 * inserting them takes a small part of qsort()'s time.
 */
static void sort_again(struct work *w)
{
	for (size_t i = 1; i < 2 * w->rounds; i++) {
		struct aligned moved = w->sorted[i];
		size_t k = i;

		for (; k > 0 && w->sorted[k - 1].value > moved.value; k--)
			w->sorted[k] = w->sorted[k - 1];
		w->sorted[k] = moved;
	}
}

static void rank_at(struct work *w, double shift)
{
	size_t medians = w->width == 3 ? w->rounds : 0, below = 0, zeros = 0;

	align(w, shift);
	sort_again(w);
	for (size_t i = 0, end; i < 2 * w->rounds; i = end) {
		double value = w->sorted[i].value;
		size_t before = value > 0 ? i + medians : i;
		size_t ties = value == 0 ? medians : 0;

		for (end = i;
		     end < 2 * w->rounds && w->sorted[end].value == value;)
			end++;
		ties += end - i;
		below += value < 0 ? end - i : 0;
		zeros += value == 0 ? end - i : 0;
		for (size_t k = i; k < end; k++)
			w->rank[w->sorted[k].place] =
				(unsigned)(2 * before + ties + 1);
	}
	for (size_t r = 0; r < medians; r++)
		w->rank[3 * r + 1] =
			(unsigned)(2 * below + medians + zeros + 1);
	w->excess = 0;
	for (size_t r = 0; r < w->rounds; r++) {
		const unsigned *rank = w->rank + r * w->width;

		w->excess += (double)w->width * rank[w->level[r]];
		for (size_t k = 0; k < w->width; k++)
			w->excess -= rank[k];
	}
}

/* Twice the normal distribution's tail beyond the rank sum. */
static double normal_p(const struct work *w)
{
	double width = (double)w->width, variance = 0;

	for (size_t i = 0; i < w->count; i += w->width) {
		double mean = 0;

		for (size_t k = 0; k < w->width; k++)
			mean += w->rank[i + k] / width;
		for (size_t k = 0; k < w->width; k++)
			variance += pow(w->rank[i + k] - mean, 2) / width;
	}
	if (!(variance > 0))
		return 1;
	return erfc(fabs(w->excess) / width / sqrt(2 * variance));
}

/* How far a rank is from its round's outermost on the side of the excess. */
static size_t distance(const struct work *w, size_t round, size_t place)
{
	const unsigned *rank = w->rank + round * w->width;

	return w->excess > 0 ? rank[w->width - 1] - rank[place] :
			       rank[place] - rank[0];
}

/*
 * Twice the chance under the shuffle of a rank sum as far out as this one or
 * farther. The sum's distance from the outermost one that is possible is the
 * sum of the rounds' distances, of which each is one of `width`; chance[d] is
 * that of a sum of d over the rounds so far.
 */
static double exact_p(const struct work *w)
{
	size_t most = 0;
	double tail = 0;

	for (size_t r = 0; r < w->rounds; r++)
		most += distance(w, r, w->level[r]);
	for (size_t d = 0; d <= most; d++)
		w->chance[d] = d == 0;
	for (size_t r = 0; r < w->rounds; r++) {
		size_t step[RANKS_ROUND_MOST];

		for (size_t k = 0; k < w->width; k++)
			step[k] = distance(w, r, k);
		for (size_t d = most + 1; d-- > 0;) {
			double sum = 0;

			for (size_t k = 0; k < w->width; k++)
				if (step[k] <= d)
					sum += w->chance[d - step[k]];
			w->chance[d] = sum / (double)w->width;
		}
	}
	for (size_t d = 0; d <= most; d++)
		tail += w->chance[d];
	return fmin(1, 2 * tail);
}

static double p_of(const struct work *w)
{
	if (w->excess == 0)
		return 1;
	return w->chance ? exact_p(w) : normal_p(w);
}

static void work_close(struct work *w)
{
	free(w->logs);
	free(w->level);
	free(w->end);
	free(w->sorted);
	free(w->rank);
	free(w->chance);
}

/* The shifts at which the level is all above, or all below, in every round. */
static void bracket(struct work *w)
{
	double spread = 0;

	w->low = INFINITY;
	w->high = -INFINITY;
	for (size_t i = 0; i < w->count; i += w->width) {
		const double *v = w->logs + i, *last = v + w->width - 1;

		w->low = fmin(w->low, v[0] - fmax(v[1], *last));
		w->high = fmax(w->high, v[0] - fmin(v[1], *last));
		spread = fmax(spread, fabs(v[1] - *last));
	}
	w->low -= 1.01 * spread + 1e-3;
	w->high += 1.01 * spread + 1e-3;
}

static int work_open(struct work *w, const struct ranks *r)
{
	size_t count = r->rounds * r->width;

	*w = (struct work){ .rounds = r->rounds,
			    .width = r->width,
			    .count = count };
	if (!count || r->width < 2 || r->width > RANKS_ROUND_MOST) {
		errno = EINVAL;
		return -1;
	}
	w->logs = calloc(count, sizeof(*w->logs));
	w->level = calloc(r->rounds, sizeof(*w->level));
	w->end = calloc(2 * r->rounds, sizeof(*w->end));
	w->sorted = calloc(2 * r->rounds, sizeof(*w->sorted));
	w->rank = calloc(count, sizeof(*w->rank));
	if (r->rounds < RANKS_EXACT)
		w->chance =
			calloc(2 * count * r->rounds + 1, sizeof(*w->chance));
	if (!w->logs || !w->level || !w->end || !w->sorted || !w->rank ||
	    (r->rounds < RANKS_EXACT && !w->chance)) {
		work_close(w);
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		if (!(r->value[i] > 0) || isinf(r->value[i])) {
			work_close(w);
			errno = EINVAL;
			return -1;
		}
		w->logs[i] = log(r->value[i]);
	}
	for (size_t i = 0; i < 2 * r->rounds; i++) {
		w->sorted[i].end = (unsigned)i;
		w->sorted[i].place =
			(unsigned)(i / 2 * r->width + i % 2 * (r->width - 1));
	}
	bracket(w);
	align(w, w->low);
	qsort(w->sorted, 2 * r->rounds, sizeof(*w->sorted), by_value);
	return 0;
}

double ranks_p(const struct ranks *r, double ratio)
{
	struct work w;
	double p;

	if (!(ratio > 0) || isinf(ratio)) {
		errno = EINVAL;
		return NAN;
	}
	if (work_open(&w, r) < 0)
		return NAN;
	rank_at(&w, log(ratio));
	p = p_of(&w);
	work_close(&w);
	return p;
}

/*
 * 1 where the level is significantly above the baseline after the shift, -1
 * where it is below, else 0. At an alpha of 1 the rank sum's side alone.
 */
static int side_at(struct work *w, double shift, double alpha)
{
	rank_at(w, shift);
	if (w->excess == 0 || (alpha < 1 && p_of(w) > alpha))
		return 0;
	return w->excess > 0 ? 1 : -1;
}

/*
 * The shift up to which side_at() is `side` or more; infinite where there is
 * none. The rank sum never rises with the shift: the level's aligned values
 * fall or stay, the others rise or stay. Searches from `from` by `step` and
 * longer steps, then by bisection: the ranks change little from step to step.
 */
static double edge(struct work *w, double from, double step, double alpha,
		   int side)
{
	double low = from, high = from;

	if (side_at(w, from, alpha) >= side)
		do {
			if (high > w->high)
				return INFINITY;
			low = high;
			high += step;
			step *= 2;
		} while (side_at(w, high, alpha) >= side);
	else
		do {
			if (low < w->low)
				return -INFINITY;
			high = low;
			low -= step;
			step *= 2;
		} while (side_at(w, low, alpha) < side);
	while (high - low > FINE) {
		double middle = low + (high - low) / 2;

		if (side_at(w, middle, alpha) >= side)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

int ranks_interval(const struct ranks *r, double alpha, struct interval *out)
{
	struct work w;
	double first, last, step;

	if (!(alpha > 0 && alpha < 1)) {
		errno = EINVAL;
		return -1;
	}
	if (work_open(&w, r) < 0)
		return -1;
	step = (w.high - w.low) / 64;
	first = edge(&w, (w.low + w.high) / 2, step, 1, 1);
	last = edge(&w, first, FINE, 1, 0);
	*out = (struct interval){ .low = exp(edge(&w, first, step, alpha, 1)),
				  .mid = exp((first + last) / 2),
				  .high = exp(edge(&w, last, step, alpha, 0)) };
	work_close(&w);
	return 0;
}

bool interval_is_closed(const struct interval *i)
{
	return i->low > 0 && isfinite(i->high);
}

/* --- a sample's centre ---------------------------------------------------- */

/*
 * The k for which the k-th lowest and k-th highest Walsh averages bound the
 * interval; 0: none. It is the largest with P(T < k) <= alpha / 2, where T is
 * the sum of those ranks of 1..n that a fair coin picks. Returns 0, or -1.
 */
static int signed_rank_k(size_t n, double alpha, size_t *k)
{
	size_t top = n * (n + 1) / 2;
	double *chance, below = 0;

	*k = 0;
	if (n >= RANKS_EXACT) {
		double count = (double)n;
		double sd = sqrt(count * (count + 1) * (2 * count + 1) / 24);
		double at = (double)top / 2 - ranks_normal(1 - alpha / 2) * sd;

		/* Half a step, as T is a whole number. */
		*k = at + 0.5 > 0 ? (size_t)(at + 0.5) : 0;
		return 0;
	}
	chance = calloc(top + 1, sizeof(*chance));
	if (!chance)
		return -1;
	chance[0] = 1;
	for (size_t rank = 1; rank <= n; rank++)
		for (size_t t = top + 1; t-- > 0;)
			chance[t] = (chance[t] +
				     (t >= rank ? chance[t - rank] : 0)) /
				    2;
	while (*k <= top && (below += chance[*k]) <= alpha / 2)
		++*k;
	free(chance);
	return 0;
}

static double sorted_median(const double sorted[], size_t count)
{
	return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

int ranks_centre(const double value[], size_t count, double alpha,
		 struct interval *out)
{
	size_t pairs = count * (count + 1) / 2, k, at = 0;
	double *walsh;

	if (!count || !(alpha > 0 && alpha < 1)) {
		errno = EINVAL;
		return -1;
	}
	walsh = calloc(pairs, sizeof(*walsh));
	if (!walsh || signed_rank_k(count, alpha, &k) < 0) {
		free(walsh);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = i; j < count; j++)
			walsh[at++] = (value[i] + value[j]) / 2;
	qsort(walsh, pairs, sizeof(*walsh), by_value);
	*out = (struct interval){ k ? walsh[k - 1] : -INFINITY,
				  sorted_median(walsh, pairs),
				  k ? walsh[pairs - k] : INFINITY };
	free(walsh);
	return 0;
}

double ranks_normal(double p)
{
	double low = -40, high = 0;

	if (p > 0.5)
		return -ranks_normal(1 - p);
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (erfc(-middle / sqrt(2)) / 2 < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

double ranks_median(const double value[], size_t count)
{
	double *sorted, median;

	if (!count)
		return NAN;
	sorted = calloc(count, sizeof(*sorted));
	if (!sorted)
		return NAN;
	memcpy(sorted, value, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_value);
	median = sorted_median(sorted, count);
	free(sorted);
	return median;
}

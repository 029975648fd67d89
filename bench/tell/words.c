#include "bench/tell/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void words_add(char *text, size_t room, const char *format, ...)
{
	size_t used = strlen(text), from;
	unsigned char lead;
	va_list args;
	int added;

	va_start(args, format);
	added = vsnprintf(text + used, room - used, format, args);
	va_end(args);
	if (added < 0 || (size_t)added < room - used)
		return;
	/* The last character begins at `from`: it goes if it is not whole. */
	for (from = room - 2; from && (text[from] & 0xc0) == 0x80;)
		from--;
	lead = (unsigned char)text[from];
	if (room - 1 - from < (lead < 0xc0 ? 1U :
			       lead < 0xe0 ? 2U :
			       lead < 0xf0 ? 3U :
					     4U))
		text[from] = '\0';
}

/* Where an end would be rounded to 1, it gets a digit more. */
const char *words_ratio(const struct interval *i, char out[WORDS])
{
	bool closed = isfinite(i->high) && i->low > 0;
	bool near = closed &&
		    (fabs(i->low - 1) < 0.005 || fabs(i->high - 1) < 0.005);
	int decimals = near ? 3 : i->mid < 9.995 ? 2 : i->mid < 99.95 ? 1 : 0;

	*out = '\0';
	if (isnan(i->mid))
		return out;
	words_add(out, WORDS, "%.*f×", decimals, i->mid);
	if (closed)
		words_add(out, WORDS, " [%.*f–%.*f]", decimals, i->low,
			  decimals, i->high);
	return out;
}

const char *words_slope_unit(const struct judged_arm *a)
{
	const struct factor_kind *f = &factors[a->arm->experiment->factor];

	return f->larger ? f->larger : f->unit;
}

/* A number with a true minus sign. */
static void add_signed(double value, int decimals, char out[WORDS])
{
	words_add(out, WORDS, "%s%.*f", value < 0 ? "−" : "", decimals,
		  fabs(value));
}

const char *words_fit(const struct judged_arm *a, int metric, size_t curve,
		      char out[WORDS])
{
	const struct interval *i = &a->fit[metric][curve].is;
	const struct factor_kind *f = &factors[a->arm->experiment->factor];
	bool slope = a->arm->experiment->fit == FIT_SLOPE;
	double size, scale = slope && f->larger ? f->larger_scale : 1;
	const char *unit = slope ? metric_unit_names[metrics[metric].unit] : "";
	bool knee = a->arm->experiment->fit == FIT_KNEE;
	char words[3][METRIC_WORDS];
	int decimals;

	*out = '\0';
	if (isnan(i->mid))
		return out;
	if (knee) {
		metric_words((enum metric_id)metric, i->mid, words[0]);
		metric_words((enum metric_id)metric, i->low, words[1]);
		metric_words((enum metric_id)metric, i->high, words[2]);
		words_add(out, WORDS, "%s", words[0]);
		if (*words[1] && *words[2])
			words_add(out, WORDS, " [%s–%s]", words[1], words[2]);
		return out;
	}
	if (slope && metrics[metric].unit == UNIT_US) {
		bool ms = fabs(i->mid) * scale >= 1000;

		scale /= ms ? 1000 : 1;
		unit = ms ? "ms" : "µs";
	}
	size = fabs(i->mid) * scale;
	decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
	add_signed(i->mid * scale, decimals, out);
	words_add(out, WORDS, "%s%s", *unit ? " " : "", unit);
	if (!isfinite(i->low) || !isfinite(i->high))
		return out;
	words_add(out, WORDS, " [");
	add_signed(i->low * scale, decimals, out);
	words_add(out, WORDS, i->low < 0 ? " to " : "–");
	add_signed(i->high * scale, decimals, out);
	words_add(out, WORDS, "]");
	return out;
}

const char *words_time(double s, char out[WORDS])
{
	double whole = rint(s);

	*out = '\0';
	if (whole < 60)
		words_add(out, WORDS, "%.0f s", whole);
	else if (whole < 3600)
		words_add(out, WORDS, "%.0f min %.0f s", floor(whole / 60),
			  fmod(whole, 60));
	else
		words_add(out, WORDS, "%.0f h %.0f min", floor(whole / 3600),
			  floor(fmod(whole, 3600) / 60));
	return out;
}

const char *words_count(double count, char out[METRIC_WORDS])
{
	metric_words(METRIC_FORKS, count, out);
	return out;
}

const char *words_join(size_t i, size_t n)
{
	return i == 0 ? "" : i + 1 == n ? " and " : ", ";
}

bool words_are_bound(const char *text, size_t i)
{
	static const char *const units[] = { "%",   "µs", "ms", "s",
					     "min", "h",  "MiB" };
	size_t length = strcspn(text + i + 1, " ,;.:)]");

	if (!i || text[i - 1] < '0' || text[i - 1] > '9')
		return false;
	for (size_t k = 0; k < sizeof(units) / sizeof(units[0]); k++)
		if (length == strlen(units[k]) &&
		    strncmp(text + i + 1, units[k], length) == 0)
			return true;
	return false;
}

#include "bench/tell/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void words_add(char *text, size_t room, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;
	int added;

	va_start(args, format);
	added = vsnprintf(text + used, room - used, format, args);
	va_end(args);
	if (added < 0 || (size_t)added < room - used)
		return;
	/* No half of a character stays at the end. */
	for (used = room - 1; used && (text[used - 1] & 0xc0) == 0x80;)
		used--;
	if (used && text[used - 1] & 0x80)
		used--;
	text[used] = '\0';
}

/* Three significant digits, as 0.123, 1.23, 12.3, 123, 1,234. */
static void put_number(double value, char out[WORDS])
{
	char digits[WORDS];
	size_t whole, at = 0;
	int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

	if (value > 0 && value < 0.0995)
		decimals = 3;
	snprintf(digits, sizeof(digits), "%.*f", decimals, value);
	whole = strcspn(digits, ".");
	for (size_t i = 0; digits[i] && at + 2 < WORDS; i++) {
		if (i && i < whole && (whole - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
}

static const char *put_nothing(char out[WORDS])
{
	snprintf(out, WORDS, "-");
	return out;
}

const char *words_count(double value, char out[WORDS])
{
	if (isnan(value))
		return put_nothing(out);
	if (value < 100) /* a median may end in a half */
		snprintf(out, WORDS, "%g", round(value * 10) / 10);
	else
		put_number(value, out);
	return out;
}

const char *words_range(double low, double high, char out[WORDS])
{
	char end[WORDS];

	words_count(low, out);
	if (low < high)
		words_add(out, WORDS, "–%s", words_count(high, end));
	return out;
}

static const char *put_duration(double us, char out[WORDS])
{
	static const struct {
		double us;
		const char *unit;
	} units[] = { { 1e6, "s" }, { 1e3, "ms" }, { 1, "µs" } };
	size_t i = 0;

	while (i < 2 && us < units[i].us * 0.9995)
		i++;
	if (us <= 0)
		return words_count(0, out);
	put_number(us / units[i].us, out);
	words_add(out, WORDS, " %s", units[i].unit);
	return out;
}

const char *words_value(double value, enum metric_unit unit, char out[WORDS])
{
	if (isnan(value))
		return put_nothing(out);
	switch (unit) {
	case UNIT_COUNT:
		return words_count(value, out);
	case UNIT_US:
		return put_duration(value, out);
	case UNIT_MS:
		return put_duration(value * 1e3, out);
	case UNIT_S:
		return put_duration(value * 1e6, out);
	case UNIT_PER_S:
		put_number(value, out);
		words_add(out, WORDS, "/s");
		return out;
	case UNIT_PCT:
		put_number(value, out);
		words_add(out, WORDS, " %%");
		return out;
	}
	return put_nothing(out);
}

const char *words_ratio(double ratio, char out[WORDS])
{
	snprintf(out, WORDS, ratio < 99.5 ? "%.2f" : "%.0f", ratio);
	return out;
}

const char *words_effect(const struct judge_effect *e, char out[WORDS])
{
	char ratio[WORDS], low[WORDS], high[WORDS];

	if (!e->has_ratio)
		return put_nothing(out);
	words_ratio(e->ratio, ratio);
	words_ratio(e->low, low);
	words_ratio(e->high, high);
	out[0] = '\0';
	words_add(out, WORDS, "%s", ratio);
	if (e->has_interval)
		words_add(out, WORDS, " [%s–%s]", low, high);
	return out;
}

const char *words_margin(double factor, char out[WORDS])
{
	double pct = (factor - 1) * 100;

	/* So much more is not as much less: 2× and 0.5×. */
	if (pct >= 50) {
		words_ratio(factor, out);
		words_add(out, WORDS, "×");
		return out;
	}
	snprintf(out, WORDS,
		 fabs(pct - round(pct)) < 0.05 ? "%.0f %%" : "%.1f %%", pct);
	return out;
}

const char *words_join(size_t i, size_t n)
{
	return i == 0 ? "" : i + 1 == n ? " and " : ", ";
}

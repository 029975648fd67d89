#include "bench/study/metric.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct metric metrics[METRIC_COUNT] = {
#define X(id, name, title, unit, better, meaning) \
	{ name, title, unit, better, meaning },
	METRICS(X)
#undef X
};

const char *const metric_unit_names[] = {
	[UNIT_COUNT] = "",  [UNIT_PER_S] = "1/s", [UNIT_US] = "us",
	[UNIT_MS] = "ms",   [UNIT_S] = "s",	  [UNIT_PCT] = "%",
	[UNIT_KIB] = "KiB",
};

int metric_find(const char *name)
{
	for (int i = 0; i < METRIC_COUNT; i++)
		if (strcmp(metrics[i].name, name) == 0)
			return i;
	return -1;
}

bool metric_has_ratio(int metric)
{
	return metrics[metric].better != BETTER_NEITHER &&
	       metrics[metric].unit != UNIT_COUNT;
}

enum { DIGITS = 32 };

/* A number from 0 up with so many decimals, and a comma before each 3 digits. */
static void group(double value, int decimals, char out[DIGITS])
{
	char plain[DIGITS];
	size_t whole, n = 0;

	if (value >= 1e15) {
		snprintf(out, DIGITS, "%.3g", value);
		return;
	}
	snprintf(plain, sizeof(plain), "%.*f", decimals, value);
	whole = strcspn(plain, ".");
	for (size_t i = 0; plain[i] && n < DIGITS - 2; i++) {
		if (i && i < whole && (whole - i) % 3 == 0)
			out[n++] = ',';
		out[n++] = plain[i];
	}
	out[n] = '\0';
}

/* Three digits that count, or all of a whole part that is longer. */
static void digits(double value, char out[DIGITS])
{
	if (value > 0 && value < 0.0995)
		snprintf(out, DIGITS, "%.2g", value);
	else
		group(value,
		      value >= 99.95 || value == 0 ? 0 :
		      value >= 9.995		   ? 1 :
						     2,
		      out);
}

/* A time in the largest unit in which it is 1 or more. */
static const char *scale_time(enum metric_unit unit, double *value)
{
	static const char *const names[] = { "µs", "ms", "s" };
	size_t i = unit == UNIT_US ? 0 : unit == UNIT_MS ? 1 : 2;

	/* What would be rounded to 1,000 is 1 of the next unit. */
	for (; i < 2 && *value >= 999.5; i++)
		*value /= 1000;
	for (; i > 0 && *value > 0 && *value < 0.9995; i--)
		*value *= 1000;
	return names[i];
}

void metric_words(enum metric_id id, double value, char out[METRIC_WORDS])
{
	const char *sign = value < 0 ? "\342\210\222" : ""; /* U+2212 */
	const char *unit = "";
	char number[DIGITS];

	out[0] = '\0';
	if (!isfinite(value))
		return;
	value = fabs(value);
	switch (metrics[id].unit) {
	case UNIT_COUNT:
		group(value, value < 1000 && value != rint(value), number);
		break;
	case UNIT_PER_S:
		digits(value, number);
		unit = "/s";
		break;
	case UNIT_PCT:
		group(value, value > 0 && value < 9.95, number);
		unit = " %";
		break;
	case UNIT_KIB:
		digits(value, number);
		unit = " KiB";
		break;
	default:
		unit = scale_time(metrics[id].unit, &value);
		digits(value, number);
		snprintf(out, METRIC_WORDS, "%s%s %s", sign, number, unit);
		return;
	}
	snprintf(out, METRIC_WORDS, "%s%s%s", sign, number, unit);
}

#include "bench/study/factor.h"

#include <string.h>

#include "bench/study/subject.h"

/* As of echod's --ballast-pages. */
static const char *const page_kinds[] = { "small", "huge", "shared", "dirty",
					  NULL };

const struct factor_kind factors[FACTORS] = {
	[FACTOR_NONE] = { .name = "", .unit = "" },
	[FACTOR_MODE] = { .name = "reap mode",
			  .unit = "",
			  .words = WORDS_MODES,
			  .choices = subject_modes },
	[FACTOR_SUBJECT] = { .name = "server",
			     .unit = "",
			     .words = WORDS_SERVERS },
	[FACTOR_OPERATION] = { .name = "operation",
			       .unit = "",
			       .words = WORDS_OPERATIONS,
			       .choices = subject_operations },
	[FACTOR_BALLAST] = { .name = "ballast",
			     .unit = "MiB",
			     .grows = "that the parent has touched",
			     .words = WORDS_SIZES,
			     .ordered = true,
			     .scale = 1 << 20,
			     .most = UINT64_C(1) << 40,
			     .most_words = "1024GiB",
			     .place = "ballast",
			     .larger = "GiB",
			     .larger_scale = 1024 },
	[FACTOR_PAGES] = { .name = "pages",
			   .unit = "",
			   .words = WORDS_CHOICES,
			   .choices = page_kinds,
			   .place = "ballast-pages" },
	[FACTOR_DESCRIPTORS] = { .name = "descriptors",
				 .unit = "descriptors",
				 .grows = "that the parent has open",
				 .words = WORDS_COUNTS,
				 .ordered = true,
				 .scale = 1,
				 .most = 1 << 20,
				 .most_words = "1,048,576",
				 .place = "descriptors",
				 .larger = "1,000 descriptors",
				 .larger_scale = 1000 },
	[FACTOR_MAPPINGS] = { .name = "mappings",
			      .unit = "mappings",
			      .grows = "that the parent has",
			      .words = WORDS_COUNTS,
			      .ordered = true,
			      .scale = 1,
			      .most = 1 << 20,
			      .most_words = "1,048,576",
			      .place = "mappings",
			      .larger = "1,000 mappings",
			      .larger_scale = 1000 },
	[FACTOR_CONCURRENCY] = { .name = "concurrency",
				 .unit = "sessions",
				 .grows = "at once",
				 .words = WORDS_COUNTS,
				 .ordered = true,
				 .scale = 1,
				 .most = SESSIONS_MOST,
				 .most_words = "1,000,000",
				 .load = LOAD_CONCURRENCY },
	[FACTOR_RATE] = { .name = "session rate",
			  .unit = "%",
			  .grows = "of what churn reached",
			  .words = WORDS_PERCENT,
			  .ordered = true,
			  .scale = 1,
			  .most = 1000,
			  .most_words = "1000",
			  .load = LOAD_RATE },
	[FACTOR_HELD] = { .name = "held sessions",
			  .unit = "sessions",
			  .grows = "held at once",
			  .words = WORDS_COUNTS,
			  .ordered = true,
			  .scale = 1,
			  .most = SESSIONS_MOST,
			  .most_words = "1,000,000",
			  .load = LOAD_SESSIONS },
	[FACTOR_BACKLOG] = { .name = "backlog",
			     .unit = "connections",
			     .grows = "that the kernel holds for accept",
			     .words = WORDS_COUNTS,
			     .ordered = true,
			     .scale = 1,
			     .most = 65535,
			     .most_words = "65,535",
			     .place = "backlog" },
};

#define COUNT(name, member, least, most)                         \
	{                                                        \
		name, offsetof(struct load, member), least, most \
	}

const struct load_count_kind load_counts[LOAD_COUNTS] = {
	[LOAD_SESSIONS] = COUNT("sessions", sessions, 1, SESSIONS_MOST),
	[LOAD_WARM] = COUNT("warm", warm, 0, SESSIONS_MOST),
	[LOAD_CONCURRENCY] =
		COUNT("concurrency", concurrency, 1, SESSIONS_MOST),
	[LOAD_RATE] = COUNT("rate_pct", rate_pct, 0, 1000),
	[LOAD_REFERENCE] =
		COUNT("reference_per_s", reference_per_s, 0, 100000000),
	[LOAD_BURST] = COUNT("burst", burst, 0, SESSIONS_MOST),
};

const char *const load_close_names[] = { "fin", "rst", NULL };

uint64_t load_get(const struct load *l, enum load_count count)
{
	uint64_t value;

	memcpy(&value, (const char *)l + load_counts[count].offset,
	       sizeof(value));
	return value;
}

void load_set(struct load *l, enum load_count count, uint64_t value)
{
	memcpy((char *)l + load_counts[count].offset, &value, sizeof(value));
}

void load_fit(struct load *l)
{
	if (l->hold || l->concurrency > l->sessions)
		l->concurrency = l->sessions;
}

bool factor_is_place(const char *word, size_t bytes)
{
	for (size_t i = 0; i < FACTORS; i++)
		if (factors[i].place && strlen(factors[i].place) == bytes &&
		    strncmp(factors[i].place, word, bytes) == 0)
			return true;
	return false;
}

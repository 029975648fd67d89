#include "bench/study/validity.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench/json.h"

const struct validity_rule validity_rules[VALIDITY_RULE_COUNT] = {
#define X(id, name, consequence, means, advice) \
	{ name, consequence, means, advice },
	VALIDITY_RULES(X)
#undef X
};

const char *const validity_names[] = {
	[VALIDITY_VALID] = "valid",
	[VALIDITY_SUSPECT] = "suspect",
	[VALIDITY_INVALID] = "invalid",
};

/* Between two rules of a text; no detail holds it. */
#define BETWEEN "; "

int validity_find(const char *name)
{
	for (int i = 0; i < VALIDITY_RULE_COUNT; i++)
		if (strcmp(validity_rules[i].name, name) == 0)
			return i;
	return -1;
}

void validity_add(struct validity_finding *v, enum validity_id rule,
		  const char *detail, ...)
{
	char *text, *between;
	va_list arguments;

	if (v->aims_at >> rule & 1)
		return;
	if (validity_rules[rule].consequence > v->status)
		v->status = validity_rules[rule].consequence;
	if (v->count == VALIDITY_FOUND)
		return;
	v->found[v->count].rule = rule;
	text = v->found[v->count++].detail;
	va_start(arguments, detail);
	vsnprintf(text, VALIDITY_DETAIL, detail, arguments);
	va_end(arguments);
	plain_text(text);
	while ((between = strstr(text, BETWEEN)))
		*between = ',';
}

void validity_text(const struct validity_finding *v, char out[VALIDITY_TEXT])
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < v->count && used < VALIDITY_TEXT; i++) {
		const char *detail = v->found[i].detail;
		int n = snprintf(out + used, VALIDITY_TEXT - used, "%s%s%s%s",
				 i ? BETWEEN : "",
				 validity_rules[v->found[i].rule].name,
				 *detail ? ": " : "", detail);

		used += n > 0 ? (size_t)n : 0;
	}
}

/* One rule with its detail. */
static void read_found(const char *text, struct validity_finding *out)
{
	const char *colon = strstr(text, ": ");
	size_t bytes = colon ? (size_t)(colon - text) : strlen(text);
	char name[32];
	int rule;

	if (bytes >= sizeof(name) || out->count == VALIDITY_FOUND)
		return;
	memcpy(name, text, bytes);
	name[bytes] = '\0';
	rule = validity_find(name);
	if (rule < 0)
		return;
	out->found[out->count].rule = (enum validity_id)rule;
	snprintf(out->found[out->count++].detail, VALIDITY_DETAIL, "%s",
		 colon ? colon + 2 : "");
}

void validity_read(const char *status, const char *text,
		   struct validity_finding *out)
{
	char copy[VALIDITY_TEXT], *at = copy, *between;

	*out = (struct validity_finding){ .status = VALIDITY_INVALID };
	for (int i = VALIDITY_VALID; i < VALIDITY_INVALID; i++)
		if (strcmp(status, validity_names[i]) == 0)
			out->status = (enum validity)i;
	snprintf(copy, sizeof(copy), "%s", text);
	plain_text(copy);
	for (; (between = strstr(at, BETWEEN)); at = between + 2) {
		*between = '\0';
		read_found(at, out);
	}
	read_found(at, out);
}

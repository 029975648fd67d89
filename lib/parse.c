#include "lib/parse.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	double factor;
};

static const struct unit duration_units[] = {
	{ "ns", 1.0 }, { "us", 1e3 }, { "ms", 1e6 },
	{ "s", 1e9 },  { "m", 60e9 }, { "h", 3600e9 },
};

/* Digits, at most one point between digits, and then *end. */
static bool take_decimal(const char *text, double *value, const char **end)
{
	size_t whole = strspn(text, "0123456789");
	size_t length = whole;

	if (!whole)
		return false;
	if (text[whole] == '.') {
		size_t fraction = strspn(text + whole + 1, "0123456789");

		if (!fraction)
			return false;
		length += 1 + fraction;
	}
	*value = strtod(text, NULL);
	*end = text + length;
	return true;
}

int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out,
	      char why[PARSE_WHY])
{
	size_t digits = strspn(text, "0123456789");
	uint64_t value;

	errno = 0;
	value = digits ? strtoull(text, NULL, 10) : 0;
	if (digits && !text[digits] && !errno && value >= min && value <= max) {
		*out = value;
		return 0;
	}
	snprintf(why, PARSE_WHY, "%s; give %" PRIu64 " to %" PRIu64,
		 digits && !text[digits] ? "out of range" :
					   "not a whole number",
		 min, max);
	return -1;
}

/* A duration as people write it: in the largest unit that keeps it whole. */
static void tell_duration(uint64_t ns, char *out, size_t bytes)
{
	size_t i = sizeof(duration_units) / sizeof(duration_units[0]) - 1;

	while (i > 0 && (ns == 0 || ns % (uint64_t)duration_units[i].factor))
		i--;
	snprintf(out, bytes, "%" PRIu64 "%s",
		 ns / (uint64_t)duration_units[i].factor,
		 duration_units[i].name);
}

int parse_duration(const char *text, uint64_t min_ns, uint64_t max_ns,
		   uint64_t *out_ns, char why[PARSE_WHY])
{
	const char *end;
	double value;
	char low[32], high[32];
	bool known = false;

	if (take_decimal(text, &value, &end)) {
		for (size_t i = 0;
		     i < sizeof(duration_units) / sizeof(duration_units[0]);
		     i++) {
			if (strcmp(end, duration_units[i].name) != 0)
				continue;
			known = true;
			value = round(value * duration_units[i].factor);
			if (value < (double)min_ns || value > (double)max_ns ||
			    value >= 0x1p64)
				break;
			*out_ns = (uint64_t)value;
			return 0;
		}
	}
	tell_duration(min_ns, low, sizeof(low));
	tell_duration(max_ns, high, sizeof(high));
	snprintf(why, PARSE_WHY, "%s; give %s to %s",
		 known ? "out of range" :
			 "not a duration such as 250ms, 5s or 2m",
		 low, high);
	return -1;
}

int parse_size(const char *text, uint64_t min, uint64_t max,
	       uint64_t *out_bytes, char why[PARSE_WHY])
{
	static const char units[] = "KMG";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text[digits] ? strchr(units, text[digits]) : NULL;
	int shift = unit ? 10 * (int)(unit - units + 1) : 0;
	bool formed = digits && (!text[digits] || (unit && !text[digits + 1]));
	uint64_t value;

	errno = 0;
	value = formed ? strtoull(text, NULL, 10) : 0;
	if (formed && !errno && value <= max >> shift &&
	    value << shift >= min) {
		*out_bytes = value << shift;
		return 0;
	}
	snprintf(why, PARSE_WHY, "%s; give %" PRIu64 " to %" PRIu64 " bytes",
		 formed ? "out of range" : "not a size such as 64, 16K or 1G",
		 min, max);
	return -1;
}

int parse_rate(const char *text, double min, double max, double *out,
	       char why[PARSE_WHY])
{
	const char *end;
	double value;
	bool formed = take_decimal(text, &value, &end) && !*end;

	if (formed && value >= min && value <= max) {
		*out = value;
		return 0;
	}
	snprintf(why, PARSE_WHY, "%s; give %.15g to %.15g",
		 formed ? "out of range" : "not a number", min, max);
	return -1;
}

int parse_choice(const char *text, const char *const names[], size_t *out,
		 char why[PARSE_WHY])
{
	int used;

	for (size_t i = 0; names[i]; i++) {
		if (strcmp(text, names[i]) == 0) {
			*out = i;
			return 0;
		}
	}
	used = snprintf(why, PARSE_WHY, "unknown; give");
	for (size_t i = 0; names[i] && used < PARSE_WHY; i++)
		used += snprintf(why + used, (size_t)(PARSE_WHY - used),
				 "%s %s",
				 i == 0	      ? "" :
				 names[i + 1] ? "," :
						" or",
				 names[i]);
	return -1;
}

/* As inet_pton(), and with "%SCOPE" behind: an interface, by name or number. */
static bool take_ipv6(const char *text, struct sockaddr_in6 *out)
{
	const char *percent = strchr(text, '%');
	size_t length = percent ? (size_t)(percent - text) : strlen(text);
	char address[INET6_ADDRSTRLEN], why[PARSE_WHY];
	uint64_t scope = 0;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(AF_INET6, address, &out->sin6_addr) != 1)
		return false;
	if (percent && !(scope = if_nametoindex(percent + 1)) &&
	    parse_u64(percent + 1, 1, UINT32_MAX, &scope, why) < 0)
		return false;
	out->sin6_scope_id = (uint32_t)scope;
	return true;
}

int parse_address(const char *text, struct address *out, char why[PARSE_WHY])
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
		*out = (struct address){ .bytes = sizeof(v4) };
		memcpy(&out->storage, &v4, sizeof(v4));
		return 0;
	}
	if (take_ipv6(text, &v6)) {
		*out = (struct address){ .bytes = sizeof(v6) };
		memcpy(&out->storage, &v6, sizeof(v6));
		return 0;
	}
	snprintf(why, PARSE_WHY,
		 strchr(text, '%') ? "not a numeric address with an interface "
				     "of this "
				     "machine; give one such as fe80::1%%eth0" :
				     "not a numeric address; give one such as "
				     "127.0.0.1 or "
				     "::1");
	return -1;
}

int parse_port(const char *text, uint16_t min, struct address *address,
	       char why[PARSE_WHY])
{
	uint64_t port;

	if (parse_u64(text, min, UINT16_MAX, &port, why) < 0)
		return -1;
	if (address->storage.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&address->storage)->sin6_port =
			htons((uint16_t)port);
	else
		((struct sockaddr_in *)&address->storage)->sin_port =
			htons((uint16_t)port);
	return 0;
}

int parse_endpoint(char *const operands[], int count, uint16_t min_port,
		   struct address *out, char why[PARSE_ENDPOINT_WHY])
{
	struct address address;
	char reason[PARSE_WHY];

	if (count != 2)
		snprintf(why, PARSE_ENDPOINT_WHY,
			 "%s; give ADDRESS and PORT, as in: 127.0.0.1 7000",
			 count < 2 ? "an operand is missing" :
				     "too many operands");
	else if (parse_address(operands[0], &address, reason) < 0)
		snprintf(why, PARSE_ENDPOINT_WHY, "ADDRESS %.60s: %s",
			 operands[0], reason);
	else if (parse_port(operands[1], min_port, &address, reason) < 0)
		snprintf(why, PARSE_ENDPOINT_WHY, "PORT %.60s: %s", operands[1],
			 reason);
	else {
		*out = address;
		return 0;
	}
	return -1;
}

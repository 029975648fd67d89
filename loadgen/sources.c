#include "loadgen/sources.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What tells the addresses of a pool apart; network byte order. */
static in_addr_t *last_word(struct address *a)
{
	if (a->storage.ss_family == AF_INET6)
		return &((struct sockaddr_in6 *)&a->storage)
				->sin6_addr.s6_addr32[3];
	return &((struct sockaddr_in *)&a->storage)->sin_addr.s_addr;
}

static int parse_ends(const char *text, struct address *first,
		      struct address *last, char why[PARSE_WHY])
{
	char low[INET6_ADDRSTRLEN + 1]; /* what is cut off was too long */
	const char *dash = strchr(text, '-');

	snprintf(low, sizeof(low), "%.*s",
		 (int)(dash ? (size_t)(dash - text) : strlen(text)), text);
	if (parse_address(low, first, why) < 0)
		return -1;
	return parse_address(dash ? dash + 1 : low, last, why);
}

int sources_parse(const char *text, struct sources *out, char why[PARSE_WHY])
{
	struct address first, last;
	uint32_t low, high;

	if (parse_ends(text, &first, &last, why) < 0)
		return -1;
	low = ntohl(*last_word(&first));
	high = ntohl(*last_word(&last));
	/* They may differ in nothing else. */
	*last_word(&last) = *last_word(&first);
	if (first.bytes != last.bytes ||
	    memcmp(&first.storage, &last.storage, first.bytes) != 0 ||
	    high < low || high - low >= SOURCES_MOST) {
		snprintf(why, PARSE_WHY,
			 "not a range; give two addresses that differ in their "
			 "last 32 bits only, the lower first, to span at most "
			 "%d",
			 SOURCES_MOST);
		return -1;
	}
	*out = (struct sources){ first, (uint64_t)high - low + 1 };
	return 0;
}

struct sources sources_loopback(uint64_t count)
{
	struct sockaddr_in first = { .sin_family = AF_INET };
	struct sources s = { .first = { .bytes = sizeof(first) },
			     .count = count };

	first.sin_addr.s_addr = htonl(0x7f010001);
	memcpy(&s.first.storage, &first, sizeof(first));
	return s;
}

void sources_at(const struct sources *s, uint64_t i, struct address *out)
{
	in_addr_t *word;

	*out = s->first;
	word = last_word(out);
	*word = htonl(ntohl(*word) + (uint32_t)(i % s->count));
}

int sources_bind(int fd, const struct sources *s, uint64_t i)
{
	struct address a;
	int on = 1;

	sources_at(s, i, &a);
	if (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
		       sizeof(on)) < 0)
		return -1;
	return bind(fd, (const struct sockaddr *)&a.storage, a.bytes);
}

bool sources_is_local(const struct address *a)
{
	struct sources self = { .first = *a, .count = 1 };
	int fd = socket(a->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool local;

	if (fd < 0)
		return false;
	/* sin6_port is in the same place. */
	((struct sockaddr_in *)&self.first.storage)->sin_port = 0;
	local = sources_bind(fd, &self, 0) == 0;
	close(fd);
	return local;
}

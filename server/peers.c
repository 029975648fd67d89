#include "server/peers.h"

#include <endian.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "server/sessions.h"

enum { FREE = 0, NOT_YET_FORKED = -1, PLACES = 1 << 20 };

struct peer {
	uint64_t address; /* see address_of() */
	_Atomic pid_t pid;
};

static struct peer *places; /* PLACES; only those in use take memory */
static size_t used;	    /* those from here on are free */
static uint64_t most;

int peers_set_up(uint64_t most_per_address)
{
	most = most_per_address;
	if (!most)
		return 0;
	places = mmap(NULL, PLACES * sizeof(*places), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return places == MAP_FAILED ? -1 : 0;
}

/*
 * IPv6 by its first 64 bits; IPv4 as 0:ffff:ADDRESS, a prefix that no host of
 * IPv6 has.
 */
static uint64_t address_of(const struct address *client)
{
	const struct sockaddr_in *v4 =
		(const struct sockaddr_in *)&client->storage;
	const struct in6_addr *v6 =
		&((const struct sockaddr_in6 *)&client->storage)->sin6_addr;
	uint32_t last = v4->sin_addr.s_addr;
	uint64_t first;

	memcpy(&first, v6, sizeof(first));
	if (client->storage.ss_family == AF_INET6) {
		if (!IN6_IS_ADDR_V4MAPPED(v6))
			return be64toh(first);
		memcpy(&last, &v6->s6_addr[12], sizeof(last));
	}
	return UINT64_C(0xffff) << 32 | ntohl(last);
}

static void free_killed(uint64_t address)
{
	for (size_t i = 0; i < used; i++)
		if (places[i].address == address && places[i].pid > 0 &&
		    !sessions_is_live(places[i].pid))
			places[i].pid = FREE;
}

static uint64_t count_of(uint64_t address)
{
	uint64_t count = 0;

	while (used && places[used - 1].pid == FREE)
		used--;
	for (size_t i = 0; i < used; i++)
		count += places[i].address == address && places[i].pid != FREE;
	return count;
}

struct peer *peers_admit(const struct address *client)
{
	uint64_t address = address_of(client);
	size_t i;

	if (count_of(address) >= most) {
		free_killed(address);
		if (count_of(address) >= most)
			return NULL;
	}
	for (i = 0; i < used && places[i].pid != FREE; i++)
		;
	if (i == PLACES)
		return NULL;
	if (i == used)
		used++;
	places[i].address = address;
	places[i].pid = NOT_YET_FORKED;
	return &places[i];
}

void peers_note(struct peer *place, pid_t pid)
{
	pid_t none = NOT_YET_FORKED;

	if (!place)
		return;
	/* A place with the same number is that of a session that was killed. */
	for (size_t i = 0; i < used; i++)
		if (places[i].pid == pid)
			places[i].pid = FREE;
	/* Unless the session has ended and left its place already. */
	atomic_compare_exchange_strong(&place->pid, &none, pid);
}

void peers_leave(struct peer *place)
{
	if (place)
		place->pid = FREE;
}

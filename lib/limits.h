#ifndef LIB_LIMITS_H
#define LIB_LIMITS_H

/* Limits of this machine, as the kernel states them in files. */

#include <stdint.h>
#include <stdio.h>

/*
 * The whole number that a file begins with, as those under /proc/sys and
 * cgroups' do; UINT64_MAX for "max", and if there is none.
 */
uint64_t limits_number(const char *path);

/* What keeps processes from being made. */
enum limits_kind {
	LIMITS_PID_MAX,
	LIMITS_THREADS_MAX,
	LIMITS_USER,   /* root is exempt */
	LIMITS_CGROUP, /* or one of those that it is in */
	LIMITS_KINDS,
};

/* By kind, for people: "kernel.pid_max". */
extern const char *const limits_names[];

enum { LIMITS_PATH = 600 };

struct limits {
	/* But LIMITS_CGROUP, of which only the room is known. */
	uint64_t most[LIMITS_CGROUP]; /* UINT64_MAX: no limit */
	uint64_t taken; /* of these, by what runs now, and some to spare */
	uint64_t cgroup_room;
};

/*
 * How many more processes the control group of this process and all groups
 * that it is in allow: the least of pids.max - pids.current; UINT64_MAX if
 * there is no limit.
 *   groups, root: "/proc/self/cgroup", "/sys/fs/cgroup"; others in tests.
 */
uint64_t limits_cgroup_room(const char *groups, const char *root);

void limits_read(struct limits *l);

/* How many more processes a limit allows; UINT64_MAX if it is none. */
uint64_t limits_room(const struct limits *l, enum limits_kind kind);

/*
 * How many more processes can exist: what the least of the limits allows.
 *   *name: of that limit, for people.
 */
uint64_t limits_processes(const char **name);

/*
 * How many processes can hold so many sessions, 1 or more, if each may have
 * `descriptors` open: one per session, and LIMITS_OWN_DESCRIPTORS for itself
 * (standard ones, epoll, timers). UINT64_MAX if no number of them can.
 */
enum { LIMITS_OWN_DESCRIPTORS = 32, LIMITS_MOST_WORKERS = 64 };
uint64_t limits_workers(uint64_t sessions, uint64_t descriptors);

/* What the kernel chooses a port from: both ends of the range count. */
struct limits_ports {
	unsigned low, high;
	uint64_t count; /* in the range, but for those that are reserved */
};

/*
 * From a net.ipv4.ip_local_port_range and a net.ipv4.ip_local_reserved_ports.
 * Either may be NULL; without a readable range it is 1 to 65535.
 */
struct limits_ports limits_ports(FILE *range, FILE *reserved);

/* The same, of this machine. */
struct limits_ports limits_ports_read(void);

#endif

#ifndef BENCH_MEASURE_PID_SET_H
#define BENCH_MEASURE_PID_SET_H

/* A set of process IDs: a bit for each that the kernel may give, and a list. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pid_set {
	unsigned char *bits; /* owned */
	pid_t *pid;	     /* those in it; owned */
	size_t count, room;
};

/* Empty. Returns 0, or -1 with errno ENOMEM. */
int pid_set_init(struct pid_set *s);
void pid_set_release(struct pid_set *s);

bool pid_set_has(const struct pid_set *s, pid_t pid);

void pid_set_clear(struct pid_set *s);

/* Holds these and no others from then on. Returns 0, or -1 with errno ENOMEM. */
int pid_set_assign(struct pid_set *s, const pid_t *pid, size_t count);

#endif

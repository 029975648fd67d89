#include "bench/measure/pid_set.h"

#include <stdio.h>
#include <stdlib.h>

static size_t pid_limit(void)
{
	unsigned long limit = 4194304;
	FILE *in = fopen("/proc/sys/kernel/pid_max", "re");

	if (!in)
		return limit;
	if (fscanf(in, "%lu", &limit) != 1)
		limit = 4194304;
	fclose(in);
	return limit;
}

int pid_set_init(struct pid_set *s)
{
	*s = (struct pid_set){ .room = 1024 };
	s->pid = calloc(s->room, sizeof(s->pid[0]));
	s->bits = calloc(pid_limit() / 8 + 1, 1);
	if (s->pid && s->bits)
		return 0;
	pid_set_release(s);
	return -1;
}

void pid_set_release(struct pid_set *s)
{
	free(s->bits);
	free(s->pid);
	*s = (struct pid_set){ 0 };
}

bool pid_set_has(const struct pid_set *s, pid_t pid)
{
	return s->bits[pid / 8] >> (pid % 8) & 1;
}

void pid_set_clear(struct pid_set *s)
{
	for (size_t i = 0; i < s->count; i++)
		s->bits[s->pid[i] / 8] &=
			(unsigned char)~(1 << (s->pid[i] % 8));
	s->count = 0;
}

int pid_set_assign(struct pid_set *s, const pid_t *pid, size_t count)
{
	pid_set_clear(s);
	if (count > s->room) {
		pid_t *larger = realloc(s->pid, 2 * count * sizeof(*larger));

		if (!larger)
			return -1;
		s->pid = larger;
		s->room = 2 * count;
	}
	for (size_t i = 0; i < count; i++) {
		s->pid[i] = pid[i];
		s->bits[pid[i] / 8] |= (unsigned char)(1 << (pid[i] % 8));
	}
	s->count = count;
	return 0;
}

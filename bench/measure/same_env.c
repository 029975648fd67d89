#include "bench/measure/same_env.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *group, *key, *what;
} fixed[] = {
	{ "host", "kernel", "the kernel" },
	{ "host", "cpu", "the CPU" },
	{ "host", "cpus", "the number of CPUs" },
	{ "host", "cpus_allowed", "the CPUs that may be used" },
	{ "build", "version", "forkbench's version" },
	{ "build", "commit", "the commit" },
	{ "build", "dirty", "whether the tree was dirty" },
	{ "build", "compiler", "the compiler" },
	{ "build", "flags", "the compiler's flags" },
};

static const json_t *look(const json_t *env, size_t i)
{
	return json_object_get(json_object_get(env, fixed[i].group),
			       fixed[i].key);
}

int same_env(const json_t *before, const json_t *now, char why[SAME_ENV_WHY])
{
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		const json_t *a = look(before, i), *b = look(now, i);
		char *was, *is;

		if (a == b || json_equal(a, b))
			continue;
		was = json_dumps(a, JSON_ENCODE_ANY | JSON_COMPACT);
		is = json_dumps(b, JSON_ENCODE_ANY | JSON_COMPACT);
		snprintf(why, SAME_ENV_WHY, "%s was %.80s, and is now %.80s",
			 fixed[i].what, was ? was : "unknown",
			 is ? is : "unknown");
		free(was);
		free(is);
		return -1;
	}
	return 0;
}

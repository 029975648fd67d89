#include "lib/kernel_file.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 8192 };

bool kernel_line(const char *path, char *out, size_t bytes)
{
	FILE *in = fopen(path, "re");
	bool found = in && fgets(out, (int)bytes, in);

	out[found ? strcspn(out, "\n") : 0] = '\0';
	if (in)
		fclose(in);
	return found;
}

bool kernel_field(const char *path, const char *key, char *out, size_t bytes)
{
	FILE *in = fopen(path, "re");
	size_t length = strlen(key);
	char text[LINE_BYTES];
	bool found = false;

	out[0] = '\0';
	while (in && !found && fgets(text, sizeof(text), in)) {
		const char *at = text + length;

		if (strncmp(text, key, length) != 0)
			continue;
		at += strspn(at, " \t");
		if (*at++ != ':')
			continue;
		at += strspn(at, " \t");
		snprintf(out, bytes, "%.*s", (int)strcspn(at, "\n"), at);
		found = true;
	}
	if (in)
		fclose(in);
	return found;
}

double kernel_number(const char *path, const char *line, const char *key)
{
	FILE *in = fopen(path, "re");
	double value = NAN;
	char text[1024];

	while (in && fgets(text, sizeof(text), in)) {
		const char *at = strstr(text, key);

		if (strncmp(text, line, strlen(line)) != 0 || !at)
			continue;
		/* strtod() takes "inf" and "nan", too. */
		if (sscanf(at + strlen(key), "%lf", &value) != 1 ||
		    !isfinite(value))
			value = NAN;
		break;
	}
	if (in)
		fclose(in);
	return value;
}

/* Whether a list separated by commas has that word. */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	while (*list) {
		if (strncmp(list, word, n) == 0 &&
		    (list[n] == ',' || list[n] == '\0'))
			return true;
		list += strcspn(list, ",");
		list += *list == ',';
	}
	return false;
}

/* Our group's name in the hierarchy of the controller, from "5:cpu,io:/a". */
static bool find_group(struct kernel_groups *g, const char *proc,
		       const char *controller, char name[KERNEL_PATH])
{
	char path[PATH_MAX], line[LINE_BYTES];
	bool found = false;
	FILE *in;

	g->unified = true;
	snprintf(path, sizeof(path), "%s/self/cgroup", proc);
	in = fopen(path, "re");
	while (in && g->unified && fgets(line, sizeof(line), in)) {
		char *list = strchr(line, ':');
		char *group = list ? strchr(list + 1, ':') : NULL;

		if (!group || group[1] != '/')
			continue;
		*group++ = '\0';
		group[strcspn(group, "\n")] = '\0';
		if (has_word(list + 1, controller))
			g->unified = false;
		else if (strcmp(line, "0:") != 0)
			continue;
		found = snprintf(name, KERNEL_PATH, "%s", group) < KERNEL_PATH;
	}
	if (in)
		fclose(in);
	return found;
}

static bool find_mount(const struct kernel_groups *g, const char *proc,
		       const char *controller, char point[KERNEL_PATH])
{
	char path[PATH_MAX], line[LINE_BYTES], type[32], options[1024];
	bool found = false;
	FILE *in;

	snprintf(path, sizeof(path), "%s/self/mounts", proc);
	in = fopen(path, "re");
	while (in && !found && fgets(line, sizeof(line), in))
		found = sscanf(line, "%*s %511s %31s %1023s", point, type,
			       options) == 3 &&
			strcmp(type, g->unified ? "cgroup2" : "cgroup") == 0 &&
			(g->unified || has_word(options, controller));
	if (in)
		fclose(in);
	return found;
}

void kernel_groups(struct kernel_groups *g, const char *proc,
		   const char *controller)
{
	char name[KERNEL_PATH], point[KERNEL_PATH];

	g->count = 0;
	if (!find_group(g, proc, controller, name) ||
	    !find_mount(g, proc, controller, point))
		return;
	while (g->count < KERNEL_DEPTH) {
		char *folder = g->folder[g->count], *last;
		bool top = strcmp(name, "/") == 0;

		/* What a container has not mounted is passed over. */
		if (snprintf(folder, KERNEL_PATH, "%s%s", point,
			     top ? "" : name) < KERNEL_PATH &&
		    access(folder, F_OK) == 0)
			g->count++;
		if (top)
			break;
		last = strrchr(name, '/');
		last[last == name] = '\0';
	}
}

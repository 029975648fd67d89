#include "bench/judge/load_timeline.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void load_timeline_release(struct load_timeline *t)
{
	free(t->t_s);
	free(t->zombies);
	*t = (struct load_timeline){ 0 };
}

/* Which column bears a name, from 0; -1 if none does. */
static int column_of(const char *header, const char *name)
{
	size_t length = strlen(name);

	for (int column = 0;; column++) {
		size_t cell = strcspn(header, "\t\n");

		if (cell == length && strncmp(header, name, length) == 0)
			return column;
		if (header[cell] != '\t')
			return -1;
		header += cell + 1;
	}
}

/* The number in a column, or NAN. */
static double take(const char *line, int column)
{
	char *end;
	double value;

	for (; column > 0; column--) {
		line = strchr(line, '\t');
		if (!line)
			return NAN;
		line++;
	}
	value = strtod(line, &end);
	if (end == line || !strchr("\t\n", *end) || !isfinite(value))
		return NAN;
	return value;
}

static int grow(struct load_timeline *t, size_t *room)
{
	size_t wanted = *room ? *room * 2 : 256;
	double *t_s = realloc(t->t_s, wanted * sizeof(*t_s));
	double *zombies;

	if (!t_s)
		return -1;
	t->t_s = t_s;
	zombies = realloc(t->zombies, wanted * sizeof(*zombies));
	if (!zombies)
		return -1;
	t->zombies = zombies;
	*room = wanted;
	return 0;
}

int load_timeline(const struct load_source *from, struct load_timeline *t)
{
	FILE *in = fopen(from->path, "re");
	int t_column = -1, zombies_column = -1, rc = -1;
	unsigned line = 0;
	size_t room = 0;
	char text[512];

	if (!in)
		return errno == ENOENT ? 0 :
					 load_fail(from, "cannot be read: %s",
						   strerror(errno));
	while (fgets(text, sizeof(text), in)) {
		double at, zombies;

		if (++line == 1) {
			t_column = column_of(text, "t_s");
			zombies_column = column_of(text, "zombies");
			if (t_column < 0 || zombies_column < 0)
				break;
			continue;
		}
		at = take(text, t_column);
		zombies = take(text, zombies_column);
		if (isnan(at) || isnan(zombies) || zombies < 0 ||
		    (t->n && at < t->t_s[t->n - 1]))
			break;
		if (t->n == room && grow(t, &room) < 0) {
			load_fail(from, "out of memory");
			goto out;
		}
		t->t_s[t->n] = at;
		t->zombies[t->n++] = zombies;
	}
	if (ferror(in))
		load_fail(from, "cannot be read: %s", strerror(errno));
	else if (!feof(in) || line == 0)
		load_fail(from,
			  "line %u is not that of a time line; the cell must "
			  "be measured again",
			  line);
	else
		rc = 0;
out:
	fclose(in);
	return rc;
}

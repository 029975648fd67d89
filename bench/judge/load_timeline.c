#include "bench/judge/load_timeline.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void load_timeline_release(struct load_timeline *t)
{
	free(t->t_s);
	free(t->zombies);
	*t = (struct load_timeline){ 0 };
}

struct columns {
	int all, t_s, zombies;
};

/* Every column is found by its name, wherever it stands. */
static bool read_header(char *line, struct columns *c)
{
	char *name;

	*c = (struct columns){ .t_s = -1, .zombies = -1 };
	while ((name = strsep(&line, "\t"))) {
		if (strcmp(name, "t_s") == 0)
			c->t_s = c->all;
		else if (strcmp(name, "zombies") == 0)
			c->zombies = c->all;
		c->all++;
	}
	return c->t_s >= 0 && c->zombies >= 0;
}

/* A number from 0 to 1e9, or NAN: more seconds or processes there are not. */
static double number_of(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	return isdigit((unsigned char)*text) && !*end && value <= 1e9 ? value :
									NAN;
}

static bool read_row(char *line, const struct columns *c, double *t_s,
		     double *zombies)
{
	int column = 0;
	char *text;

	for (; (text = strsep(&line, "\t")); column++) {
		double value = number_of(text);

		if (isnan(value))
			return false;
		if (column == c->t_s)
			*t_s = value;
		else if (column == c->zombies)
			*zombies = value;
	}
	return column == c->all;
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

/* A line without its end; one that is cut short or too long is none. */
static bool end_line(char *text)
{
	char *end = strchr(text, '\n');

	if (end)
		*end = '\0';
	return end;
}

static int read_lines(const struct load_source *from, FILE *in,
		      struct load_timeline *t)
{
	struct columns columns;
	size_t room = 0;
	unsigned line = 1;
	char text[512];

	if (!fgets(text, sizeof(text), in) || !end_line(text) ||
	    !read_header(text, &columns))
		goto wrong;
	while (fgets(text, sizeof(text), in)) {
		double t_s = 0, zombies = 0;

		line++;
		if (!end_line(text) ||
		    !read_row(text, &columns, &t_s, &zombies) ||
		    (t->n && t_s < t->t_s[t->n - 1]))
			goto wrong;
		if (t->n == room && grow(t, &room) < 0)
			return load_fail(from, "out of memory");
		t->t_s[t->n] = t_s;
		t->zombies[t->n++] = zombies;
	}
	if (!ferror(in))
		return 0;
wrong:
	if (ferror(in))
		return load_fail(from, "cannot be read: %s", strerror(errno));
	return load_fail(from,
			 "line %u is not that of a time line; the cell must be "
			 "measured again",
			 line);
}

int load_timeline(const struct load_source *from, struct load_timeline *t)
{
	FILE *in;
	int rc;

	if (load_open(from, LOAD_OPTIONAL, &in) < 0)
		return -1;
	if (!in)
		return 0;
	rc = read_lines(from, in, t);
	fclose(in);
	return rc;
}

#include "lib/opt.h"

#include <fcntl.h>
#include <getopt.h>
#include <string.h>

#include "lib/parse.h"

/* Options count from FIRST, beyond every letter. */
enum { OPT_MOST = 48, FIRST = 256 };

enum { HELP_COLUMN = 26, HELP_WIDTH = 80 };

static bool takes_argument(const struct opt *o)
{
	return o->kind != OPT_FLAG && o->kind != OPT_HELP;
}

static int add(struct opt_list *list, const char *text, char reason[PARSE_WHY])
{
	if (list->count == OPT_LIST_MOST) {
		snprintf(reason, PARSE_WHY, "given too often; give it %d times",
			 OPT_LIST_MOST);
		return -1;
	}
	list->item[list->count++] = text;
	return 0;
}

static int take_descriptor(const struct opt *o, const char *text, int *out,
			   char reason[PARSE_WHY])
{
	uint64_t fd;

	if (parse_u64(text, o->min, o->max, &fd, reason) < 0)
		return -1;
	if (fcntl((int)fd, F_GETFD) < 0) {
		snprintf(reason, PARSE_WHY,
			 "not an open descriptor; open it first");
		return -1;
	}
	*out = (int)fd;
	return 0;
}

static int store(const struct opt *o, const char *text, void *config,
		 char why[OPT_WHY])
{
	void *at = (char *)config + o->offset;
	char reason[PARSE_WHY];
	int rc = 0;

	switch (o->kind) {
	case OPT_FLAG:
	case OPT_HELP:
		*(bool *)at = true;
		break;
	case OPT_TEXT:
		*(const char **)at = text;
		if (!*text) {
			snprintf(reason, sizeof(reason), "empty; give a %s",
				 o->argument);
			rc = -1;
		}
		break;
	case OPT_LIST:
		rc = add(at, text, reason);
		break;
	case OPT_COUNT:
		rc = parse_u64(text, o->min, o->max, at, reason);
		break;
	case OPT_FD:
		rc = take_descriptor(o, text, at, reason);
		break;
	case OPT_SIZE:
		rc = parse_size(text, o->min, o->max, at, reason);
		break;
	case OPT_DURATION:
		rc = parse_duration(text, o->min, o->max, at, reason);
		break;
	case OPT_RATE:
		rc = parse_rate(text, o->min ? (double)o->min : 0.001,
				(double)o->max, at, reason);
		break;
	case OPT_CHOICE:
		rc = parse_choice(text, o->choices, at, reason);
		break;
	}
	if (rc < 0)
		snprintf(why, OPT_WHY, "--%s %.40s: %s", o->name, text, reason);
	return rc;
}

/* Why getopt_long() does not take this word. */
static void refuse(const struct opt table[], const char *word,
		   char why[OPT_WHY])
{
	const char letter[] = { '-', (char)optopt, '\0' };
	size_t length = strcspn(word, "=");
	size_t alike = 0;

	if (optopt >= FIRST) {
		snprintf(why, OPT_WHY, "--%s takes no value; see --help",
			 table[optopt - FIRST].name);
		return;
	}
	/* Of a word of letters, getopt has not moved on from the word yet. */
	if (optopt) {
		snprintf(why, OPT_WHY, "unknown option %s; see --help", letter);
		return;
	}
	for (const struct opt *o = table; o->name; o++)
		alike += !strncmp(o->name, word + 2, length - 2);
	snprintf(why, OPT_WHY,
		 alike ? "option %.60s is ambiguous; see --help" :
			 "unknown option %.60s; see --help",
		 word);
}

int opt_parse(const struct opt table[], int argc, char *argv[], void *config,
	      char why[OPT_WHY])
{
	struct option longs[OPT_MOST + 1] = { 0 };
	char letters[OPT_MOST + 2] = ":";
	size_t count = 0, i;
	int c;

	for (; table[count].name && count < OPT_MOST; count++) {
		if (table[count].letter)
			letters[strlen(letters)] = table[count].letter;
		longs[count] = (struct option){
			.name = table[count].name,
			.has_arg = takes_argument(&table[count]) ?
					   required_argument :
					   no_argument,
			/* With equal ones an abbreviation means the first. */
			.val = FIRST + (int)count,
		};
	}
	optind = 0; /* a fresh scan, also when called again */
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (c == ':') {
			snprintf(why, OPT_WHY,
				 "%.60s needs a value; see --help",
				 argv[optind - 1]);
			return -1;
		}
		if (c == '?') {
			refuse(table, argv[optind - 1], why);
			return -1;
		}
		for (i = 0; c < FIRST && table[i].letter != c; i++)
			;
		if (c >= FIRST)
			i = (size_t)(c - FIRST);
		if (store(&table[i], optarg, config, why) < 0)
			return -1;
		if (table[i].kind == OPT_HELP)
			break;
	}
	return optind;
}

/* In as many lines as they need. */
static void put_choices(FILE *out, const char *const choices[])
{
	int used = fprintf(out, "%*s%s", HELP_COLUMN, "", choices[0]);

	for (size_t i = 1; choices[i]; i++) {
		int length = (int)strlen(choices[i]);

		if (used + 2 + length + 1 <= HELP_WIDTH)
			used += fprintf(out, ", %s", choices[i]);
		else
			used = fprintf(out, ",\n%*s%s", HELP_COLUMN, "",
				       choices[i]) -
			       2;
	}
	fputc('\n', out);
}

void opt_help(const struct opt table[], FILE *out)
{
	for (const struct opt *o = table; o->name; o++) {
		const char *line = o->help;
		int used = fprintf(out, "  --%s%s%s", o->name,
				   o->argument ? " " : "",
				   o->argument ? o->argument : "");

		if (used >= HELP_COLUMN) {
			fputc('\n', out);
			used = 0;
		}
		while (line) {
			const char *end = strchr(line, '\n');
			int length = end ? (int)(end - line) :
					   (int)strlen(line);

			fprintf(out, "%*s%.*s\n", HELP_COLUMN - used, "",
				length, line);
			used = 0;
			line = end ? end + 1 : NULL;
		}
		if (o->kind == OPT_CHOICE)
			put_choices(out, o->choices);
	}
}

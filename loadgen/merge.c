#include "loadgen/merge.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/opt.h"
#include "loadgen/combine.h"
#include "loadgen/hgrm.h"
#include "loadgen/options.h"
#include "loadgen/report.h"
#include "loadgen/result_json.h"
#include "loadgen/tell_text.h"

#define USAGE "usage: loadgen merge [options] FILE FILE...\n"

struct merge_options {
	const char *json; /* file, or NULL, as the next */
	const char *hgrm; /* folder */
	struct opt_list lost;
	bool quiet, help;
};

#define AT(field) offsetof(struct merge_options, field)

static const struct opt table[] = {
	{ "json", OPT_TEXT, AT(json), "FILE",
	  .help = "write the merged result to FILE" },
	{ "lost", OPT_LIST, AT(lost), "NAME",
	  .help = "there was another run, which has no result: what is\n"
		  "merged is invalid; may be given again" },
	{ "hgrm", OPT_TEXT, AT(hgrm), "DIR",
	  .help = "write the merged percentiles into DIR" },
	{ "quiet", OPT_FLAG, AT(quiet), .help = "no summary" },
	{ "help", OPT_HELP, AT(help), .help = "print this and exit" },
	{ 0 },
};

/* A file's name on one line; good until the next call. */
static const char *shown(const char *path)
{
	static char line[241];

	snprintf(line, sizeof(line), "%s", path);
	one_line(line);
	return line;
}

static void check_files(const struct merge_options *o, char *const files[],
			size_t count)
{
	if (count + o->lost.count < 2 || !count)
		errx(2,
		     "merge: %s; give two or more files that loadgen --json "
		     "wrote",
		     count ? "one file alone" : "no files");
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++)
			if (file_same(files[j], files[i]))
				errx(2,
				     "merge: %s: given twice; name each file "
				     "once",
				     shown(files[i]));
		if (o->json && file_same(o->json, files[i]))
			errx(2,
			     "merge: --json %s: one of the files to merge; "
			     "give another",
			     shown(o->json));
	}
}

/* Reads argv; files[0] to [*count - 1] then are what to merge. */
static struct merge_options parse(int argc, char *argv[], char ***files,
				  size_t *count)
{
	struct merge_options o = { 0 };
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, &o, why);

	if (first < 0)
		errx(2, "merge: %s", why);
	if (o.help) {
		printf(USAGE "\nAdds up the results of several runs.\n\n");
		opt_help(table, stdout);
		options_end_output();
	}
	*files = argv + first;
	*count = (size_t)(argc - first);
	check_files(&o, *files, *count);
	return o;
}

/* The files' results, one of which that can't be read ends the program. */
static struct stored *read_all(char *const files[], size_t count)
{
	struct stored *runs = calloc(count, sizeof(*runs));
	char why[STORED_WHY];

	if (!runs)
		err(3, "merge: cannot get memory for %zu files", count);
	for (size_t i = 0; i < count; i++)
		if (stored_read(files[i], &runs[i], why) < 0)
			errx(3, "merge: %s", why);
	return runs;
}

static int write_json(const struct result *r, char *const files[], size_t count,
		      const char *path)
{
	json_t *root = result_json(r), *names = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(names, result_json_text(files[i]));
	json_object_set_new(root, "merged", names);
	return result_json_write(root, path);
}

static int write_all(const struct result *r, const struct merge_options *o,
		     char *const files[], size_t count)
{
	FILE *out = report_summary(false, o->json, NULL);
	int rc = 0;

	if (o->hgrm && hgrm_write_all(r, o->hgrm) < 0) {
		warn("merge: cannot write percentiles into %s", o->hgrm);
		rc = 3;
	}
	if (o->json && write_json(r, files, count, o->json) < 0) {
		warn("merge: cannot write %s", o->json);
		rc = 3;
	}
	if (!o->quiet) {
		fprintf(out, "%zu runs merged\n", count);
		tell_result(r, out);
	}
	if (fflush(stdout) != 0) {
		warn("merge: cannot write to stdout");
		rc = 3;
	}
	return rc;
}

int merge_main(int argc, char *argv[])
{
	struct merge_options o;
	struct stored *runs;
	struct result r;
	char **files;
	size_t count;
	int rc;

	o = parse(argc, argv, &files, &count);
	runs = read_all(files, count);
	if (combine(runs, count, &r) < 0)
		err(3, "merge: cannot add up %zu runs; merge fewer", count);
	for (size_t i = 0; i < o.lost.count; i++)
		verdict_add(&r.verdict, VERDICT_INVALID,
			    "%.100s: its result was lost", o.lost.item[i]);
	rc = write_all(&r, &o, files, count);
	if (!rc && r.verdict.status == VERDICT_INVALID)
		rc = 1;
	result_release(&r);
	for (size_t i = 0; i < count; i++)
		stored_release(&runs[i]);
	free(runs);
	return rc;
}

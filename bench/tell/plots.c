#include "bench/tell/plots.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/tell/plot.h"
#include "bench/tell/table.h"
#include "bench/tell/words.h"

enum { TITLE_LINE = 90 }; /* characters that fit in a picture's width */

static int fail(const struct plot_job *job, const char *path)
{
	snprintf(job->why, PLOTS_WHY, "cannot write %.300s: %s", path,
		 strerror(errno));
	return -1;
}

int plot_open(const struct plot_job *job, const char *name, const char *suffix,
	      struct file *f)
{
	char path[PATH_MAX] = "";

	words_add(path, sizeof(path), "%s/plots/%s%s.tsv", job->run->path, name,
		  suffix);
	return file_open(f, path) < 0 ? fail(job, path) : 0;
}

int plot_commit(const struct plot_job *job, struct file *f)
{
	return file_commit(f) < 0 ? fail(job, f->path) : 0;
}

unsigned plot_rgb(const char *rgb)
{
	return (unsigned)strtoul(rgb + 1, NULL, 16);
}

/*
 * Where a first line may end: at the last space that it has room for; better,
 * if it is not too short then, between two clauses. 0: nowhere.
 */
static size_t find_break(const char *title)
{
	size_t width = 0, space = 0, clause = 0;

	for (size_t at = 0; title[at] && width <= TITLE_LINE; at++) {
		width += (title[at] & 0xc0) != 0x80;
		if (title[at] != ' ')
			continue;
		space = at;
		if (at && strchr(";:", title[at - 1]) &&
		    width > TITLE_LINE / 3 &&
		    table_width(title + at) <= TITLE_LINE)
			clause = at;
	}
	return clause ? clause : space;
}

/* Two lines at most, the second of which is cut. */
static void wrap(const char *title, char out[TITLE])
{
	size_t width = 0, second;

	snprintf(out, TITLE, "%s", title);
	if (table_width(out) <= TITLE_LINE)
		return;
	second = find_break(out);
	if (!second)
		return;
	out[second] = '\n';
	for (size_t at = second + 1; out[at]; at++) {
		width += (out[at] & 0xc0) != 0x80;
		if (width > TITLE_LINE && (out[at] & 0x80) == 0) {
			snprintf(out + at, TITLE - at, "…");
			return;
		}
	}
}

int plot_draw(const struct plot_job *job, const struct plot_text *text)
{
	struct plot *made = &job->made->list[job->made->n];
	char output[PATH_MAX] = "", title[TITLE];
	const char *args[] = { output,
			       text->page ? "" : title,
			       text->page ? "" : text->subtitle,
			       text->page ? "" : job->footer,
			       text->args[0],
			       text->args[1],
			       text->args[2],
			       NULL };

	words_add(output, sizeof(output), "%s/plots/%s", job->run->path,
		  text->name);
	wrap(text->title, title);
	if (gnuplot_draw(job->scripts_dir, text->script, output, args,
			 job->why) < 0)
		return -1;
	if (job->made->n < PLOTS) {
		snprintf(made->name, sizeof(made->name), "%s", text->name);
		made->kind = text->kind;
		snprintf(made->title, sizeof(made->title), "%s", text->title);
		snprintf(made->subtitle, sizeof(made->subtitle), "%s",
			 text->subtitle);
		made->page = text->page;
		job->made->n++;
	}
	return 0;
}

static void add_part(char text[TITLE], const char *before, const char *part,
		     const char *after)
{
	if (part)
		words_add(text, TITLE, "%s%s%s%s", *text ? " · " : "", before,
			  part, after);
}

void plots_machine(const struct load_run *run, char text[TITLE])
{
	json_t *host = json_object_get(run->env, "host");
	json_int_t cpus = json_integer_value(json_object_get(host, "cpus"));
	const char *hypervisor = load_env(run, "host", "hypervisor");
	char cores[32];

	*text = '\0';
	add_part(text, "kernel ", load_env(run, "host", "kernel"), "");
	add_part(text, "", load_env(run, "host", "cpu"), "");
	snprintf(cores, sizeof(cores), "%jd", (intmax_t)cpus);
	add_part(text, "", cpus > 0 ? cores : NULL,
		 cpus == 1 ? " CPU" : " CPUs");
	if (hypervisor && strcmp(hypervisor, "none") == 0)
		hypervisor = NULL;
	add_part(text, "", hypervisor, "");
}

static void put_footer(const struct load_run *run, char footer[TITLE])
{
	json_t *build = json_object_get(run->env, "build");
	bool dirty = json_is_true(json_object_get(build, "dirty"));

	plots_machine(run, footer);
	add_part(footer, "commit ", load_env(run, "build", "commit"),
		 dirty ? " (changed)" : "");
	add_part(footer, "run ", run->name, "");
}

static int draw_all(const struct plot_job *job)
{
	const struct load_run *run = job->run;

	if (plot_verdicts(job) < 0)
		return -1;
	for (size_t e = 0; e < run->n_experiments; e++) {
		unsigned bit = metric_experiment(run->experiments[e].name);

		if (bit & (IN_CHURN | IN_HOLD) && plot_zombies(job, e) < 0)
			return -1;
		if (bit & IN_CHURN &&
		    (plot_latency(job, e, LOAD_FIRST_ECHO,
				  METRIC_FIRST_ECHO_P99_US, "first echoes") ||
		     plot_latency(job, e, LOAD_FORK, METRIC_FORK_P50_US,
				  "fork() calls")))
			return -1;
		if (bit & IN_HOLD &&
		    plot_latency(job, e, LOAD_ECHO, METRIC_ECHO_P99_US,
				 "echoes") < 0)
			return -1;
	}
	return 0;
}

int plots_draw(const struct load_run *run, const struct judgement *j,
	       const char *scripts_dir, struct plots *made, char why[PLOTS_WHY])
{
	char footer[TITLE], folder[PATH_MAX] = "";
	struct plot_job job = { .run = run,
				.j = j,
				.scripts_dir = scripts_dir,
				.footer = footer,
				.made = made,
				.why = why };

	made->n = 0;
	put_footer(run, footer);
	words_add(folder, sizeof(folder), "%s/plots", run->path);
	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		return fail(&job, folder);
	return draw_all(&job);
}

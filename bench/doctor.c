#include "bench/doctor.h"

#include <err.h>
#include <errno.h>

#include "bench/spawn.h"
#include "bench/tell/print.h"

void doctor_look(struct doctor *d, const struct config *config, const char *out,
		 const struct run_programs *programs)
{
	struct doctor_subject subject = {
		.echod = programs->echod,
		.loadgen = programs->loadgen,
		.out = out,
		.sigchld_ignored = spawn_sigchld_was_ignored(),
	};
	struct doctor_facts facts;

	doctor_facts_read(&facts, &subject);
	doctor_judge(d, &facts, config);
}

void doctor_warn(const struct doctor *d, enum doctor_level level)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct doctor_finding *f = &d->finding[i];

		if (f->level == level)
			warnx("%s: %s; needed: %s; fix: %s", f->check, f->value,
			      f->need, f->fix);
	}
}

static int tell_json(const struct doctor *d)
{
	json_t *list = doctor_json(d);
	int rc = list ? json_dumpf(list, stdout, JSON_INDENT(2)) : -1;

	json_decref(list);
	putchar('\n');
	return rc;
}

static int tell_table(const struct doctor *d)
{
	static const enum table_tone tone_of[] = {
		[DOCTOR_OK] = TONE_GOOD,
		[DOCTOR_WARN] = TONE_DOUBT,
		[DOCTOR_FAIL] = TONE_BAD,
	};
	struct table t = { .columns = 4,
			   .heads = { "", "check", "value", "needed" } };
	int rc;

	for (size_t i = 0; i < d->count; i++) {
		const struct doctor_finding *f = &d->finding[i];

		table_put(&t, "%s", doctor_levels[f->level])->tone =
			tone_of[f->level];
		table_put(&t, "%s", f->check);
		table_put(&t, "%s", f->value);
		table_put(&t, "%s", f->need);
		if (*f->fix)
			table_group(&t, "        %s", f->fix);
	}
	rc = t.failed ? -1 : 0;
	if (rc == 0)
		print_table(&t, print_in_colour(stdout), stdout);
	table_release(&t);
	return rc;
}

int doctor_tell(const struct doctor *d, bool json)
{
	/* What fails to be written has an errno of its own. */
	errno = ENOMEM;
	if ((json ? tell_json(d) : tell_table(d)) == 0 && fflush(stdout) == 0)
		return doctor_worst(d) == DOCTOR_FAIL ? 3 : 0;
	warn("cannot write to stdout");
	return 3;
}

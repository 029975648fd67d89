#ifndef TESTS_FIXTURE_RUN_H
#define TESTS_FIXTURE_RUN_H

/*
 * A synthetic run folder: invented figures in the measuring half's formats,
 * the same for the same seed. For tests only.
 */

#include <stdbool.h>
#include <stdint.h>

struct fixture {
	uint64_t seed;
	unsigned rounds; /* measured ones; a warm-up comes on top */
	unsigned run;	 /* of them, how many were run */
	const char *const *modes;
	const char *const *experiments; /* both NULL-terminated */
	bool aa, verdicts, finished;
	double noise;	     /* standard deviation of the log */
	double drift;	     /* factor on every figure of the A/A cells */
	double slower;	     /* all modes: factor on time; 0: as usual */
	double slower_mode;  /* the same of all but the baseline */
	bool invalid;	     /* one cell fails its retry, too */
	bool suspect;	     /* round 1 is in doubt, but for the baseline */
	const char *why;     /* unless NULL: of what is invalid or suspect */
	double outlier;	     /* unless 0: factor on a cell of churn */
	unsigned sessions;   /* a cell of churn */
	const char *no_leak; /* unless NULL: a mode that leaks, but not here */
};

/* Writes it under `folder`, which must not exist. Returns 0 or -1, errno. */
int fixture_write(const struct fixture *f, const char *folder);

/* Removes a folder and all that is in it. */
void fixture_remove(const char *folder);

/* Replaces a file's content. Returns 0 or -1 with errno. */
int fixture_put(const char *folder, const char *file, const char *content);

#endif

/*
 * honesty BUILD: whether loadgen tells the truth about servers that freeze,
 * die or lie. Runs the programs in the folder BUILD against each other, and
 * speaks TAP. Ends by itself, whatever they do, and leaves nothing behind.
 */
#include <dirent.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/spawn.h"
#include "tests/honesty/check.h"
#include "tests/honesty/faulty.h"
#include "tests/honesty/trial.h"
#include "tests/honesty/victim.h"

/* With what a program that was killed has left in it. */
static void remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		unlinkat(dirfd(folder), entry->d_name, 0);
	if (!folder || closedir(folder) < 0 || rmdir(path) < 0)
		warn("cannot remove %s", path);
}

int main(int argc, char *argv[])
{
	const char *temporary = getenv("TMPDIR");
	struct site at = { .build = argv[argc - 1] };
	unsigned failed;

	if (argc != 2)
		errx(2, "usage: honesty BUILD");
	snprintf(at.folder, sizeof(at.folder), "%s/honesty-XXXXXX",
		 temporary ? temporary : "/tmp");
	if (!mkdtemp(at.folder))
		err(3, "cannot make the folder %s", at.folder);
	if (spawn_set_up() < 0)
		err(3, "cannot look after processes");
	victim_check_freeze(&at);
	victim_check_stalls(&at);
	victim_check_deaths(&at);
	faulty_check(&at);
	spawn_clear(0);
	remove_folder(at.folder);
	failed = check_summary();
	if (spawn_interrupted()) {
		printf("Bail out! SIG%s\n", sigabbrev_np(spawn_interrupted()));
		return 128 + spawn_interrupted();
	}
	return failed > 0;
}

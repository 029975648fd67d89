#ifndef BENCH_MEASURE_FOLDER_H
#define BENCH_MEASURE_FOLDER_H

#include <limits.h>
#include <stdbool.h>

/* "FOLDER/NAME". Returns 0, or -1 with errno ENAMETOOLONG. */
int folder_path(char out[PATH_MAX], const char *folder, const char *name);

/* Whether something is there that is no empty folder. */
bool folder_is_occupied(const char *path);

/* With all that is in it; links are not followed. No error if absent. */
int folder_remove(const char *path);

#endif

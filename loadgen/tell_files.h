#ifndef LOADGEN_TELL_FILES_H
#define LOADGEN_TELL_FILES_H

#include "loadgen/result.h"

/*
 * Writes the percentiles of every histogram of a result into a folder, made
 * if need be, as NAME.hgrm. For an empty histogram there is no file; one of an
 * earlier run is removed.
 * Returns 0, or -1 with errno.
 */
int tell_hgrm(const struct result *r, const char *folder);

#endif

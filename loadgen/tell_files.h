#ifndef LOADGEN_TELL_FILES_H
#define LOADGEN_TELL_FILES_H

#include "loadgen/result.h"

/*
 * Write every histogram of a result into a folder, made if need be: the
 * buckets as NAME.hist.tsv, or the percentiles as NAME.hgrm. For an empty
 * histogram there is no file; one of an earlier run is removed.
 * Return 0, or -1 with errno.
 */
int tell_hist(const struct result *r, const char *folder);
int tell_hgrm(const struct result *r, const char *folder);

#endif

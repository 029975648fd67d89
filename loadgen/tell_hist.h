#ifndef LOADGEN_TELL_HIST_H
#define LOADGEN_TELL_HIST_H

#include "loadgen/result.h"

/*
 * Writes NAME.hist.tsv for each latency that has samples into a folder, which
 * is made if it isn't there. Returns 0, or -1 with errno.
 */
int tell_hist(const struct result *r, const char *folder);

#endif

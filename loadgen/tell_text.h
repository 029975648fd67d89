#ifndef LOADGEN_TELL_TEXT_H
#define LOADGEN_TELL_TEXT_H

#include <stdio.h>

#include "loadgen/run.h"

/* The summary of a run, for people. What was not measured is "-". */
void tell_text(const struct run *r, FILE *out);

/* The part of it that several runs have, too. */
void tell_result(const struct result *r, FILE *out);

#endif

#ifndef LOADGEN_TELL_TEXT_H
#define LOADGEN_TELL_TEXT_H

#include <stdio.h>

#include "loadgen/result.h"

/* The summary for people. What was not measured is "-". */
void tell_text(const struct result *r, FILE *out);

#endif

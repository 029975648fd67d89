#ifndef BENCH_TELL_COMPARED_H
#define BENCH_TELL_COMPARED_H

/* Two runs compared, and the list of runs: as documents and as JSON. */

#include "bench/judge/compare.h"
#include "bench/judge/listing.h"
#include "bench/tell/document.h"

#include <stdio.h>

void compared_document(const struct comparison *c, struct document *d);
void listing_document(const struct listing *l, struct document *d);

/* Each returns 0, or -1 with errno. */
int compared_json(const struct comparison *c, FILE *out);
int listing_json(const struct listing *l, FILE *out);

/* The tone of a verdict, and of a run's state. */
enum tone compared_tone(enum verdict verdict);
enum tone compared_state_tone(enum run_state state);

#endif

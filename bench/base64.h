#ifndef BENCH_BASE64_H
#define BENCH_BASE64_H

#include <stdio.h>

/*
 * Copies all of `in` to `out` in base 64 (RFC 4648), padded, without line
 * breaks. Returns 0, or -1 if a read or a write failed.
 */
int base64_copy(FILE *in, FILE *out);

#endif

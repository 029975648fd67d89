#ifndef BENCH_SLOT_H
#define BENCH_SLOT_H

/*
 * The names of a round's places, which both halves must give alike. A mode's
 * place has its name; named again, as in a null experiment, it is `<mode>-2`
 * and so on; the baseline's second cell is `<baseline>-aa`.
 */

#include <stddef.h>

enum { SLOT_NAME = 64, SLOT_MODES = 16 };

/* The place of mode[i], of the modes as they were asked for. */
void slot_name(const char *const mode[], size_t i, char out[SLOT_NAME]);

/* That of the baseline's second cell. */
void slot_name_again(const char *baseline, char out[SLOT_NAME]);

#endif

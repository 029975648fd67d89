#include "server/reap.h"

#include <stddef.h>

#define X(mode, name) &mode,
const struct reap *const reap_modes[] = { REAP_MODES(X) };
#undef X

#define X(mode, name) name,
const char *const reap_names[] = { REAP_MODES(X) NULL };
#undef X

#ifndef SERVER_BALLAST_H
#define SERVER_BALLAST_H

#include <stddef.h>

/*
 * Makes the process `bytes` larger in resident, private memory, which every
 * fork then has to copy the page tables of. Returns 0, or -1 with errno.
 */
int ballast_load(size_t bytes);

#endif

#ifndef SERVER_GROUP_H
#define SERVER_GROUP_H

/*
 * Sessions that are nobody's children here are found by their process group,
 * among all processes of /proc: some microseconds for each of these.
 */

#include "lib/children.h"

/*
 * The processes in this process's group, itself left out, in place of children.
 * Returns 0, or -1 with errno.
 */
int group_read(struct children *c);

#endif

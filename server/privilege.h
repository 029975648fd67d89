#ifndef SERVER_PRIVILEGE_H
#define SERVER_PRIVILEGE_H

/* Least privilege: becoming another user, and never gaining rights again. */

#include <sys/types.h>

#include "lib/parse.h"

struct user {
	uid_t uid; /* 0: none given */
	gid_t gid;
};

/*
 * "USER:GROUP" or "USER", by number or by name. Names are looked up in
 * /etc/passwd and /etc/group alone: for others libc would load modules, which
 * a static program cannot. USER alone means its group by /etc/passwd, or for a
 * number that of the same number. Neither may be 0.
 */
int privilege_parse(const char *text, struct user *out, char why[PARSE_WHY]);

/*
 * From now on no exec gives this process and its children more than they have
 * (PR_SET_NO_NEW_PRIVS). Returns 0, or -1 with errno.
 */
int privilege_freeze(void);

/*
 * Becomes this user for good, in this group alone, and makes sure of it.
 * Returns 0; or -1 with errno, after which the process should end: EPERM (not
 * root), EINVAL (unknown in this user namespace), ENOTRECOVERABLE (done, but
 * it could be root again).
 */
int privilege_drop(const struct user *u);

#endif

#include "server/privilege.h"

#include <errno.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The highest stands for "unchanged" in system calls. */
#define ID_MOST (UINT32_MAX - UINT64_C(1))

int privilege_parse(const char *text, struct user *out, char why[PARSE_WHY])
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : strlen(text);
	char user[16]; /* more than any ID has */
	uint64_t uid, gid;

	snprintf(user, sizeof(user), "%.*s", (int)length, text);
	if (length >= sizeof(user) ||
	    parse_u64(user, 1, ID_MOST, &uid, why) < 0 ||
	    parse_u64(colon ? colon + 1 : user, 1, ID_MOST, &gid, why) < 0) {
		snprintf(why, PARSE_WHY,
			 "not UID or UID:GID; give numbers of 1 to %llu, as "
			 "id(1) tells them",
			 (unsigned long long)ID_MOST);
		return -1;
	}
	*out = (struct user){ .uid = (uid_t)uid, .gid = (gid_t)gid };
	return 0;
}

int privilege_freeze(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static bool is_wholly(const struct user *u)
{
	uid_t uid[3];
	gid_t gid[3];

	if (getresuid(&uid[0], &uid[1], &uid[2]) < 0 ||
	    getresgid(&gid[0], &gid[1], &gid[2]) < 0)
		return false;
	for (int i = 0; i < 3; i++)
		if (uid[i] != u->uid || gid[i] != u->gid)
			return false;
	return getgroups(0, NULL) == 0;
}

int privilege_drop(const struct user *u)
{
	/* The groups first: without root they cannot be changed. */
	if (setgroups(0, NULL) < 0 || setresgid(u->gid, u->gid, u->gid) < 0 ||
	    setresuid(u->uid, u->uid, u->uid) < 0)
		return -1;
	/* Secure bits or capabilities of a starter may leave a way back. */
	if (is_wholly(u) && setuid(0) < 0 && setgid(0) < 0)
		return 0;
	errno = ENOTRECOVERABLE;
	return -1;
}

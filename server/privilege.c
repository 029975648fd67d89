#include "server/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The highest stands for "unchanged" in system calls. */
#define ID_MOST (UINT32_MAX - UINT64_C(1))

/* Sets uid and gid to those of a user in /etc/passwd, if it is there. */
static void look_up_user(const char *name, uint64_t *uid, uint64_t *gid)
{
	FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry;

	while (file && (entry = fgetpwent(file)))
		if (strcmp(entry->pw_name, name) == 0) {
			*uid = entry->pw_uid;
			*gid = entry->pw_gid;
			break;
		}
	if (file)
		fclose(file);
}

static void look_up_group(const char *name, uint64_t *gid)
{
	FILE *file = fopen("/etc/group", "re");
	const struct group *entry;

	while (file && (entry = fgetgrent(file)))
		if (strcmp(entry->gr_name, name) == 0) {
			*gid = entry->gr_gid;
			break;
		}
	if (file)
		fclose(file);
}

/* Without leading zeros: such a number is more often a slip than meant. */
static bool is_number(const char *text)
{
	return *text && *text != '0' && !text[strspn(text, "0123456789")];
}

/* An ID that is 0 stands for one that was not found, or is refused anyway. */
int privilege_parse(const char *text, struct user *out, char why[PARSE_WHY])
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : strlen(text);
	char user[64]; /* more than a name or a number has */
	uint64_t uid = 0, gid = 0;

	snprintf(user, sizeof(user), "%.*s", (int)length, text);
	if (length < sizeof(user) && is_number(user)) {
		if (parse_u64(user, 1, ID_MOST, &uid, why) == 0)
			gid = uid;
	} else if (length < sizeof(user)) {
		look_up_user(user, &uid, &gid);
	}
	if (colon) {
		gid = 0;
		if (is_number(colon + 1))
			parse_u64(colon + 1, 1, ID_MOST, &gid, why);
		else
			look_up_group(colon + 1, &gid);
	}
	if (!uid || !gid) {
		snprintf(why, PARSE_WHY,
			 "no such %s, or root's; give names of /etc/passwd and "
			 "/etc/group, or numbers of 1 to %llu",
			 uid ? "group" : "user", (unsigned long long)ID_MOST);
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

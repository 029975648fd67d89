#include "server/announce.h"

#include <err.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/sock.h"
#include "server/detach.h"
#include "server/log.h"
#include "server/reap.h"

static int tell_port(int fd, const struct address *bound)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u\n",
			      (unsigned)sock_port(bound));

	if (fd == NO_FD)
		return 0;
	if (sock_write_all(fd, text, (size_t)length) < 0) {
		warnx("--ready-fd %d: cannot be written: %s; open it for "
		      "writing",
		      fd, strerror(errno));
		return -1;
	}
	close(fd);
	return 0;
}

/* As sd_notify(3) does; the socket is the starter's, "@" for an abstract one. */
static int tell_manager(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t length = path ? strlen(path) : 0;
	char text[64];
	int fd, rc;

	if (!length)
		return 0;
	if (length > sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, length);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	snprintf(text, sizeof(text), "READY=1\nMAINPID=%d\n", (int)getpid());
	rc = sendto(fd, text, strlen(text), MSG_NOSIGNAL,
		    (const struct sockaddr *)&to,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				length)) < 0 ?
		     -1 :
		     0;
	close(fd);
	return rc;
}

/* Echo services are sought after: their answers can be aimed at others. */
static void warn_of_strangers(const struct options *o, const char *bound)
{
	static const char warning[] = "warning: strangers may reach %s; guard "
				      "it by a firewall, "
				      "--max-children and --idle-timeout, or "
				      "bind 127.0.0.1";

	log_line(warning, bound);
	if (strcmp(o->log, "stderr") != 0)
		warnx(warning, bound);
}

/* The terminal goes last of all, as it hears what else fails. */
int announce(const struct options *o, const struct address *bound)
{
	char name[SOCK_NAME];

	if (!o->foreground && detach_let_go() < 0) {
		warn("cannot let go of the terminal");
		return -1;
	}
	if (tell_port(o->ready_fd, bound) < 0)
		return -1;
	sock_name(bound, name);
	log_line("listening on %s, reap mode %s", name, reap_names[o->reap]);
	if (!sock_is_loopback(bound))
		warn_of_strangers(o, name);
	if (!o->foreground && detach_ready(!strcmp(o->log, "stderr")) < 0) {
		log_line("cannot tell the terminal: %s; stopping",
			 strerror(errno));
		return -1;
	}
	if (tell_manager() < 0)
		log_line("cannot tell NOTIFY_SOCKET %s: %s",
			 getenv("NOTIFY_SOCKET"), strerror(errno));
	return 0;
}

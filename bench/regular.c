#include "bench/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *regular_open(const char *path, char why[REGULAR_WHY])
{
	/* To open a pipe would wait for somebody who writes to it. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	FILE *in = NULL;
	struct stat st;
	int saved;

	errno = fd < 0 ? errno : 0;
	if (fd < 0 || fstat(fd, &st) < 0) {
		snprintf(why, REGULAR_WHY, "cannot be read: %s",
			 strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		snprintf(why, REGULAR_WHY, "not a regular file");
		errno = EINVAL;
	} else if (st.st_size > REGULAR_BYTES) {
		snprintf(why, REGULAR_WHY,
			 "%jd bytes long, and at most %d are read",
			 (intmax_t)st.st_size, REGULAR_BYTES);
		errno = EFBIG;
	} else {
		in = fdopen(fd, "r");
		if (!in)
			snprintf(why, REGULAR_WHY, "cannot be read: %s",
				 strerror(errno));
	}
	saved = errno;
	if (!in && fd >= 0)
		close(fd);
	errno = saved;
	return in;
}

/*
 * old_client PORT: speaks as the simplest clients do: always 64 bytes out, of
 * which those after the text are whatever the buffer held, and one receive of
 * up to 64 bytes back.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int main(int argc, char *argv[])
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(argv[argc - 1], NULL, 10)),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char record[64];

	memset(record, '#', sizeof(record));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		err(1, "connect");
	while (fgets(record, sizeof(record), stdin)) {
		if (!strcmp(record, "quit\n"))
			break;
		if (send(fd, record, sizeof(record), 0) < 0)
			err(1, "send");
		memset(record, 0, sizeof(record));
		if (recv(fd, record, sizeof(record), 0) <= 0)
			errx(1, "nothing came back");
		printf("recv from server : %.64s", record);
	}
	return 0;
}

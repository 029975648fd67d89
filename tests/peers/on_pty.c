/*
 * on_pty COMMAND [ARGUMENT...]: runs a command whose standard input and output
 * are a terminal (stderr stays), without echo or newline conversion. What is
 * read from standard input is typed, its end as ^D; what the terminal shows is
 * printed. Exits as the command does.
 */
#include <err.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lib/sock.h"

/* Types what one read gives, or ^D at the end. Returns false at the end. */
static int type(int terminal)
{
	char text[1024];
	ssize_t n = read(STDIN_FILENO, text, sizeof(text));

	if (n <= 0) {
		text[0] = 4;
		sock_write_all(terminal, text, 1);
		return 0;
	}
	sock_write_all(terminal, text, (size_t)n);
	return 1;
}

/* Reading fails with EIO when the command has gone. */
static int show(int terminal)
{
	char text[1024];
	ssize_t n = read(terminal, text, sizeof(text));

	return n > 0 && sock_write_all(STDOUT_FILENO, text, (size_t)n) == 0;
}

int main(int argc, char *argv[])
{
	struct termios plain;
	int terminal, command_side, status;
	pid_t pid;

	if (argc < 2)
		errx(2, "usage: on_pty COMMAND [ARGUMENT...]");
	if (openpty(&terminal, &command_side, NULL, NULL, NULL) < 0 ||
	    tcgetattr(command_side, &plain) < 0)
		err(1, "openpty");
	plain.c_lflag &= ~(tcflag_t)ECHO;
	plain.c_oflag &= ~(tcflag_t)ONLCR;
	tcsetattr(command_side, TCSANOW, &plain);
	pid = fork();
	if (pid == 0) {
		close(terminal);
		dup2(command_side, 0);
		dup2(command_side, 1);
		if (command_side > 2)
			close(command_side);
		execvp(argv[1], argv + 1);
		err(127, "%s", argv[1]);
	}
	close(command_side);
	for (struct pollfd wait[] = { { .fd = terminal, .events = POLLIN },
				      { .fd = STDIN_FILENO,
					.events = POLLIN } };
	     poll(wait, 2, -1) >= 0;) {
		if (wait[0].revents && !show(terminal))
			break;
		if (wait[1].revents && !type(terminal))
			wait[1].fd = -1;
	}
	if (waitpid(pid, &status, 0) < 0)
		err(1, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

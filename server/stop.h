#ifndef SERVER_STOP_H
#define SERVER_STOP_H

/*
 * Being told to stop, by SIGTERM, SIGINT or SIGHUP.
 *
 * The parent's handler puts /dev/null over the listening socket. If the parent
 * waits in accept() or ppoll(), the signal interrupts the call. If it calls
 * accept() later, the call fails. So no signal is lost between a check of
 * stop_times() and accept(), and no session costs a system call more. The
 * socket itself stays open elsewhere: a service manager may hold it.
 *
 * In a child SIGTERM shuts the connection down. The session then ends by
 * itself, as when its client has gone. SIGINT and SIGHUP, which a terminal
 * sends to children too, do nothing there as long as the parent lives. (The
 * sessions of double-fork have no parent that they know, and ignore both.)
 */

/*
 * In the parent, once it listens. A SIGHUP or SIGINT that the starter ignores,
 * as nohup(1) or a shell's "&" do, stays ignored.
 *   on_hangup: called by the handler of SIGHUP, which then does not stop the
 *   daemon (and is not ignored either); or NULL.
 * Returns 0, or -1 with errno.
 */
int stop_set_up(int listen_fd, void (*on_hangup)(void));

/*
 * Stops this process, as by one SIGTERM, when the last writer of the pipe
 * closes it, or if that has happened already. Returns 0, or -1 with errno,
 * EINVAL if it is not the read end of a pipe.
 */
int stop_with_pipe(int fd);

/* In the parent: the connection of the child that is forked next. */
void stop_set_connection(int fd);

/* In the parent: closes the listening socket, as a signal does. */
void stop_accepting(void);

/* In the parent: how many orders to stop have come. */
int stop_times(void);

#endif

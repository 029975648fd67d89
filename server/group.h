#ifndef SERVER_GROUP_H
#define SERVER_GROUP_H

/*
 * The processes that run this program in this process's group, itself left
 * out: sessions that are nobody's children here. Found by reading /proc, at
 * about 10 us for every process of the machine.
 */

/*
 * Sends the signal to each that is alive (0: to none). Returns how many there
 * are, the zombies not among them; or -1 with errno.
 */
int group_signal(int signal_number);

#endif

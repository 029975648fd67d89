#ifndef HONESTY_FAULTY_H
#define HONESTY_FAULTY_H

/*
 * Servers that lie or refuse, each with so few sessions that the counts are
 * known beforehand. They are the ways of tests/peers/odd_server.c.
 */

#include "tests/honesty/trial.h"

/* Tries them all, or until a signal asks this process to stop. */
void faulty_check(const struct site *at);

#endif

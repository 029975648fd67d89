#ifndef LIB_PAYLOAD_H
#define LIB_PAYLOAD_H

/*
 * The bytes of every message: computed from a seed, the session and the
 * message's number, so that nothing needs to be kept to check an echo. In one
 * session of one seed no two messages have the same first eight bytes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message's key. */
uint64_t payload_key(uint64_t seed, uint64_t session, uint64_t message);

/* Writes bytes [offset, offset + bytes) of the message to out. */
void payload_fill(uint64_t key, size_t offset, void *out, size_t bytes);

/* Whether `in` is bytes [offset, offset + bytes) of the message. */
bool payload_matches(uint64_t key, size_t offset, const void *in, size_t bytes);

#endif

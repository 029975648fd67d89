#ifndef LIB_BASE64_H
#define LIB_BASE64_H

/* Base 64 of RFC 4648: padded, without line breaks. */

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* Characters that so many bytes take, without a final NUL. */
#define BASE64_CHARS(bytes) (((bytes) + 2) / 3 * 4)

/* Writes BASE64_CHARS(bytes) characters and a NUL to `text`. */
void base64_encode(const void *data, size_t bytes, char *text);

/*
 * The bytes that a text stands for.
 *   data: room for strlen(text) / 4 * 3.
 * Returns how many they are, or -1 with errno EINVAL for any text that
 * base64_encode() cannot have written.
 */
ssize_t base64_decode(const char *text, void *data);

/* Copies all of `in`, encoded. Returns 0, or -1 if a read or write failed. */
int base64_copy(FILE *in, FILE *out);

#endif

#ifndef BENCH_JSON_FILE_H
#define BENCH_JSON_FILE_H

#include <jansson.h>

/*
 * Writes a value, indented, to a file that is complete or absent. Returns 0,
 * or -1 with errno (ENOMEM if root is NULL).
 */
int json_file_write(const json_t *root, const char *path);

#endif

#ifndef BENCH_JSON_FILE_H
#define BENCH_JSON_FILE_H

#include <jansson.h>

/*
 * Writes a value, indented, to a file that is complete or absent. Returns 0,
 * or -1 with errno (ENOMEM if root is NULL).
 */
int json_file_write(const json_t *root, const char *path);

enum { JSON_FILE_WHY = 256 };

/*
 * Reads an object whose schema_version is at most `newest`, and makes its
 * texts plain (bench/plain.h). Returns it, to be released, or NULL with errno,
 * ENOENT or ENOTDIR if there is none, and what is wrong in why, without the
 * path.
 */
json_t *json_file_read(const char *path, int newest, char why[JSON_FILE_WHY]);

#endif

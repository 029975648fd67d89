#ifndef BENCH_JSON_H
#define BENCH_JSON_H

/*
 * Files of JSON, and text that is safe to show. All that forkbench reads from
 * a run's folder may have been written by others.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* The schema_version of every file of a run, as this program writes it. */
enum { SCHEMA_VERSION = 2 };

enum {
	JSON_WHY = 256,
	JSON_BYTES = 16 << 20, /* the largest file that json_read() takes */
};

/*
 * Writes a value, indented, to a file that is complete or absent.
 * Returns 0, or -1 with errno (ENOMEM if root is NULL).
 */
int json_write(const json_t *root, const char *path);

/*
 * Reads an object whose schema_version is at most `newest`. Its texts are made
 * plain. Returns it, to be released, or NULL with errno (ENOENT or ENOTDIR if
 * there is no such file), and what is wrong in why, without the path.
 */
json_t *json_read(const char *path, int newest, char why[JSON_WHY]);

/*
 * Makes text from a file, a user or a folder's name fit for one line of a
 * terminal, a page, a table or a picture: valid UTF-8 without control
 * characters (tabs and ends of line included) or marks that turn the direction
 * of what follows. Every byte of anything else becomes a question mark.
 */
void plain_text(char *text);

/* Whether it is so already. */
bool plain_is(const char *text);

/*
 * Writes a name as one word that a shell takes as that very name, whatever is
 * in it, and no command takes as an option; what is written is plain.
 * Returns out, or NULL if there is no room.
 */
const char *plain_word(const char *name, char *out, size_t room);

/*
 * Opens a file of a run for reading: a regular one of at most so many bytes;
 * never waits. Returns it, or NULL with errno, and what is wrong in why,
 * without the path.
 */
FILE *regular_open(const char *path, long bytes_most, char why[JSON_WHY]);

#endif

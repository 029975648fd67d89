#ifndef BENCH_MEASURE_TOOL_H
#define BENCH_MEASURE_TOOL_H

enum { TOOL_VERSION = 128 };

/*
 * Starts a tool and asks for its --version: the first line that it prints, or
 * "" if it has none to tell.
 * Returns 0, or -1 with the errno of what kept it from being run.
 */
int tool_version(const char *tool, char version[TOOL_VERSION]);

#endif

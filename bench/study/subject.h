#ifndef BENCH_STUDY_SUBJECT_H
#define BENCH_STUDY_SUBJECT_H

/*
 * The servers under test, as a table: how each is started, how its port is
 * known, and what can be counted of it.
 */

#include <stdbool.h>
#include <stddef.h>

enum { SUBJECT_NAME = 32, SUBJECTS_MOST = 40, SUBJECT_ARGS = 32 };

/*
 * Words of an argv or a configuration that are filled in when it starts:
 *   {bin}       folder of our programs
 *   {address}   loopback address that it shall listen on
 *   {port}      the port, where forkbench gives it
 *   {ready}     descriptor to write the port to, where the server tells it
 *   {stats}     descriptor of the counters' memory
 *   {lifeline}  descriptor that is closed when forkbench dies
 *   {ballast}   bytes of memory that the parent shall hold
 *   {backlog}   its listen(2) backlog
 *   {log}       file for what it logs
 *   {config}    file with `config` in it
 *   {pidfile}   file that it may write its PID to
 * A word whose placeholder stands for nothing, as {ballast} where there is
 * none, is left out together with the option before it.
 */
struct subject {
	const char *name;	 /* as on the command line: "sig-ign" */
	const char *label;	 /* for people, where it differs; or NULL */
	const char *const *argv; /* template, NULL-terminated */
	const char *config;	 /* template of a configuration, or NULL */
	bool tells_port;	 /* writes it to {ready} when it listens */
	unsigned port;		 /* that it always listens on; 0: any */
	bool operation;		 /* no server: see bench/primitive */
	bool counters;		 /* has echod's counters */
	bool counts_collected;	 /* `reaped` of these is the whole truth: it
				    collects by wait calls, or nobody does */
	bool needs_root;
	const char *program, *package; /* what must be installed, or NULL */
	const char *explains;	       /* how it collects, one clause */
};

/* All that are built in: echod's reap modes first, in echod's order. */
extern const struct subject subjects[];
extern const size_t subject_count;

/* echod's reap modes, NULL-terminated: the first of subjects[]. */
extern const char *const subject_modes[];
/* The operations of bench/primitive, NULL-terminated: the last of them. */
extern const char *const subject_operations[];

const struct subject *subject_find(const char *name);

/*
 * Whether it can be started here: its program is there, and so are the rights
 * that it needs. If not, *lacks says what it needs: "socat" (the package), or
 * "root, ...".
 */
bool subject_is_there(const struct subject *s, const char **lacks);

/*
 * A user's own: "NAME=COMMAND", where COMMAND is for the shell and holds
 * {address} and {port}. A command without ; | & ( ) ` or a newline is run by
 * `exec`, so that the server is the process whose children are counted; any
 * other has to say `exec` itself. Fills *out, which points into memory that is
 * kept until the program ends: copies of it stay valid. Returns 0, or -1 with
 * one sentence in why: a name that is taken or is not good, a command without
 * {address} or {port} or with control characters, a text of SUBJECT_TEXT bytes
 * or more, no memory.
 */
enum { SUBJECT_WHY = 256, SUBJECT_TEXT = 1024 };
int subject_parse(const char *text, struct subject *out, char why[SUBJECT_WHY]);

/* Whether a name is of 1 to SUBJECT_NAME - 1 of [A-Za-z0-9._+-], no dash first.
 */
bool subject_name_is_good(const char *name);

#endif

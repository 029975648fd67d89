#ifndef BENCH_TELL_TELL_HTML_PARTS_H
#define BENCH_TELL_TELL_HTML_PARTS_H

/*
 * The pieces of report.html. A section begins with a heading whose id is its
 * title in small letters and dashes, so that a part of the report can be
 * linked to. Errors of the stream are left to its owner.
 */

#include <stdio.h>

#include "bench/tell/table.h"
#include "bench/tell/tell.h"

enum { HTML_SECTIONS = 32 };

struct html {
	FILE *out;
	size_t n;
	const char *sections[HTML_SECTIONS]; /* titles, as literals */
};

/* Text from files must not become mark-up. */
void html_text(const struct html *h, const char *text);

/*
 * The same of a sentence: short words with a dash in them, as ‘waitpid-once’
 * or [0.97–1.04], stay on one line.
 */
void html_sentence(const struct html *h, const char *text);

/* "<tag>text</tag>" and a line's end; html_sentence()'s where it is one. */
void html_element(const struct html *h, const char *tag, const char *text);
void html_said(const struct html *h, const char *tag, const char *text);

/* The class of a tone's colour; "" for none. */
const char *html_tone(enum table_tone tone);

/* A mode's colour before its name. */
void html_swatch(const struct html *h, const char *rgb);

/* The heading of a new section. */
void html_section(struct html *h, const char *title);

/* Links to the sections of `of`. */
void html_contents(const struct html *h, const struct html *of);

/*
 * A section of one table; nothing if the table is empty. Releases the table.
 *   caption: what the table shows, one sentence.
 * Returns 0, or -1 with errno ENOMEM.
 */
int html_table(struct html *h, const char *title, const char *caption,
	       struct table t);

/* A picture, read from the run's folder. Returns 0, or -1 with errno. */
int html_picture(const struct html *h, const struct tell *t,
		 const struct plot *p);

#endif

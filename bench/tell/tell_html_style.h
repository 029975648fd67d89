#ifndef BENCH_TELL_TELL_HTML_STYLE_H
#define BENCH_TELL_TELL_HTML_STYLE_H

/* The report's style sheet: light and dark, wide, narrow and on paper. */
extern const char tell_html_style[];

#endif

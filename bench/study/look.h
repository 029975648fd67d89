#ifndef BENCH_STUDY_LOOK_H
#define BENCH_STUDY_LOOK_H

/*
 * One colour for each subject, the same in every picture (Okabe and Ito, 2008,
 * made to be told apart by the colour-blind).
 */

/* "#0072B2". One that is not in the table gets a colour by its name. */
const char *look_colour(const char *subject);

#endif

#ifndef BENCH_MEASURE_DOCTOR_SCAN_H
#define BENCH_MEASURE_DOCTOR_SCAN_H

#include <stdio.h>

#include "bench/measure/doctor_facts.h"
#include "bench/measure/foreign.h"

/*
 * What earlier runs may have left: daemons that still run, listeners where a
 * run's daemons will be, folders of runs that never finished.
 *   processes: all that there are.
 */
void doctor_scan(struct doctor_facts *f, const struct foreign *processes);

/*
 * Of a /proc/net/tcp, the listeners at 127.0.1.0 upwards, which is where the
 * daemons of a run are, at ports that the kernel chooses from.
 */
void doctor_scan_listeners(struct doctor_facts *f, FILE *in);

#endif

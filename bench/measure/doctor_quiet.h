#ifndef BENCH_MEASURE_DOCTOR_QUIET_H
#define BENCH_MEASURE_DOCTOR_QUIET_H

/* The checks of whether the machine is steady and idle enough to measure. */

#include "bench/measure/doctor_checks.h"

void doctor_cpus(const struct doctor_case *k);
void doctor_governor(const struct doctor_case *k);
void doctor_turbo(const struct doctor_case *k);
void doctor_huge_pages(const struct doctor_case *k);
void doctor_clock(const struct doctor_case *k);
void doctor_steal(const struct doctor_case *k);
void doctor_foreign(const struct doctor_case *k);
void doctor_load(const struct doctor_case *k);
void doctor_pressure(const struct doctor_case *k);

#endif

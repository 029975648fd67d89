#ifndef BENCH_MEASURE_DOCTOR_ROOM_H
#define BENCH_MEASURE_DOCTOR_ROOM_H

/* The checks of whether the machine has room for what is planned. */

#include "bench/measure/doctor_checks.h"

void doctor_open_files(const struct doctor_case *k);
void doctor_pid_max(const struct doctor_case *k);
void doctor_threads_max(const struct doctor_case *k);
void doctor_user_processes(const struct doctor_case *k);
void doctor_cgroup_processes(const struct doctor_case *k);
void doctor_ports(const struct doctor_case *k);
void doctor_time_wait(const struct doctor_case *k);
void doctor_somaxconn(const struct doctor_case *k);
void doctor_memory(const struct doctor_case *k);
void doctor_disk(const struct doctor_case *k);

#endif

#ifndef BENCH_DRIFT_H
#define BENCH_DRIFT_H

/*
 * What the machine was like before and after a cell, and what it did
 * meanwhile. The lists make the structures and the keys of metrics.json's
 * `host`; a NAN is null there: unknown. Load and pressure are of everything
 * that runs, the cell's own processes among it.
 */

#define DRIFT_READINGS(X)                                                     \
	X(load_1min)		  /* load average over one minute */          \
	X(cpu_pressure_avg10_pct) /* PSI, some: of the last 10 s */           \
	X(cpu_pressure_total_s)	  /* PSI, some: since boot */                 \
	X(steal_total_s)	  /* CPU time the host took since boot */     \
	X(time_wait_sockets)	  /* of this network namespace, IPv4 and 6 */ \
	X(memory_available_kib)

#define DRIFT_RISES(X)                                        \
	X(elapsed_s)	    /* between the two readings */    \
	X(cpu_pressure_pct) /* PSI, some: of that time */     \
	X(steal_pct)	    /* of the CPU time of all CPUs */ \
	X(foreign_cpu_pct)  /* of one CPU: processes that are not forkbench's  */

#define X(name) double name;
struct drift_reading {
	DRIFT_READINGS(X)
};

struct drift {
	struct drift_reading before, after;
	struct drift_rise {
		DRIFT_RISES(X)
	} during;
};
#undef X

/* Nothing known. */
struct drift drift_unknown(void);

#endif

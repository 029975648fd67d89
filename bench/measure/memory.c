#include "bench/measure/memory.h"

#include <math.h>
#include <stdio.h>

#include "lib/kernel_file.h"

double memory_kernel_kib(void)
{
	static const char *const kinds[] = { "KernelStack:", "PageTables:",
					     "Slab:" };
	double sum = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		sum += kernel_number("/proc/meminfo", kinds[i], ":");
	return sum;
}

double memory_pss_kib(const pid_t pid[], size_t count)
{
	size_t step = count / MEMORY_SAMPLE + 1, n = 0;
	double sum = 0;
	char path[64];

	for (size_t i = 0; i < count; i += step) {
		double kib;

		snprintf(path, sizeof(path), "/proc/%d/smaps_rollup",
			 (int)pid[i]);
		kib = kernel_number(path, "Pss:", ":");
		if (isnan(kib)) /* it has just ended */
			continue;
		sum += kib;
		n++;
	}
	return n ? sum / (double)n : NAN;
}

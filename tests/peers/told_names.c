/*
 * Prints every name that a stored file may hold, with the list that it is of:
 * what tests compare with what the documents say.
 */
#include <stdio.h>

#include "bench/judge/judge.h"
#include "bench/validity.h"

int main(void)
{
	for (int i = RUN_VALID; i <= RUN_INVALID; i++)
		printf("status\t%s\n", status_name((enum run_state)i));
	for (int i = VERDICT_NONE; i <= VERDICT_CLEAN; i++)
		printf("verdict\t%s\n", verdict_name((enum verdict)i));
	for (int i = UNIT_COUNT; i <= UNIT_PCT; i++)
		printf("unit\t%s\n", metric_unit_name((enum metric_unit)i));
	for (int i = 0; i < METRIC_COUNT; i++)
		printf("metric\t%s\t%s\n", metrics[i].name,
		       metric_unit_name(metrics[i].unit));
	for (size_t i = 0; i < validity_rule_count; i++)
		printf("rule\t%s\n", validity_rules[i].name);
	return 0;
}

#include "bench/slot.h"

#include <stdio.h>
#include <string.h>

/* Of a mode's name: the longest end is "-16". */
#define KEPT (SLOT_NAME - 4)

void slot_name(const char *const mode[], size_t i, char out[SLOT_NAME])
{
	size_t times = 1;

	for (size_t before = 0; before < i; before++)
		times += strcmp(mode[before], mode[i]) == 0;
	if (times == 1)
		snprintf(out, SLOT_NAME, "%.*s", KEPT, mode[i]);
	else
		snprintf(out, SLOT_NAME, "%.*s-%zu", KEPT, mode[i],
			 times % 100);
}

void slot_name_again(const char *baseline, char out[SLOT_NAME])
{
	snprintf(out, SLOT_NAME, "%.*s-aa", KEPT, baseline);
}

#include "bench/judge/judged.h"

#include <stdio.h>

int judged_load(const char *dir, struct judged *out, char why[LOAD_WHY])
{
	out->j = (struct judgement){ 0 };
	if (load_run(dir, &out->run, why) < 0)
		return -1;
	if (judge_run(&out->run, &out->j) == 0)
		return 0;
	snprintf(why, LOAD_WHY, "out of memory");
	return -1;
}

void judged_release(struct judged *out)
{
	judge_release(&out->j);
	load_release(&out->run);
}

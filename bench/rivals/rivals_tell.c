#include "bench/rivals/rivals.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "bench/tell/print.h"
#include "bench/tell/words.h"

static void put_server(struct table *t, const struct rivals_result *r,
		       int which, unsigned rounds)
{
	const struct judge_effect as = {
		.has_ratio = true,
		.has_interval = r->echod.interval,
		.ratio = exp(r->echod.estimate),
		.low = exp(r->echod.low),
		.high = exp(r->echod.high),
	};
	char text[WORDS];

	table_put(t, "%s", rival_names[which]);
	table_put(t, "%u", rounds);
	table_put(t, "%s", words_value(r->median, UNIT_PER_S, text));
	table_put(t, "%s", words_count(r->lost, text));
	table_put(t, "%s",
		  which == RIVAL_ECHOD ? "-" : words_effect(&as, text));
}

int rivals_tell(const struct rivals_config *config, const struct rivals *r,
		FILE *out)
{
	struct table t = { .columns = 5,
			   .heads = { "server", "rounds", "sessions/s", "lost",
				      "echod to it [95 % CI]" },
			   .right = { false, true, true, true, true } };
	bool failed;

	for (size_t level = 0; level < config->levels; level++) {
		table_group(&t, "%" PRIu64 " at once",
			    config->concurrency[level]);
		for (int which = 0; which < RIVALS; which++)
			if (which == RIVAL_ECHOD || config->with[which])
				put_server(&t, &r->result[level][which], which,
					   config->rounds);
	}
	failed = t.failed;
	if (!failed)
		print_table(&t, print_in_colour(out), out);
	table_release(&t);
	if (failed)
		errno = ENOMEM;
	return failed || ferror(out) ? -1 : 0;
}

#include "bench/judge/shares.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Slices at most: the centre of so many takes no time. */
enum { SLICES = 400 };

const char *const floor_parts[FLOOR_PARTS] = { "fork-64", "connect" };

static const struct arm *arm_of(const struct judged *j, const char *name)
{
	return config_arm(&j->run->config, name);
}

/* The median of one of `slices` slices. */
static double slice(const double value[], size_t count, size_t k, size_t slices)
{
	size_t from = k * count / slices, to = (k + 1) * count / slices;

	return ranks_median(value + from, to - from);
}

static int compare(const double session[], size_t sessions,
		   const double floor[], size_t floors, double alpha,
		   struct interval *out)
{
	size_t slices = sessions < floors ? sessions : floors;
	double log_ratio[SLICES];
	int rc;

	if (slices > SLICES)
		slices = SLICES;
	if (!slices)
		return 0;
	for (size_t k = 0; k < slices; k++)
		log_ratio[k] = log(slice(session, sessions, k, slices) /
				   slice(floor, floors, k, slices));
	rc = ranks_centre(log_ratio, slices, alpha, out);
	out->low = exp(out->low);
	out->mid = exp(out->mid);
	out->high = exp(out->high);
	return rc;
}

static int share(struct judged *j, const double floor[], size_t floors,
		 size_t churn, size_t level, double alpha)
{
	double *session;
	size_t sessions =
		run_values(j->run, churn, level, METRIC_CPU_US, &session);
	int rc = -1;

	if (session)
		rc = compare(session, sessions, floor, floors, alpha,
			     &j->arm[churn].of_floor[level]);
	else
		errno = ENOMEM;
	free(session);
	return rc;
}

int shares_judge(struct judged *j)
{
	const struct arm *floor = arm_of(j, "floor"), *churn = arm_of(j, "chur"
									 "n");
	size_t parts[FLOOR_PARTS], floors;
	double *sum;
	int rc = 0;

	if (!floor || !churn)
		return 0;
	for (size_t i = 0; i < FLOOR_PARTS; i++) {
		int level = arm_level(floor, floor_parts[i]);

		if (level < 0)
			return 0;
		parts[i] = (size_t)level;
	}
	floors = run_rounds(j->run, (size_t)(floor - j->run->config.arm),
			    METRIC_OP_CPU_US, parts, FLOOR_PARTS, &sum);
	if (!sum) {
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < floors; i++)
		sum[i] = sum[FLOOR_PARTS * i] + sum[FLOOR_PARTS * i + 1];
	for (size_t l = 0; l < churn->levels && rc == 0; l++)
		rc = share(j, sum, floors, (size_t)(churn - j->run->config.arm),
			   l, (1 - JOINT_LEVEL) / (double)churn->levels);
	free(sum);
	return rc;
}

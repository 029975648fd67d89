#ifndef LIB_RNG_H
#define LIB_RNG_H

#include <stdint.h>

/*
 * SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014): any seed is good, and the stream of a seed is
 * the same on every machine, so that a recorded seed repeats a run's order.
 */
struct rng {
	uint64_t state;
};

/* The next 64 random bits. */
uint64_t rng_next(struct rng *r);

/* Uniform in [0, n), without bias; n > 0. */
uint64_t rng_below(struct rng *r, uint64_t n);

/* Uniform in [0, 1). */
double rng_unit(struct rng *r);

/* SplitMix64's finaliser: a one-to-one scrambling of 64 bits. */
static inline uint64_t rng_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* The seed of stream number n of a seed, far from those of the others. */
static inline uint64_t rng_stream(uint64_t seed, uint64_t n)
{
	return rng_mix(seed ^ rng_mix(n + 1));
}

#endif

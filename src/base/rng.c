// SPDX-License-Identifier: GPL-2.0-only
#include "base/rng.h"

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

void gr_rng_init(struct gr_rng *rng, uint64_t seed, uint64_t stream)
{
	rng->state = mix(seed) ^ mix(stream + 1);
}

uint64_t gr_rng_next(struct gr_rng *rng)
{
	rng->state += 0x9e3779b97f4a7c15ull;
	return mix(rng->state);
}

uint64_t gr_rng_below(struct gr_rng *rng, uint64_t limit)
{
	return limit ? gr_rng_next(rng) % limit : 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One attempt to pin, and what is written down of it. This is the hot path: a
 * loop of it must cost next to nothing beside the pin itself.
 */
#ifndef GR_ENGINE_ATTEMPT_H
#define GR_ENGINE_ATTEMPT_H

#include <stdint.h>

#include "core/facts.h"
#include "core/pin.h"

struct gr_attempt_facts {
	struct gr_pin_facts *pin; /* written */
	const struct gr_inv_facts *inv; /* read */
};

/**
 * gr_attempt() - call pin() once, count it, and note whether it was in flight
 * while the invalidation was.
 * @begin: when it begins: the end of the one before, so that the clock is read
 *         once for each; nanoseconds.
 *
 * Context: race window; no allocation, no system call but the pin's own.
 * Return: when it ended; nanoseconds.
 */
uint64_t gr_attempt(struct gr_pin *pin, const struct iovec *iov, int nr,
		    uint64_t begin, const struct gr_attempt_facts *race);

#endif /* GR_ENGINE_ATTEMPT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One attempt to pin, one invalidation, and what is written down of each. The
 * attempt is the hot path: a loop of it must cost next to nothing beside the
 * pin itself, so it reads no clock; see enum gr_phase.
 */
#ifndef GR_ENGINE_ATTEMPT_H
#define GR_ENGINE_ATTEMPT_H

#include "core/facts.h"
#include "core/invalidate.h"
#include "core/pin.h"

struct gr_attempt_facts {
	struct gr_pin_facts *pin; /* written */
	const struct gr_inv_facts *inv; /* read */
};

/**
 * gr_attempt() - call pin() once, count it, and note whether it was in flight
 * while the invalidation was.
 *
 * Context: race window; no allocation, no system call but the pin's own. The
 * clock is read once a HELD pin is taken.
 * Return: what pin() gave.
 */
ssize_t gr_attempt(struct gr_pin *pin, const struct iovec *iov, int nr,
		   const struct gr_attempt_facts *race);

/**
 * gr_invalidate_timed() - call invalidate() once, and note when it began and
 * returned, and what.
 *
 * Context: race window.
 */
void gr_invalidate_timed(struct gr_invalidate *inv, struct gr_inv_facts *f);

#endif /* GR_ENGINE_ATTEMPT_H */

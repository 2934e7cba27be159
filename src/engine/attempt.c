// SPDX-License-Identifier: GPL-2.0-only
#include "engine/attempt.h"

#include "base/clock.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

static void count_place(struct gr_pin_facts *f, uint32_t entered, uint32_t left)
{
	if (entered == GR_PHASE_AHEAD)
		f->nr_before++;
	else if (entered == GR_PHASE_RUNNING)
		f->nr_during++;
	if (entered != GR_PHASE_RETURNED && left != GR_PHASE_AHEAD)
		f->nr_overlaps++;
}

ssize_t gr_attempt(struct gr_pin *pin, const struct iovec *iov, int nr,
		   const struct gr_attempt_facts *race)
{
	struct gr_pin_facts *f = race->pin;
	uint32_t entered = LOAD(&race->inv->phase), left;
	ssize_t ret;

	STORE(&f->entered, entered);
	STORE(&f->in_pin, 1);
	ret = pin->ops->pin(pin, iov, nr);
	left = LOAD(&race->inv->phase);
	STORE(&f->left, left);
	STORE(&f->in_pin, 0);
	count_place(f, entered, left);
	f->nr_after_ok += entered == GR_PHASE_RETURNED && ret > 0;
	gr_errno_count_add(f->by_errno, &f->nr_other_errnos,
			   ret < 0 ? (int)-ret : 0);
	if (pin->ops->kind == GR_PIN_HELD && ret > 0)
		STORE(&f->held_ns, gr_now_ns());
	STORE(&f->nr_attempts, f->nr_attempts + 1);
	return ret;
}

void gr_invalidate_timed(struct gr_invalidate *inv, struct gr_inv_facts *f)
{
	STORE(&f->begin_ns, gr_now_ns());
	STORE(&f->phase, GR_PHASE_RUNNING);
	STORE(&f->ret, inv->ops->invalidate(inv));
	STORE(&f->phase, GR_PHASE_RETURNED);
	STORE(&f->end_ns, gr_now_ns());
}

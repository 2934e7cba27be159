// SPDX-License-Identifier: GPL-2.0-only
#include "engine/attempt.h"

#include "base/clock.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

static void count_place(struct gr_pin_facts *f, const struct gr_inv_facts *inv,
			uint64_t begin, uint64_t end)
{
	uint64_t inv_begin = LOAD(&inv->begin_ns);
	uint64_t inv_end = LOAD(&inv->end_ns);

	if (!inv_begin || begin < inv_begin)
		f->nr_before++;
	else if (!inv_end || begin < inv_end)
		f->nr_during++;
	if (inv_begin && end >= inv_begin && (!inv_end || begin <= inv_end))
		f->nr_overlaps++;
}

uint64_t gr_attempt(struct gr_pin *pin, const struct iovec *iov, int nr,
		    uint64_t begin, const struct gr_attempt_facts *race)
{
	struct gr_pin_facts *f = race->pin;
	uint64_t end;
	ssize_t ret;

	STORE(&f->end_ns, 0);
	STORE(&f->begin_ns, begin);
	ret = pin->ops->pin(pin, iov, nr);
	end = gr_now_ns();
	STORE(&f->end_ns, end);
	count_place(f, race->inv, begin, end);
	gr_errno_count_add(f->by_errno, &f->nr_other_errnos,
			   ret < 0 ? (int)-ret : 0);
	if (pin->ops->kind == GR_PIN_HELD && ret > 0)
		STORE(&f->held_ns, end);
	STORE(&f->nr_attempts, f->nr_attempts + 1);
	return end;
}

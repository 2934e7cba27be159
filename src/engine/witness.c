// SPDX-License-Identifier: GPL-2.0-only
/*
 * The witness: pins a second namespace while the first is torn down, and must
 * not notice.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/size.h"
#include "core/pin.h"
#include "engine/stage.h"
#include "sys/access.h"

#define PAGE (4 * GR_KIB)

struct witness {
	struct gr_stage *st;
	struct gr_mapping map;
	struct gr_pin pin;
	struct iovec iov;
};

static int start(struct witness *x)
{
	const struct gr_target *t = &x->st->witness_target;
	struct gr_map_req req = {
		.len = 2 * t->spec.align,
		.prot = PROT_READ | PROT_WRITE,
	};
	int ret = t->ops->map(t, &req, &x->map);

	if (ret)
		return ret;
	x->iov.iov_base = x->map.range.addr;
	x->iov.iov_len = PAGE;
	ret = gr_touch(x->iov.iov_base, true);
	if (ret)
		return gr_err(ret, "cannot touch '%s'", t->dev);
	ret = gr_pin_init(&x->pin, x->st->c.pin, t);
	return ret ? ret : x->pin.ops->setup(x->st->ctx, &x->pin, &x->iov, 1);
}

/* A pin, its end, and an access: 0 or -errno. */
static int once(struct witness *x)
{
	ssize_t n = x->pin.ops->pin(&x->pin, &x->iov, 1);
	int ret = n < 0 ? (int)n : 0;

	if (!ret && (size_t)n != x->iov.iov_len)
		ret = -EIO;
	if (!ret && x->pin.ops->unpin)
		ret = x->pin.ops->unpin(&x->pin);
	if (!ret)
		ret = gr_touch(x->iov.iov_base, true);
	return ret;
}

void gr_witness_run(struct gr_stage *st)
{
	struct gr_worker *w = &st->worker[GR_ROLE_WITNESS];
	struct gr_witness_facts *f = &st->facts.witness;
	struct witness x = {.st = st, .map = {.fd = -1}};
	uint32_t clock = 0;
	int ret;

	if (gr_stage_wait_step(st, 0, &clock) == GR_STEP_EXIT)
		return;
	ret = start(&x);
	if (ret)
		return gr_stage_fail(w, ret);
	while (!gr_stage_aborted(st) &&
	       __atomic_load_n(&st->step, __ATOMIC_ACQUIRE) != GR_STEP_EXIT) {
		ret = once(&x);
		if (!ret) {
			f->nr_ok++;
			continue;
		}
		if (!f->nr_failed)
			f->first_err = -ret;
		f->nr_failed++;
	}
	x.pin.ops->teardown(&x.pin);
	gr_pin_fini(&x.pin);
	(void)st->witness_target.ops->unmap(&x.map); /* exiting */
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check pin_longterm: pins with FOLL_LONGTERM, of one page and across the border
 * of two leaves, faulted in and not, as packet memory of AF_XDP, as registered
 * buffer of io_uring and as RDMA memory region. No file system has a say about
 * device-dax, so nothing speaks against them; files must refuse them, by the slow
 * path and by gup-fast, or a truncate would wait for as long as the program likes.
 *
 * A pin that cannot run on this machine makes the check a skip, but for RDMA,
 * which few have; it asks gup-fast on all kernels, AF_XDP the slow path.
 * Source: mm/gup.c check_vma_flags(), io_uring/rsrc.c, net/xdp/xdp_umem.c,
 * drivers/infiniband/core/umem.c.
 */
#include <errno.h>
#include <sys/mman.h>

#include "base/log.h"
#include "base/util.h"
#include "check/internal.h"
#include "core/registry.h"
#include "sys/access.h"

static const struct {
	const char *pin;
	enum gr_policy id;
	bool extra; /* one that few machines have */
} ways[] = {
	{"af_xdp", GR_POLICY_PIN_LONGTERM, false},
	{"rdma_mr", GR_POLICY_PIN_LONGTERM, true},
	{"uring_fixed", GR_POLICY_PIN_REGISTERED, false},
};

static int try_pin(struct gr_check_env *env, const struct gr_pin_ops *ops,
		   enum gr_policy id, const struct iovec *iov)
{
	struct gr_pin pin;
	ssize_t n;
	int ret = gr_pin_init(&pin, ops, env->target);

	if (ret)
		return ret;
	gr_check_op(env, "%s of %zu bytes of %s", ops->name, iov->iov_len,
		    env->target->ns);
	ret = ops->setup(env->ctx, &pin, iov, 1);
	if (!ret) {
		n = ops->pin(&pin, iov, 1);
		gr_check_fact(env, id, ops->name, n);
		if (n > 0)
			ret = ops->unpin(&pin);
		if (ret)
			(void)gr_err(ret, "cannot unpin by %s", ops->name);
	}
	ops->teardown(&pin);
	gr_pin_fini(&pin);
	return ret;
}

/* A page and a range; gup-fast meets leaves only where they were touched. */
static int try_mapping(struct gr_check_env *env, const struct gr_pin_ops *ops,
		       enum gr_policy id, bool touch)
{
	struct gr_mapping m;
	struct iovec page, cross;
	int ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);
	char *border;

	if (ret)
		return ret;
	border = (char *)m.range.addr + env->target->spec.align;
	page = (struct iovec){m.range.addr, GR_CHECK_PAGE};
	cross = (struct iovec){border - GR_CHECK_PAGE,
			       (size_t)2 * GR_CHECK_PAGE};
	if (touch && (gr_touch(page.iov_base, true) ||
		      gr_touch(cross.iov_base, true) || gr_touch(border, true)))
		ret = gr_err(-EFAULT, "cannot fault in a fresh mapping of '%s'",
			     env->target->dev);
	if (!ret)
		ret = try_pin(env, ops, id, &page);
	if (!ret)
		ret = try_pin(env, ops, id, &cross);
	gr_check_unmap(env, &m);
	return ret;
}

static int one_way(struct gr_check_env *env, size_t way)
{
	const struct gr_pin_ops *ops = gr_pin_find(ways[way].pin);
	enum gr_policy id = ways[way].id;
	struct gr_reason why = {""};
	int ret;

	/* one that is refused is tried all the same: that is a fact, too */
	if (ops->probe(env->ctx, &why) < 0) {
		if (!ways[way].extra)
			gr_check_skip(env, "%s: %s", ops->name, why.text);
		return 0;
	}
	ret = try_mapping(env, ops, id, false);
	return ret ? ret : try_mapping(env, ops, id, true);
}

static int run(struct gr_check_env *env)
{
	int ret = 0;

	for (size_t i = 0; i < GR_ARRAY_SIZE(ways) && !ret; i++)
		ret = one_way(env, i);
	return ret;
}

const struct gr_check_ops gr_check_pin_longterm = {
	.name = "pin_longterm",
	.summary = "long-term pins: device-dax allows them, files refuse",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_MOVES,
	.policies = 1ull << GR_POLICY_PIN_LONGTERM |
		    1ull << GR_POLICY_PIN_REGISTERED,
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check pin_longterm: pins with FOLL_LONGTERM, of one page and across the border
 * of two leaves, as packet memory of AF_XDP and as registered buffer of io_uring.
 * No filesystem has a say about device-dax, so nothing speaks against them.
 *
 * A pin that cannot run on this machine makes the check a skip.
 * Source: mm/gup.c check_vma_flags(), io_uring/rsrc.c, net/xdp/xdp_umem.c.
 */
#include <sys/mman.h>

#include "base/log.h"
#include "base/util.h"
#include "check/internal.h"
#include "core/registry.h"

static const struct {
	const char *pin;
	enum gr_policy id;
} ways[] = {
	{"af_xdp", GR_POLICY_PIN_LONGTERM},
	{"uring_fixed", GR_POLICY_PIN_REGISTERED},
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

static int one_way(struct gr_check_env *env, const struct gr_mapping *m,
		   const char *name, enum gr_policy id)
{
	const struct gr_pin_ops *ops = gr_pin_find(name);
	char *second = (char *)m->range.addr + env->target->spec.align;
	struct iovec page = {m->range.addr, GR_CHECK_PAGE};
	struct iovec cross = {second - GR_CHECK_PAGE, 2 * GR_CHECK_PAGE};
	struct gr_reason why = {""};
	int ret;

	/* one that is refused is tried all the same: that is a fact, too */
	if (ops->probe(env->ctx, &why) < 0) {
		gr_check_skip(env, "%s: %s", name, why.text);
		return 0;
	}
	ret = try_pin(env, ops, id, &page);
	return ret ? ret : try_pin(env, ops, id, &cross);
}

static int run(struct gr_check_env *env)
{
	struct gr_mapping m;
	int ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);

	if (ret)
		return ret;
	for (size_t i = 0; i < GR_ARRAY_SIZE(ways) && !ret; i++)
		ret = one_way(env, &m, ways[i].pin, ways[i].id);
	gr_check_unmap(env, &m);
	return ret;
}

const struct gr_check_ops gr_check_pin_longterm = {
	.name = "pin_longterm",
	.summary = "long-term pins are allowed",
	.needs = {.root = true},
	.policies = 1ull << GR_POLICY_PIN_LONGTERM |
		    1ull << GR_POLICY_PIN_REGISTERED,
	.run = run,
};

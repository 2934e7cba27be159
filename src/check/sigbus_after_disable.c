// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check sigbus_after_disable: without any pin, a disable must leave the mapping
 * SIGBUS, on pages that were touched and on those that were not, and a descriptor
 * without use; and the namespace must come back with its data.
 *
 * Source: drivers/dax/bus.c kill_dev_dax(); ndctl's device-dax test.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/internal.h"
#include "sys/access.h"
#include "sys/call.h"
#include "sys/nd.h"

#define TAG 33

/* The device is dead, its descriptor is open still, and so is the mapping. */
static void look(struct gr_check_env *env, const struct gr_mapping *m, int fd)
{
	uint64_t leaf = env->target->spec.align;
	char *first = m->range.addr;
	void *addr;
	int ret;

	gr_check_fact(env, GR_POLICY_OLD_TOUCHED, NULL, gr_touch(first, false));
	gr_check_fact(env, GR_POLICY_OLD_UNTOUCHED, NULL,
		      gr_touch(first + leaf, false));
	ret = gr_mmap(leaf, PROT_READ, MAP_SHARED, fd, 0, &addr);
	gr_check_fact(env, GR_POLICY_MAP_DEAD, NULL, ret);
	if (!ret)
		(void)gr_munmap(addr, leaf); /* the fact counts */
}

static int disable_and_look(struct gr_check_env *env, struct gr_nd *nd,
			    struct gr_mapping *m)
{
	const struct gr_target *t = env->target;
	int ret, fd = gr_open(t->dev, O_RDWR);

	if (fd < 0)
		return gr_err(fd, "cannot open '%s'", t->dev);
	gr_check_op(env, "ns_disable of %s", t->ns);
	ret = gr_nd_disable(nd, t->ns);
	if (!ret)
		look(env, m, fd);
	(void)gr_close(fd); /* nothing was written */
	if (ret)
		return gr_err(ret, "cannot disable '%s'", t->ns);
	gr_check_op(env, "enable of %s", t->ns);
	ret = gr_nd_enable(nd, t->ns);
	if (!ret)
		ret = t->ops->attach(env->ctx, env->target);
	if (ret)
		gr_check_fail(env, GR_CLASS_LEAK, "not-usable-again",
			      "%s cannot be enabled again: %s", t->ns,
			      strerror(-ret));
	return 0;
}

static void data_is_back(struct gr_check_env *env)
{
	struct gr_mapping m;
	ssize_t bad;

	if (gr_check_map(env, 2, PROT_READ, &m)) {
		gr_check_fail(env, GR_CLASS_LEAK, "not-usable-again",
			      "%s cannot be mapped after disable and enable",
			      env->target->ns);
		return;
	}
	bad = gr_compare_pattern(m.range.addr, GR_CHECK_PAGE, TAG);
	if (bad >= 0)
		gr_check_fail(env, GR_CLASS_DATA, "wrong-data",
			      "byte %zd of %s changed over disable and enable",
			      bad, env->target->ns);
	gr_check_unmap(env, &m);
}

static int run(struct gr_check_env *env)
{
	struct gr_mapping m;
	struct gr_nd *nd;
	int ret;

	ret = gr_nd_open(&nd);
	if (ret)
		return gr_err(ret, "cannot open libndctl");
	ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);
	if (ret)
		goto err_close;
	gr_fill_pattern(m.range.addr, GR_CHECK_PAGE, TAG);
	ret = disable_and_look(env, nd, &m);
	gr_check_unmap(env, &m);
	if (!ret)
		data_is_back(env);
err_close:
	gr_nd_close(nd);
	return ret;
}

const struct gr_check_ops gr_check_sigbus_after_disable = {
	.name = "sigbus_after_disable",
	.summary = "a disable leaves the mapping SIGBUS, and can be undone",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_FILE | GR_TARGET_MOVES,
	.policies = 1ull << GR_POLICY_OLD_TOUCHED |
		    1ull << GR_POLICY_OLD_UNTOUCHED |
		    1ull << GR_POLICY_MAP_DEAD,
	.run = run,
};

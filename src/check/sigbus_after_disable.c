// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check sigbus_after_disable: without any pin, a disable must leave the mapping
 * SIGBUS, on pages that were touched and on those that were not, and the
 * namespace must come back with its data.
 *
 * Source: drivers/dax/bus.c kill_dev_dax(); ndctl's device-dax test.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/internal.h"
#include "sys/access.h"
#include "sys/nd.h"

#define TAG 33

static void must_sigbus(struct gr_check_env *env, char *addr, const char *what)
{
	int ret = gr_touch(addr, false);

	if (ret != -ENXIO)
		gr_check_fail(env, GR_CLASS_POLICY, "mapping-survived",
			      "after disable, %s pages of '%s' gave %s where "
			      "they must give SIGBUS",
			      what, env->target->dev,
			      ret ? "SIGSEGV" : "their data");
}

static int disable_and_look(struct gr_check_env *env, struct gr_nd *nd,
			    struct gr_mapping *m)
{
	const struct gr_target *t = env->target;
	int ret;

	gr_check_op(env, "ns_disable of %s", t->ns);
	ret = gr_nd_disable(nd, t->ns);
	if (ret)
		return gr_err(ret, "cannot disable '%s'", t->ns);
	must_sigbus(env, m->range.addr, "touched");
	must_sigbus(env, (char *)m->range.addr + t->spec.align, "untouched");
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
	.run = run,
};

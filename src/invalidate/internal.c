// SPDX-License-Identifier: GPL-2.0-only
#include "invalidate/internal.h"

#include <errno.h>
#include <sys/wait.h>

#include "base/log.h"
#include "sys/process.h"

int gr_inv_nd_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;
	int ret;

	(void)ctx;
	ret = gr_nd_open(&p->nd);
	if (ret)
		return gr_err(ret, "cannot open libndctl");
	ret = gr_nd_find(p->nd, inv->target->ns, &p->before);
	if (ret)
		return gr_err(ret, "no namespace '%s'", inv->target->ns);
	return 0;
}

void gr_inv_nd_teardown(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;

	gr_nd_close(p->nd);
	p->nd = NULL;
}

int gr_inv_nd_recreate(struct gr_invalidate *inv)
{
	struct gr_inv_nd *p = inv->priv;
	struct gr_nd_config cfg = {
		.ns = p->before.name,
		.mode = p->before.mode,
		.map = p->before.map,
		.align = p->before.align,
	};
	struct gr_nd_info info;
	int ret = gr_nd_reload(p->nd);

	return ret ? ret : gr_nd_create(p->nd, &cfg, &info);
}

int gr_inv_file_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv)
{
	(void)ctx;
	return inv->target->mnt[0]
		       ? 0
		       : gr_err(-ENODEV, "no file on namespace '%s'",
				inv->target->ns);
}

int gr_inv_file_restore(struct gr_invalidate *inv)
{
	(void)inv;
	return 0;
}

void gr_inv_file_teardown(struct gr_invalidate *inv)
{
	(void)inv;
}

int gr_inv_own_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv)
{
	(void)ctx, (void)inv;
	return 0;
}

int gr_inv_own_restore(struct gr_invalidate *inv)
{
	(void)inv;
	return 0;
}

void gr_inv_own_teardown(struct gr_invalidate *inv)
{
	(void)inv;
}

/* Another look after each of these, so that no time is a deadline. */
#define LOOK_MS 1000

int gr_inv_await_end(struct gr_victim *victim, int signal)
{
	int status, ret;

	if (!victim->pid)
		return -ECHILD;
	while (!(ret = gr_reap(victim->pid, LOOK_MS, &status)))
		;
	victim->pid = 0;
	if (ret < 0)
		return -ECHILD;
	if (signal)
		return WIFSIGNALED(status) && WTERMSIG(status) == signal
			       ? 0
			       : -ECHILD;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -ECHILD;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check data_carried: what is written to the block device of a namespace in
 * fsdax mode is there when the namespace is in devdax mode with the same map and
 * alignment, and the other way round.
 *
 * Source: drivers/nvdimm/pfn_devs.c: both modes have the same data offset;
 * ndctl's device-dax test carries data from fsdax to devdax mode.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/log.h"
#include "check/internal.h"
#include "sys/call.h"
#include "sys/nd.h"

#define LEN (16 * GR_CHECK_PAGE)
#define DOWN_TAG 44
#define UP_TAG 55

struct carry {
	struct gr_check_env *env;
	struct gr_nd *nd;
	struct gr_nd_info info;
	void *buf; /* LEN bytes, aligned for O_DIRECT */
};

static int set_mode(struct carry *x, enum gr_nd_mode mode)
{
	gr_check_op(x->env, "mode %s for %s", gr_nd_mode_name(mode),
		    x->env->target->ns);
	return gr_check_set_mode(x->env, x->nd, mode, &x->info);
}

static int block_io(struct carry *x, bool write)
{
	int closed, ret, fd = gr_check_open_block(&x->info);

	if (fd < 0)
		return fd;
	ret = gr_check_block_io(fd, x->buf, LEN, 0, write);
	closed = gr_close(fd);
	ret = ret ? ret : closed;
	return ret ? gr_err(ret, "cannot %s '/dev/%s'",
			    write ? "write" : "read", x->info.blockdev)
		   : 0;
}

static void compare(struct carry *x, const void *got, uint64_t tag,
		    const char *way)
{
	ssize_t bad = gr_compare_pattern(got, LEN, tag);

	if (bad >= 0)
		gr_check_fail(x->env, GR_CLASS_DATA, "data-not-carried",
			      "byte %zd of %s is wrong after the change from "
			      "%s",
			      bad, x->env->target->ns, way);
}

static int through_mapping(struct carry *x)
{
	struct gr_check_env *env = x->env;
	uint64_t leaf = env->target->spec.align;
	struct gr_mapping m;
	int ret;

	ret = env->target->ops->attach(env->ctx, env->target);
	if (!ret)
		ret = gr_check_map(env, leaf < LEN ? LEN / (unsigned)leaf : 1,
				   PROT_READ | PROT_WRITE, &m);
	if (ret)
		return ret;
	compare(x, m.range.addr, DOWN_TAG, "fsdax to devdax");
	gr_fill_pattern(m.range.addr, LEN, UP_TAG);
	gr_check_unmap(env, &m);
	return 0;
}

static int carry(struct carry *x)
{
	int ret = set_mode(x, GR_ND_FSDAX);

	gr_fill_pattern(x->buf, LEN, DOWN_TAG);
	if (!ret)
		ret = block_io(x, true);
	if (!ret)
		ret = set_mode(x, GR_ND_DEVDAX);
	if (!ret)
		ret = through_mapping(x);
	if (!ret)
		ret = set_mode(x, GR_ND_FSDAX);
	if (!ret)
		ret = block_io(x, false);
	if (!ret)
		compare(x, x->buf, UP_TAG, "devdax to fsdax");
	return ret ? ret : set_mode(x, GR_ND_DEVDAX);
}

static int run(struct gr_check_env *env)
{
	struct carry x = {.env = env};
	int ret;

	x.buf = aligned_alloc(GR_CHECK_PAGE, LEN);
	if (!x.buf)
		return gr_err(-ENOMEM, "no buffer");
	ret = gr_nd_open(&x.nd);
	if (ret)
		gr_err(ret, "cannot open libndctl");
	else
		ret = carry(&x);
	gr_nd_close(x.nd);
	free(x.buf);
	return ret;
}

const struct gr_check_ops gr_check_data_carried = {
	.name = "data_carried",
	.summary = "data survives the change between fsdax and devdax",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_FILE | GR_TARGET_MOVES,
	.run = run,
};

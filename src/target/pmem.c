// SPDX-License-Identifier: GPL-2.0-only
/*
 * Target pmem: the block device of a namespace in fsdax mode, without a file
 * system. map() gives ordinary memory as a buffer; what races with the teardown
 * is the I/O on /dev/pmemN itself.
 *
 * It cannot show pins of device pages: its pages are only copied to and from.
 * Source: drivers/nvdimm/pmem.c; 32b2397c1e56.
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "base/log.h"
#include "sys/call.h"
#include "target/internal.h"

static int attach(const struct gr_ctx *ctx, struct gr_target *t)
{
	(void)ctx;
	return gr_target_attach_node(t, GR_ND_FSDAX);
}

static int acquire(const struct gr_ctx *ctx, struct gr_target *t)
{
	int ret = gr_target_acquire_ns(ctx, t, &t->spec, GR_ND_FSDAX);

	return ret ? ret : attach(ctx, t);
}

static int map(const struct gr_target *t, const struct gr_map_req *req,
	       struct gr_mapping *m)
{
	struct gr_range range = {.len = req->len};
	int fd, ret;

	fd = gr_open(t->dev, O_RDWR | O_DIRECT);
	if (fd < 0)
		return gr_err(fd, "cannot open '%s'", t->dev);
	ret = gr_mmap(req->len, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &range.addr);
	if (ret) {
		(void)gr_close(fd); /* the first error counts */
		return gr_err(ret, "cannot map %zu bytes", req->len);
	}
	m->range = range;
	m->fd = fd;
	m->handle = NULL;
	return 0;
}

static int unmap(struct gr_mapping *m)
{
	int ret = gr_munmap(m->range.addr, m->range.len);
	int closed = gr_close(m->fd);

	m->fd = -1;
	return ret ? ret : closed;
}

const struct gr_target_ops gr_target_pmem = {
	.name = "pmem",
	.summary = "the block device of a namespace in fsdax mode, as it is",
	.needs =
		{
			.kconfig = (const char *const[]){"CONFIG_BLK_DEV_PMEM",
							 NULL},
			.root = true,
		},
	.probe = gr_target_probe_ns,
	.acquire = acquire,
	.attach = attach,
	.map = map,
	.unmap = unmap,
};

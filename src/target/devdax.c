// SPDX-License-Identifier: GPL-2.0-only
/*
 * Target devdax: a namespace in devdax mode, mapped through its character
 * device. Its struct pages are one pgmap of type MEMORY_DEVICE_GENERIC; the
 * leaves of the mapping are PTEs, PMDs or PUDs by the alignment.
 *
 * It cannot show what file systems do with blocks.
 * Source: drivers/dax/device.c; ndctl-create-namespace(1).
 */
#include <fcntl.h>
#include <sys/mman.h>

#include "base/log.h"
#include "sys/call.h"
#include "sys/pmem2.h"
#include "target/internal.h"

static int attach(const struct gr_ctx *ctx, struct gr_target *t)
{
	(void)ctx;
	return gr_target_attach_node(t, GR_ND_DEVDAX);
}

static int acquire(const struct gr_ctx *ctx, struct gr_target *t)
{
	int ret = gr_target_acquire_ns(ctx, t, &t->spec, GR_ND_DEVDAX);

	return ret ? ret : attach(ctx, t);
}

static int map(const struct gr_target *t, const struct gr_map_req *req,
	       struct gr_mapping *m)
{
	struct gr_range range = {.len = req->len};
	void *handle;
	int fd, ret;

	fd = gr_open(t->dev, req->prot & PROT_WRITE ? O_RDWR : O_RDONLY);
	if (fd < 0)
		return gr_err(fd, "cannot open '%s'", t->dev);
	ret = gr_pmem_map(fd, req->off, req->len, req->prot, &range.addr,
			  &handle);
	if (ret) {
		(void)gr_close(fd); /* the first error counts */
		return gr_err(ret, "cannot map '%s' at %#llx+%#zx", t->dev,
			      (unsigned long long)req->off, req->len);
	}
	m->range = range;
	m->fd = fd;
	m->handle = handle;
	return 0;
}

static int unmap(struct gr_mapping *m)
{
	int ret = gr_pmem_unmap(m->range.addr, m->range.len, m->handle);
	int closed = gr_close(m->fd);

	m->fd = -1;
	return ret ? ret : closed;
}

const struct gr_target_ops gr_target_devdax = {
	.name = "devdax",
	.summary = "a namespace in devdax mode, mapped by /dev/daxX.Y",
	.flags = GR_TARGET_MAPS_DEVICE,
	.needs =
		{
			.kconfig = (const char *const[]){"CONFIG_DEV_DAX_PMEM",
							 NULL},
			.root = true,
		},
	.probe = gr_target_probe_ns,
	.acquire = acquire,
	.attach = attach,
	.map = map,
	.unmap = unmap,
};

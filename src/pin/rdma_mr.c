// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin rdma_mr: the memory registered as RDMA memory regions, one for each iovec,
 * that the device may write. Drives ib_umem_get() -> pin_user_pages_fast() with
 * FOLL_PIN | FOLL_LONGTERM | FOLL_WRITE (soft-RoCE, and siw on newer kernels), or
 * siw_umem_get() -> pin_user_pages(), the slow path: the pin that hardware takes for
 * as long as a program likes. A read-only mapping must be refused.
 *
 * HELD: from registering to unregistering, which has unpinned when it returns.
 * Nothing is sent, so what the kernel saw in the pages is not known. It needs a
 * device that is software only; in a guest it makes one on the interface lo, on a
 * host somebody has to: rdma link add siw0 type siw netdev lo.
 * On fsdax the long-term pin must be refused with EOPNOTSUPP.
 * Source: drivers/infiniband/core/umem.c, drivers/infiniband/sw/siw/siw_mem.c;
 * ibv_reg_mr(3), rdma-link(8).
 */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "core/ctx.h"
#include "core/pin.h"
#include "sys/rdma.h"

struct rdma_mr {
	struct gr_rdma dev;
	bool open;
	uint32_t region[GR_PIN_IOV_MAX];
	int nr_regions;
};

static int open_device(const struct gr_ctx *ctx, struct gr_rdma *dev)
{
	char node[64];
	int ret = gr_rdma_device(ctx->in_guest, node, sizeof(node));

	return ret ? ret : gr_rdma_open(node, dev);
}

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_rdma dev;
	int ret = open_device(ctx, &dev);

	if (ret == -ENOENT)
		gr_reason_set(why, "needs CONFIG_RDMA_SIW or CONFIG_RDMA_RXE");
	else if (ret == -ENODEV)
		gr_reason_set(why, "needs an RDMA device of siw or rxe: rdma "
				   "link add siw0 type siw netdev lo");
	else if (ret)
		gr_reason_set(why, "needs RDMA verbs: %s", strerror(-ret));
	else
		gr_rdma_close(&dev);
	return ret;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct rdma_mr *m = pin->priv;
	int ret;

	(void)iov;
	if (nr > GR_PIN_IOV_MAX)
		return gr_err(-EINVAL, "cannot register %d pieces", nr);
	ret = open_device(ctx, &m->dev);
	if (ret)
		return gr_err(ret, "cannot open an RDMA device");
	m->open = true;
	return 0;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct rdma_mr *m = pin->priv;
	ssize_t sum = 0;

	for (int i = 0; i < nr; i++) {
		int ret = gr_rdma_register(&m->dev, iov[i].iov_base,
					   iov[i].iov_len,
					   &m->region[m->nr_regions]);

		if (ret)
			return sum ? sum : ret;
		m->nr_regions++;
		sum += (ssize_t)iov[i].iov_len;
	}
	return sum;
}

static int unpin(struct gr_pin *pin)
{
	struct rdma_mr *m = pin->priv;
	int first = 0;

	while (m->nr_regions > 0) {
		int ret =
			gr_rdma_unregister(&m->dev, m->region[--m->nr_regions]);

		if (!first)
			first = ret;
	}
	return first;
}

static void teardown(struct gr_pin *pin)
{
	struct rdma_mr *m = pin->priv;

	if (m->open)
		gr_rdma_close(&m->dev);
	m->open = false;
	m->nr_regions = 0;
}

const struct gr_pin_ops gr_pin_rdma_mr = {
	.name = "rdma_mr",
	.summary = "RDMA memory regions over siw or soft-RoCE, long-term, held",
	.kind = GR_PIN_HELD,
	.flags = GR_PIN_READS_MEM | GR_PIN_LONGTERM | GR_PIN_NEEDS_WRITABLE,
	.needs = {.kconfig =
			  (const char *const[]){"CONFIG_INFINIBAND_USER_ACCESS",
						NULL},
		  .root = true},
	.priv_size = sizeof(struct rdma_mr),
	.refusal = EOPNOTSUPP,
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.unpin = unpin,
	.teardown = teardown,
};

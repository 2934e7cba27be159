// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin pmem_rw: O_DIRECT reads and writes of ordinary memory on /dev/pmemN.
 * Drives pmem_submit_bio() -> pmem_do_bvec(), which copies to and from the
 * device pages while its driver is unbound. It takes no reference on device
 * pages; what must hold is the block device's own life time.
 *
 * TRANSIENT.
 * Source: drivers/nvdimm/pmem.c; 32b2397c1e56 (I/O in flight during unbind).
 */
#include <fcntl.h>
#include <stdbool.h>

#include "base/log.h"
#include "core/pin.h"
#include "core/target.h"
#include "sys/call.h"

struct pmem_rw {
	int fd; /* 0 = never opened, -1 = closed */
	bool write;
};

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct pmem_rw *p = pin->priv;

	(void)ctx, (void)iov, (void)nr;
	p->fd = gr_open(pin->target->dev, O_RDWR | O_DIRECT);
	if (p->fd < 0)
		return gr_err(p->fd, "cannot open '%s'", pin->target->dev);
	return 0;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct pmem_rw *p = pin->priv;

	p->write = !p->write;
	return p->write ? gr_pwritev(p->fd, iov, nr, 0)
			: gr_preadv(p->fd, iov, nr, 0);
}

static void teardown(struct gr_pin *pin)
{
	struct pmem_rw *p = pin->priv;

	if (p->fd > 0)
		(void)gr_close(p->fd); /* the device may be gone */
	p->fd = -1;
}

const struct gr_pin_ops gr_pin_pmem_rw = {
	.name = "pmem_rw",
	.summary = "O_DIRECT I/O of ordinary memory on /dev/pmemN, transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_WRITES_MEM | GR_PIN_BLOCKDEV,
	.priv_size = sizeof(struct pmem_rw),
	.setup = setup,
	.pin = pin_pages,
	.teardown = teardown,
};

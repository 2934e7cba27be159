// SPDX-License-Identifier: GPL-2.0-only
#include "oracle/policy_internal.h"

#include <errno.h>
#include <sys/mman.h>

#include "core/pin.h"
#include "core/registry.h"
#include "sys/call.h"
#include "sys/kernel.h"

/*
 * mremap() asks whether the mapping may be split at all since 5.11, where the
 * callback was renamed with it; before, it moved the part and could not unmap
 * the rest of it.
 */
bool gr_policy_moves_first(const struct gr_ctx *ctx)
{
	(void)ctx;
	return gr_kernel_symbol("dev_dax_split");
}

/* Before 6.5 io_uring refused all memory that has a file; the pin finds out. */
bool gr_policy_refuses_files(const struct gr_ctx *ctx)
{
	const struct gr_pin_ops *pin = gr_pin_find("uring_fixed");
	struct gr_reason why;

	return pin && pin->probe(ctx, &why) == GR_PIN_REFUSED;
}

static bool read_gives_eio(struct gr_pin *pin, const struct iovec *iov)
{
	ssize_t n = pin->ops->pin(pin, iov, 1); /* a write, and now a read */

	return n > 0 && pin->ops->pin(pin, iov, 1) == -EIO;
}

/*
 * Where a request goes through __blkdev_direct_IO() the block layer makes EIO of
 * whatever gup gave; since 54a88eb838d3 (5.16) asynchronous requests of a single
 * bio do not get there any more. A page of ordinary memory shows it.
 */
bool gr_policy_async_eio(const struct gr_ctx *ctx)
{
	const struct gr_pin_ops *ops = gr_pin_find("uring_rw");
	struct iovec iov = {.iov_len = 4096};
	struct gr_pin pin;
	struct gr_reason why;
	bool eio = false;

	if (!ops || ops->probe(ctx, &why) ||
	    gr_mmap(iov.iov_len, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0,
		    &iov.iov_base))
		return false;
	if (!gr_pin_init(&pin, ops, NULL)) {
		eio = !ops->setup(ctx, &pin, &iov, 1) &&
		      read_gives_eio(&pin, &iov);
		ops->teardown(&pin);
		gr_pin_fini(&pin);
	}
	(void)gr_munmap(iov.iov_base, iov.iov_len); /* our own */
	return eio;
}

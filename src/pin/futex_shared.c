// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin futex_shared: FUTEX_WAIT on the first word of each page, as a futex that
 * processes share, for a value that is not there. Drives get_futex_key() ->
 * get_user_pages_fast() of one page with FOLL_GET | FOLL_WRITE, and without
 * FOLL_WRITE after an EFAULT, so that a read-only mapping will do. The reference
 * lasts while the key is made of the page's mapping and inode, which it must have;
 * so a device page whose mapping was never set shows here as EFAULT.
 *
 * TRANSIENT, and the shortest of all: no page of it is mapped or copied. The word
 * is read after it, by the address. Should the value be there by chance, the wait
 * ends by its deadline, and the page was pinned all the same.
 * Source: kernel/futex/core.c get_futex_key(); 5.10: kernel/futex.c, the same; 6.12
 * and 7.2 speak of folios; futex(2).
 */
#include <errno.h>
#include <stddef.h>

#include "core/pin.h"
#include "sys/process.h"

#define PAGE 4096u

/* What no pattern of ours has at the begin of a page; nothing depends on it. */
#define UNLIKELY 0x6a09e667u

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	(void)ctx, (void)pin, (void)iov, (void)nr;
	return 0;
}

static int one_page(const char *page)
{
	int ret = gr_futex_look(page, UNLIKELY);

	return ret == -EAGAIN || ret == -ETIMEDOUT ? 0 : ret;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	ssize_t done = 0;

	(void)pin;
	for (int i = 0; i < nr; i++) {
		const char *page = iov[i].iov_base;
		const char *end = page + iov[i].iov_len;

		for (; page < end; page += PAGE, done += PAGE) {
			int ret = one_page(page);

			if (ret)
				return done ? done : ret;
		}
	}
	return done;
}

static void teardown(struct gr_pin *pin)
{
	(void)pin;
}

const struct gr_pin_ops gr_pin_futex_shared = {
	.name = "futex_shared",
	.summary = "FUTEX_WAIT that ends at once, gup-fast, transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_GUP_FAST,
	.setup = setup,
	.pin = pin_pages,
	.teardown = teardown,
};

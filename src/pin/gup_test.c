// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin gup_test: the kernel's own test of get_user_pages, through debugfs. Drives
 * get_user_pages_fast() with FOLL_GET and pin_user_pages_fast() with FOLL_PIN, in
 * turn and without FOLL_WRITE, with nothing around them: each page by itself, then
 * all of a piece in one request. Up to 6.1 nothing else that every machine has
 * takes FOLL_PIN by gup-fast.
 *
 * TRANSIENT: the kernel gives the pages back before it answers. It does not look
 * into them, so there is no data to compare. And it counts a request that came back
 * short as a whole one; so what pin() returns is what was had page by page.
 *
 * 5.10 has gup_benchmark instead, with other requests, which is not driven.
 * Source: mm/gup_test.c, CONFIG_GUP_TEST, which distributions leave out.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "core/pin.h"
#include "sys/call.h"
#include "sys/gup_test.h"

#define PAGE 4096u

struct gup_test {
	int fd; /* 0 = never opened, -1 = closed */
	bool pin;
};

/* Not by the option: a kernel may have it as a module from elsewhere. */
static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	int fd = gr_gup_test_open();

	(void)ctx;
	if (fd < 0) {
		gr_reason_set(why,
			      "needs '%s' (CONFIG_GUP_TEST, 5.11 or later): %s",
			      GR_GUP_TEST_PATH, strerror(-fd));
		return fd;
	}
	(void)gr_close(fd); /* nothing was asked */
	return 0;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct gup_test *g = pin->priv;

	(void)ctx, (void)iov, (void)nr;
	g->fd = gr_gup_test_open();
	return g->fd < 0 ? gr_err(g->fd, "cannot open '%s'", GR_GUP_TEST_PATH)
			 : 0;
}

static ssize_t one_piece(const struct gup_test *g, bool pin,
			 const struct iovec *iov)
{
	unsigned int pages = (unsigned int)(iov->iov_len / PAGE);
	ssize_t n, all = 0;

	n = gr_gup_test_fast(g->fd, pin, iov->iov_base, iov->iov_len, 1);
	if (pages > 1)
		all = gr_gup_test_fast(g->fd, pin, iov->iov_base, iov->iov_len,
				       pages);
	if (n < 0 || all < 0)
		return n < 0 ? n : all;
	return n ? n : -EFAULT;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct gup_test *g = pin->priv;
	bool by_pin = g->pin;
	ssize_t done = 0;

	g->pin = !by_pin;
	for (int i = 0; i < nr; i++) {
		ssize_t n = one_piece(g, by_pin, &iov[i]);

		if (n < 0)
			return done ? done : n;
		done += n;
		if ((size_t)n < iov[i].iov_len)
			break;
	}
	return done;
}

static void teardown(struct gr_pin *pin)
{
	struct gup_test *g = pin->priv;

	if (g->fd > 0)
		(void)gr_close(g->fd); /* it holds nothing */
	g->fd = -1;
}

const struct gr_pin_ops gr_pin_gup_test = {
	.name = "gup_test",
	.summary =
		"the kernel's own test of gup-fast, FOLL_GET and FOLL_PIN in "
		"turn, transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_GUP_FAST,
	.needs = {.root = true},
	.priv_size = sizeof(struct gup_test),
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.teardown = teardown,
};

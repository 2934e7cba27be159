// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin vmsplice: pages of the memory in a pipe. Drives iter_to_pipe() ->
 * get_user_pages_fast() with FOLL_GET.
 *
 * HELD: as long as the pipe is not drained; unpin() splices it to /dev/null,
 * which drops the references without a copy. The simplest pin there is that
 * outlives its system call, its mapping and its descriptor.
 * Source: fs/splice.c; vmsplice(2).
 */
#include <errno.h>
#include <fcntl.h>

#include "base/log.h"
#include "core/pin.h"
#include "sys/call.h"

struct vmsplice_pin {
	int pipe[2]; /* 0 = never opened, -1 = closed */
	int null;
	size_t held; /* bytes in the pipe */
};

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct vmsplice_pin *v = pin->priv;
	int ret;

	(void)ctx, (void)iov, (void)nr;
	ret = gr_pipe(v->pipe);
	if (ret)
		return gr_err(ret, "cannot make a pipe");
	v->null = gr_open("/dev/null", O_WRONLY);
	return v->null < 0 ? gr_err(v->null, "cannot open '/dev/null'") : 0;
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct vmsplice_pin *v = pin->priv;
	ssize_t n = gr_vmsplice(v->pipe[1], iov, (size_t)nr, SPLICE_F_NONBLOCK);

	if (n > 0)
		v->held += (size_t)n;
	return n;
}

static int unpin(struct gr_pin *pin)
{
	struct vmsplice_pin *v = pin->priv;

	while (v->held) {
		ssize_t n = gr_splice(v->pipe[0], v->null, v->held,
				      SPLICE_F_NONBLOCK);

		if (n <= 0)
			return n ? (int)n : -EIO;
		v->held -= (size_t)n;
	}
	return 0;
}

static ssize_t fetch(struct gr_pin *pin, void *buf, size_t len)
{
	struct vmsplice_pin *v = pin->priv;
	ssize_t n = gr_read(v->pipe[0], buf, len < v->held ? len : v->held);

	if (n > 0)
		v->held -= (size_t)n;
	return n;
}

static void teardown(struct gr_pin *pin)
{
	struct vmsplice_pin *v = pin->priv;

	if (v->pipe[1] > 0) {
		(void)gr_close(v->pipe[1]); /* nothing was promised */
		(void)gr_close(v->pipe[0]);
	}
	if (v->null > 0)
		(void)gr_close(v->null);
	v->pipe[0] = v->pipe[1] = v->null = -1;
}

const struct gr_pin_ops gr_pin_vmsplice = {
	.name = "vmsplice",
	.summary = "pages in a pipe until it is drained, gup-fast, held",
	.kind = GR_PIN_HELD,
	.flags = GR_PIN_READS_MEM | GR_PIN_GUP_FAST,
	.priv_size = sizeof(struct vmsplice_pin),
	.setup = setup,
	.pin = pin_pages,
	.unpin = unpin,
	.fetch = fetch,
	.teardown = teardown,
};

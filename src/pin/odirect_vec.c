// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin odirect_vec: O_DIRECT pwritev and preadv of many small pieces of the memory,
 * in turn. Drives bio_iov_iter_get_pages() once for each piece, each with a request
 * to gup-fast of its own: FOLL_GET up to 6.1, FOLL_PIN later; FOLL_WRITE for the
 * reads only. Neighbouring pieces of one page take a reference each, of which the
 * block layer keeps one and gives the others back as it merges them
 * (bio_iov_add_page(); up to 5.15 __bio_iov_iter_get_pages()): a put that no other
 * pin has. And one piece lies across the border of the first two pages.
 *
 * TRANSIENT: the sink completes within the call.
 * Source: block/bio.c, lib/iov_iter.c, mm/gup.c; readv(2), open(2) O_DIRECT.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "pin/internal.h"
#include "sys/call.h"

#define PAGE 4096
#define SECTOR 512
#define PIECES_MAX 64

_Static_assert(PIECES_MAX >= GR_PIN_IOV_MAX, "each iovec has a piece");

struct odirect_vec {
	struct gr_sink sink;
	bool write;
	struct iovec piece[PIECES_MAX];
};

/* Two pages in all; the fourth one begins in the first and ends in the second. */
static const size_t sizes[] = {512, 2048, 1024, 1024, 3584};

/* The last piece of those that it may have takes all that is left. */
static int cut(const struct iovec *iov, int nr_max, struct iovec *piece)
{
	size_t done = 0;
	int nr = 0;

	while (done < iov->iov_len) {
		size_t left = iov->iov_len - done;
		size_t len = sizes[(size_t)nr % GR_ARRAY_SIZE(sizes)];

		if (len > left || nr == nr_max - 1)
			len = left;
		piece[nr++] = (struct iovec){(char *)iov->iov_base + done, len};
		done += len;
	}
	return nr;
}

/* Two sectors, a piece each. */
static int read_pieces(const char *path, char *page)
{
	struct iovec piece[] = {{page, SECTOR}, {page + SECTOR, SECTOR}};
	int fd = gr_open(path, O_RDONLY | O_DIRECT);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = gr_preadv(fd, piece, 2, 0);
	(void)gr_close(fd); /* read only */
	return n < 0 ? (int)n : 0;
}

static int probe(const struct gr_ctx *ctx, struct gr_reason *why)
{
	int ret = gr_sink_probe(ctx, why);
	char *page;

	if (ret)
		return ret;
	page = aligned_alloc(PAGE, PAGE);
	ret = page ? read_pieces(ctx->sink, page) : -ENOMEM;
	free(page);
	if (ret)
		gr_reason_set(why, "needs sectors of %d bytes on '%s': %s",
			      SECTOR, ctx->sink, strerror(-ret));
	return ret;
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	(void)iov, (void)nr;
	return gr_sink_open(ctx, pin);
}

static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct odirect_vec *v = pin->priv;
	int nr_pieces = 0;

	for (int i = 0; i < nr; i++)
		nr_pieces +=
			cut(&iov[i], PIECES_MAX / nr, &v->piece[nr_pieces]);
	v->write = !v->write;
	return v->write ? gr_pwritev(v->sink.fd, v->piece, nr_pieces, 0)
			: gr_preadv(v->sink.fd, v->piece, nr_pieces, 0);
}

const struct gr_pin_ops gr_pin_odirect_vec = {
	.name = "odirect_vec",
	.summary = "O_DIRECT writes and reads of small pieces in turn, "
		   "gup-fast, transient",
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_READS_MEM | GR_PIN_WRITES_MEM | GR_PIN_GUP_FAST,
	.priv_size = sizeof(struct odirect_vec),
	.probe = probe,
	.setup = setup,
	.pin = pin_pages,
	.fetch = gr_sink_fetch,
	.feed = gr_sink_feed,
	.teardown = gr_sink_close,
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pin splice_to_socket: pages of the memory in a socket's receive queue. Drives
 * vmsplice, iter_to_pipe() -> get_user_pages_fast() with FOLL_GET, and then splice
 * from the pipe to a stream socket, which passes the pages on without a copy: each
 * is a fragment of an skb that has a reference of its own (get_page()), and the
 * pipe drops the one that gup took. So what is held is not what was pinned, and
 * another subsystem gives it back.
 *
 * HELD: as long as the reader does not take it. unpin() closes the sockets, which
 * drops the fragments without looking into them (skb_release_data()), and makes new
 * ones: a reader that copied would touch memory that may be gone.
 * Source: fs/splice.c; net/unix/af_unix.c unix_stream_sendpage() up to 6.4,
 * MSG_SPLICE_PAGES and skb_splice_from_iter() later; net/core/skbuff.c; splice(2).
 */
#include <errno.h>
#include <fcntl.h>

#include "base/log.h"
#include "core/pin.h"
#include "sys/call.h"
#include "sys/fd.h"

struct splice_to_socket {
	int pipe[2]; /* 0 = never opened, -1 = closed */
	int socket[2]; /* writer, reader; the same */
	int null;
	size_t in_pipe; /* bytes that the socket did not take */
};

static int open_sockets(struct splice_to_socket *s)
{
	int ret = gr_fd_pair(s->socket);

	if (ret) {
		s->socket[0] = s->socket[1] = -1;
		return ret;
	}
	/* a full queue is an answer, not a place to sleep in */
	ret = gr_fd_nonblock(s->socket[0]);
	return ret ? ret : gr_fd_nonblock(s->socket[1]);
}

static void close_pair(int fd[2])
{
	for (int i = 0; i < 2; i++) {
		if (fd[i] > 0)
			gr_fd_close(fd[i]);
		fd[i] = -1;
	}
}

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	struct splice_to_socket *s = pin->priv;
	int ret;

	(void)ctx, (void)iov, (void)nr;
	ret = gr_pipe(s->pipe);
	if (ret)
		return gr_err(ret, "cannot make a pipe");
	ret = open_sockets(s);
	if (ret)
		return gr_err(ret, "cannot make a pair of sockets");
	s->null = gr_open("/dev/null", O_WRONLY);
	return s->null < 0 ? gr_err(s->null, "cannot open '/dev/null'") : 0;
}

static int drain_pipe(struct splice_to_socket *s)
{
	while (s->in_pipe) {
		ssize_t n = gr_splice(s->pipe[0], s->null, s->in_pipe,
				      SPLICE_F_NONBLOCK);

		if (n <= 0)
			return n ? (int)n : -EIO;
		s->in_pipe -= (size_t)n;
	}
	return 0;
}

/* Into the pipe, and all of it on; what the socket does not take is let go. */
static ssize_t pin_pages(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	struct splice_to_socket *s = pin->priv;
	ssize_t n, passed = 0;

	n = gr_vmsplice(s->pipe[1], iov, (size_t)nr, SPLICE_F_NONBLOCK);
	if (n < 0)
		return n;
	s->in_pipe = (size_t)n;
	while (s->in_pipe) {
		n = gr_splice(s->pipe[0], s->socket[0], s->in_pipe,
			      SPLICE_F_NONBLOCK);
		if (n <= 0)
			break;
		s->in_pipe -= (size_t)n;
		passed += n;
	}
	if (s->in_pipe)
		(void)drain_pipe(s); /* what stays is in the count */
	return passed ? passed : n;
}

static int unpin(struct gr_pin *pin)
{
	struct splice_to_socket *s = pin->priv;
	int ret;

	close_pair(s->socket);
	ret = open_sockets(s);
	return ret ? ret : drain_pipe(s);
}

static ssize_t fetch(struct gr_pin *pin, void *buf, size_t len)
{
	const struct splice_to_socket *s = pin->priv;
	size_t done = 0;

	while (done < len) {
		ssize_t n =
			gr_read(s->socket[1], (char *)buf + done, len - done);

		if (n == -EAGAIN || !n)
			break;
		if (n < 0)
			return n;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static void teardown(struct gr_pin *pin)
{
	struct splice_to_socket *s = pin->priv;

	close_pair(s->socket);
	close_pair(s->pipe);
	if (s->null > 0)
		(void)gr_close(s->null);
	s->null = -1;
	s->in_pipe = 0;
}

const struct gr_pin_ops gr_pin_splice_to_socket = {
	.name = "splice_to_socket",
	.summary = "pages in a socket's queue until it is closed, gup-fast, "
		   "held",
	.kind = GR_PIN_HELD,
	.flags = GR_PIN_READS_MEM | GR_PIN_GUP_FAST,
	.needs = {.kconfig = (const char *const[]){"CONFIG_UNIX", NULL}},
	.priv_size = sizeof(struct splice_to_socket),
	.setup = setup,
	.pin = pin_pages,
	.unpin = unpin,
	.fetch = fetch,
	.teardown = teardown,
};

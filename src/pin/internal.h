/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What pins share: the other end of O_DIRECT I/O, of a copy, and of datagrams.
 */
#ifndef GR_PIN_INTERNAL_H
#define GR_PIN_INTERNAL_H

#include <sys/types.h>

#include "core/ctx.h"
#include "core/pin.h"
#include "core/reason.h"
#include "sys/uring.h"

/* The block device at the other end; first member of a pin's private state. */
struct gr_sink {
	int fd; /* O_RDWR | O_DIRECT; 0 = never opened, -1 = closed */
	void *bounce; /* one aligned page for fetch() and feed() */
};

/** gr_sink_probe() - is there one? 0, or -ENODEV with @why. */
int gr_sink_probe(const struct gr_ctx *ctx, struct gr_reason *why);

/**
 * gr_ring_probe() - probe() of a pin that goes through io_uring: built in, to be
 * had, and a sink.
 * @ring: filled on success, for what else there is to try; the caller frees it.
 *
 * Return: 0, or -errno with @why.
 */
int gr_ring_probe(const struct gr_ctx *ctx, struct gr_uring **ring,
		  struct gr_reason *why);

/* A ring over a sink; first member of the private state of such a pin. */
struct gr_ring {
	struct gr_sink sink;
	struct gr_uring *uring; /* NULL = none */
	bool write; /* which way the last request of gr_ring_pin() went */
};

/** gr_ring_pin() - pin(): a write and a read in turn, each waited for. */
ssize_t gr_ring_pin(struct gr_pin *pin, const struct iovec *iov, int nr);

/** gr_ring_teardown() - teardown(): the ring, then the sink. */
void gr_ring_teardown(struct gr_pin *pin);

/** gr_sink_open() - setup() of such a pin: ctx->store with pin->keep_data. */
int gr_sink_open(const struct gr_ctx *ctx, struct gr_pin *pin);

/** gr_sink_close() - teardown() of such a pin. */
void gr_sink_close(struct gr_pin *pin);

/** gr_sink_fetch() - fetch() of such a pin; at most 64 KiB. */
ssize_t gr_sink_fetch(struct gr_pin *pin, void *buf, size_t len);

/** gr_sink_feed() - feed() of such a pin; at most 64 KiB. */
int gr_sink_feed(struct gr_pin *pin, const void *buf, size_t len);

/* Ordinary memory at the other end; first member of a pin's private state. */
struct gr_copy {
	char *buf; /* NULL = not set up */
	size_t len; /* bytes, as many as all iovecs of setup() */
};

/** gr_copy_setup() - setup() of such a pin; its pages are there then. */
int gr_copy_setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		  const struct iovec *iov, int nr);

/** gr_copy_teardown() - teardown() of such a pin. */
void gr_copy_teardown(struct gr_pin *pin);

/** gr_copy_fetch() - fetch() of such a pin; what is there, @len at most. */
ssize_t gr_copy_fetch(struct gr_pin *pin, void *buf, size_t len);

/** gr_copy_feed() - feed() of such a pin; -EINVAL: more than there is. */
int gr_copy_feed(struct gr_pin *pin, const void *buf, size_t len);

/*
 * Datagrams over the loopback interface, from pages that the network borrows;
 * first member of such a pin's private state.
 */
struct gr_datagram {
	struct gr_copy copy; /* what arrived */
	int fd[2]; /* sender, receiver; 0 = never opened, -1 = closed */
};

/*
 * Bytes that one carries at most: below what UDP can (65507), and the 17 fragments
 * that an skb can have.
 */
#define GR_DATAGRAM_MAX ((size_t)15 * 4096)

/** gr_datagram_probe() - can such be sent here? 0, or -errno with @why. */
int gr_datagram_probe(const struct gr_ctx *ctx, struct gr_reason *why);

/** gr_datagram_setup() - setup() of such a pin: sockets, and room for it all. */
int gr_datagram_setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		      const struct iovec *iov, int nr);

/**
 * gr_datagram_take() - wait for one that was sent, and put it at @at of the room.
 *
 * Return: 0 or -errno.
 */
int gr_datagram_take(struct gr_datagram *d, size_t at);

/** gr_datagram_teardown() - teardown() of such a pin. */
void gr_datagram_teardown(struct gr_pin *pin);

#endif /* GR_PIN_INTERNAL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract of a pin: one way in which user space makes the kernel take
 * references on pages.
 *
 * setup -> (pin -> unpin)* -> teardown, all in one worker process, except that
 * a SAME_MM invalidator may run beside it in a thread. setup() allocates;
 * pin() and unpin() run inside the race window and neither allocate nor log.
 * They return facts; only oracles judge.
 */
#ifndef GR_CORE_PIN_H
#define GR_CORE_PIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "core/needs.h"
#include "core/reason.h"

struct gr_ctx;
struct gr_pin;
struct gr_target;

enum gr_pin_kind {
	GR_PIN_HELD, /* starts, holds as long as wanted, ends by unpin() */
	GR_PIN_TRANSIENT, /* over when pin() returns; run in a loop */
};

enum gr_pin_flag {
	GR_PIN_READS_MEM = 1 << 0, /* the kernel reads the pages (a write) */
	GR_PIN_WRITES_MEM = 1 << 1, /* the kernel writes the pages (a read) */
	GR_PIN_LONGTERM = 1 << 2, /* FOLL_LONGTERM */
	GR_PIN_BLOCKDEV = 1 << 3, /* I/O on the target itself; iov is ours */
	GR_PIN_NEEDS_WRITABLE = 1 << 4, /* FOLL_WRITE, whatever it does */
	GR_PIN_GUP_FAST = 1 << 5, /* asks for its pages by gup-fast */
	GR_PIN_FORCED = 1 << 6, /* FOLL_FORCE: PROT_NONE does not stop it */
	GR_PIN_IN_FLIGHT = 1 << 7, /* its process cannot end before unpin() */
};

/* Set by probe(): the kernel refuses this by policy, which one case checks. */
#define GR_PIN_REFUSED 1

/** Most iovecs that pin() must accept in one call. */
#define GR_PIN_IOV_MAX 8

struct gr_pin_ops {
	const char *name;
	const char *summary;
	enum gr_pin_kind kind;
	unsigned int flags; /* enum gr_pin_flag */
	struct gr_needs needs;
	size_t priv_size; /* bytes, zeroed, allocated by the engine */
	int refusal; /* positive errno of a refusal by policy; 0 = none */

	/**
	 * @probe: can it run here at all? May be NULL.
	 * Return: 0 yes, GR_PIN_REFUSED, or -errno with @why filled.
	 */
	int (*probe)(const struct gr_ctx *ctx, struct gr_reason *why);

	/**
	 * @setup: open, allocate, fill.
	 * @nr, @iov: the memory that pin() will be given each time.
	 */
	int (*setup)(const struct gr_ctx *ctx, struct gr_pin *pin,
		     const struct iovec *iov, int nr);

	/**
	 * @pin: take the references (HELD), or take and drop them (TRANSIENT).
	 * Return: bytes pinned (may be short), or -errno; -EFAULT when not one
	 *         page is to be had, whose place the block layer of some kernels
	 *         gives to -EIO where the I/O is asynchronous.
	 */
	ssize_t (*pin)(struct gr_pin *pin, const struct iovec *iov, int nr);

	/** @unpin: drop what pin() holds; NULL for TRANSIENT. 0 or -errno. */
	int (*unpin)(struct gr_pin *pin);

	/**
	 * @fetch: after a completed pin() that READS_MEM, or before unpin() of
	 * a HELD one: copy what the kernel saw to @buf, for data checks. NULL
	 * where it cannot be known.
	 * Return: bytes, or -errno.
	 */
	ssize_t (*fetch)(struct gr_pin *pin, void *buf, size_t len);

	/**
	 * @feed: set what the next pin() that WRITES_MEM will write. NULL where
	 * it cannot be chosen.
	 */
	int (*feed)(struct gr_pin *pin, const void *buf, size_t len);

	/** @teardown: undo setup(); legal after a failed setup(). */
	void (*teardown)(struct gr_pin *pin);
};

struct gr_pin {
	const struct gr_pin_ops *ops;
	const struct gr_target *target;
	void *priv; /* priv_size bytes */
	bool keep_data; /* setup(): use ctx->store, so that fetch/feed work */
};

/**
 * gr_pin_init() - an instance of @ops for memory of @target.
 * @pin: caller's storage.
 *
 * Return: 0 or -ENOMEM. Undone by gr_pin_fini(), after ops->teardown().
 */
int gr_pin_init(struct gr_pin *pin, const struct gr_pin_ops *ops,
		const struct gr_target *target);

/** gr_pin_fini() - free the instance's memory. */
void gr_pin_fini(struct gr_pin *pin);

#endif /* GR_CORE_PIN_H */

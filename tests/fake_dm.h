/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake dm-delay device over a file, and the one request of io_submit() that it
 * holds back until it is flushed. A program that links it by $(fake_dm_ldflags)
 * calls it in place of sys/dm.h, of gr_aio_begin() and gr_aio_end(), and of what
 * tells whether such a device can be made.
 */
#ifndef GR_TESTS_FAKE_DM_H
#define GR_TESTS_FAKE_DM_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "core/pin.h"

struct gr_fake_dm {
	bool built, block, module; /* what there is */
	int hold_ret, flush_ret, begin_ret; /* negative: that fails */
	ssize_t at_once; /* what the request gives at once; 0 = it is kept */
	int fd; /* of the request, and what follows */
	struct iovec iov[GR_PIN_IOV_MAX];
	int nr;
	ssize_t result; /* -EINPROGRESS = kept */
	unsigned int nr_devices, nr_flushed;
	void (*on_hold)(const char *name); /* before it is made; NULL = none */
	/* at the first flush, in place of gr_fake_dm_copy(); NULL = that */
	ssize_t (*copy)(void);
};

/* A test program is one process with one fake: link seams have no argument. */
extern struct gr_fake_dm gr_fake_dm;

/** gr_fake_dm_reset() - all that it takes is there, and no request. */
void gr_fake_dm_reset(void);

/** gr_fake_dm_copy() - end the request with what is read. Return: bytes, -errno. */
ssize_t gr_fake_dm_copy(void);

#endif /* GR_TESTS_FAKE_DM_H */

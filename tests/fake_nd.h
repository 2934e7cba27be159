/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake NVDIMM bus with one namespace, fake modules, and a fake journal of
 * changes. A program that links
 * it by $(fake_nd_ldflags) calls it in place of sys/nd.h and sys/module.h; what
 * was called is kept as text, and each call can be made to fail.
 */
#ifndef GR_TESTS_FAKE_ND_H
#define GR_TESTS_FAKE_ND_H

#include <stdbool.h>

#include "sys/nd.h"

struct gr_fake_nd {
	bool has_bus; /* else gr_nd_open() gives -ENXIO */
	unsigned int nr_ns; /* of them in .ns */
	struct gr_nd_info ns[4];
	bool modules_loaded;
	unsigned int nr_open; /* contexts not closed yet */
	unsigned int noted; /* 1 << enum gr_change_kind: not undone yet */
	int journal_ret; /* what it gives when it is to note a change */
	char calls[1024]; /* "disable namespace0.0;enable namespace0.0;" */
	char fail_call[64]; /* the call that begins so gives fail_ret */
	int fail_ret;
	void (*on_call)(const char *call); /* after it was noted; NULL = none */
};

/* A test program is one process with one fake: link seams have no argument. */
extern struct gr_fake_nd gr_fake_nd;

/** gr_fake_nd_reset() - a bus with namespace0.0, 256 MiB, devdax, enabled. */
void gr_fake_nd_reset(void);

/** gr_fake_nd_assert_calls() - fail unless these were made since the last. */
void gr_fake_nd_assert_calls(const char *calls);

#endif /* GR_TESTS_FAKE_ND_H */

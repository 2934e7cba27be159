/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of an invalidator of files, for each one's own test: the file is a real
 * one in a folder of its own, and what wants a special file system is a fake.
 */
#ifndef GR_TESTS_INVALIDATE_FILE_H
#define GR_TESTS_INVALIDATE_FILE_H

#include <stdint.h>

#include "contract.h"
#include "core/ctx.h"
#include "core/invalidate.h"
#include "core/target.h"

#define GR_TEST_FILE_PAGES 8u /* that are mapped */

struct gr_test_file {
	struct gr_ctx ctx;
	struct gr_target target; /* MNT/data, a leaf and what is mapped */
	struct gr_invalidate inv;
	struct gr_test_holds before;
};

/**
 * gr_test_file_begin() - the file, full of a pattern, and setup().
 * @leaf: bytes of a leaf, spec.align.
 */
void gr_test_file_begin(struct gr_test_file *x, const char *name,
			uint64_t leaf);

/** gr_test_file_make() - what attach() does: the file is whole again. */
void gr_test_file_make(struct gr_test_file *x);

/** gr_test_file_does() - invalidate() succeeds and makes these calls. */
void gr_test_file_does(struct gr_test_file *x, const char *calls);

/** gr_test_file_undoes() - restore() succeeds and makes these calls. */
void gr_test_file_undoes(struct gr_test_file *x, const char *calls);

/** gr_test_file_fails() - invalidate() gives -@err, which @call gives. */
void gr_test_file_fails(struct gr_test_file *x, const char *call, int err,
			const char *calls);

/** gr_test_file_gone() - invalidate() of a file that is not there: -ENOENT. */
void gr_test_file_gone(struct gr_test_file *x);

/** gr_test_file_size() - bytes of a file in the folder; UINT64_MAX = none. */
uint64_t gr_test_file_size(const struct gr_test_file *x, const char *name);

/** gr_test_file_end() - teardown(); nothing is open, nothing beside the file. */
void gr_test_file_end(struct gr_test_file *x);

#endif /* GR_TESTS_INVALIDATE_FILE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The life of an invalidator on the fake bus, for each one's own test.
 */
#ifndef GR_TESTS_INVALIDATE_LIFE_H
#define GR_TESTS_INVALIDATE_LIFE_H

#include "core/ctx.h"
#include "core/invalidate.h"
#include "core/target.h"

struct gr_test_inv {
	struct gr_ctx ctx;
	struct gr_target target; /* namespace0.0 of the fake bus */
	struct gr_invalidate inv;
};

/** gr_test_inv_begin() - reset the bus, and setup() on its namespace. */
void gr_test_inv_begin(struct gr_test_inv *x, const char *name);

/** gr_test_inv_does() - invalidate() succeeds and makes these calls. */
void gr_test_inv_does(struct gr_test_inv *x, const char *calls);

/** gr_test_inv_undoes() - restore() succeeds and makes these calls. */
void gr_test_inv_undoes(struct gr_test_inv *x, const char *calls);

/** gr_test_inv_fails() - invalidate() gives -@err, which the call gives. */
void gr_test_inv_fails(struct gr_test_inv *x, const char *call, int err);

/** gr_test_inv_end() - teardown(); nothing is left open. */
void gr_test_inv_end(struct gr_test_inv *x);

/** gr_test_inv_expects() - what its table says of an errno. */
enum gr_expect_class gr_test_inv_expects(const char *name, int err);

#endif /* GR_TESTS_INVALIDATE_LIFE_H */

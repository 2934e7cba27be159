/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mapping of shared memory that stands for a pinner's own, and an invalidator
 * that acts on it.
 */
#ifndef GR_TESTS_OWN_MAPPING_H
#define GR_TESTS_OWN_MAPPING_H

#include "contract.h"
#include "core/invalidate.h"

#define GR_TEST_OWN_PAGES 4u
#define GR_TEST_OWN_LEN (GR_TEST_OWN_PAGES * GR_TEST_PAGE)

struct gr_test_own {
	struct gr_test_holds before;
	struct gr_ctx ctx;
	struct gr_target target; /* leaves of a page */
	struct gr_mapping mapping;
	struct gr_invalidate inv;
	char *addr; /* of the mapping */
};

/** gr_test_own_begin() - map, fill with tag 1, and setup(). */
void gr_test_own_begin(struct gr_test_own *x, const char *name);

/** gr_test_own_end() - teardown(), unmap; nothing may be left behind. */
void gr_test_own_end(struct gr_test_own *x);

/** gr_test_is_mapped() - has the page table an entry for this page? */
bool gr_test_is_mapped(const void *page);

#endif /* GR_TESTS_OWN_MAPPING_H */

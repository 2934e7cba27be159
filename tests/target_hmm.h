/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The test of a target on a device of test_hmm, for each one's own test: what differs
 * is where its pages are.
 */
#ifndef GR_TESTS_TARGET_HMM_H
#define GR_TESTS_TARGET_HMM_H

#include <stdbool.h>

#include "core/target.h"
#include "sys/pagemap.h"

struct gr_test_hmm_target {
	const char *name;
	bool coherent; /* what the fake is */

	/** @is_taken: is the page where the device has it? */
	bool (*is_taken)(const struct gr_target *t,
			 const struct gr_pagemap *page);

	/** @is_touched: is it where an access leaves it? */
	bool (*is_touched)(const struct gr_target *t,
			   const struct gr_pagemap *page);
};

/** gr_test_hmm_target() - run it. Return: what main() has to. */
int gr_test_hmm_target(const struct gr_test_hmm_target *of);

#endif /* GR_TESTS_TARGET_HMM_H */

// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fake_hmm.h"

/* The request, as debugfs gets it. */
static struct {
	char text[64];
	char path[64];
	unsigned int nr;
	int says;
} splits;

int __wrap_gr_sysfs_write(const char *text, const char *fmt, ...);

int __wrap_gr_sysfs_write(const char *text, const char *fmt, ...)
{
	(void)snprintf(splits.text, sizeof(splits.text), "%s", text);
	(void)snprintf(splits.path, sizeof(splits.path), "%s", fmt);
	splits.nr++;
	return splits.says;
}

static void asks_for_the_leaf(void **state)
{
	struct gr_fake_hmm_inv x;
	uintptr_t leaf, from;
	char want[64];

	(void)state;
	splits.says = 0;
	splits.nr = 0;
	gr_fake_hmm_inv_begin(&x, "thp_split");
	leaf = x.inv.target->spec.align;
	from = (uintptr_t)x.inv.pinned / leaf * leaf;
	(void)snprintf(want, sizeof(want), "%d,0x%lx,0x%lx", (int)getpid(),
		       (unsigned long)from, (unsigned long)(from + leaf));
	assert_int_equal(x.inv.ops->invalidate(&x.inv), 0);
	assert_string_equal(splits.text, want);
	assert_string_equal(splits.path, "/sys/kernel/debug/split_huge_pages");
	assert_true(splits.nr > 1);
	/* the device was asked for its pages in between */
	assert_int_equal(gr_fake_hmm.nr_asked[GR_DMIRROR_TO_DEVICE], splits.nr);
	assert_int_equal(x.inv.ops->restore(&x.inv), 0);
	gr_test_assert_filled(x.map.range.addr, GR_FAKE_HMM_LEN, 1);
	gr_fake_hmm_inv_end(&x);
}

static void refusal_is_told(void **state)
{
	struct gr_fake_hmm_inv x;

	(void)state;
	splits.says = -EINVAL;
	splits.nr = 0;
	gr_fake_hmm_inv_begin(&x, "thp_split");
	assert_int_equal(x.inv.ops->invalidate(&x.inv), -EINVAL);
	assert_int_equal(splits.nr, 1);
	gr_fake_hmm_inv_end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_for_the_leaf),
		cmocka_unit_test(refusal_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

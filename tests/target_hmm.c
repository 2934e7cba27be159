// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "core/registry.h"
#include "fake_hmm.h"
#include "sys/access.h"
#include "target_hmm.h"

static const struct gr_ctx ctx = {.in_guest = true};
static const struct gr_test_hmm_target *tested;

static struct gr_target begin(void)
{
	struct gr_target t = {.ops = gr_target_find(tested->name)};

	gr_fake_hmm_need();
	gr_fake_hmm_reset();
	gr_fake_hmm.coherent = tested->coherent;
	t.spec.align = GR_TEST_PAGE;
	return t;
}

static void the_device_takes_pages(void **state)
{
	const struct gr_map_req req = {
		.len = 2 * GR_TEST_PAGE,
		.prot = PROT_READ | PROT_WRITE,
	};
	struct gr_target t = begin();
	struct gr_test_holds before;
	struct gr_pagemap page;
	struct gr_mapping m;
	char *at;

	(void)state;
	assert_int_equal(t.ops->acquire(&ctx, &t), 0);
	assert_int_equal(t.size, GR_DMIRROR_BYTES);
	assert_non_null(strstr(t.dev, t.ns));
	gr_test_holds(&before);
	assert_int_equal(t.ops->map(&t, &req, &m), 0);
	at = m.range.addr;
	gr_test_fill(at, req.len, 9);
	assert_int_equal(t.ops->place(&m, at, req.len), 0);
	assert_int_equal(gr_pagemap_at(at, &page), 0);
	assert_true(tested->is_taken(&t, &page));
	assert_int_equal(gr_touch(at, false), 0);
	assert_int_equal(gr_pagemap_at(at, &page), 0);
	assert_true(tested->is_touched(&t, &page));
	gr_test_assert_filled(at, req.len, 9);
	assert_int_equal(t.ops->unmap(&m), 0);
	assert_int_equal(m.fd, -1);
	assert_int_equal(gr_fake_hmm.nr_open, 0);
	gr_test_assert_holds(&before);
}

static void says_that_it_is_refused(void **state)
{
	const struct gr_map_req req = {.len = GR_TEST_PAGE};
	struct gr_target t = begin();
	struct gr_mapping m;

	(void)state;
	assert_int_equal(t.ops->acquire(&ctx, &t), 0);
	assert_int_equal(t.ops->map(&t, &req, &m), 0);
	gr_fake_hmm.flaw = GR_HMM_REFUSES;
	assert_int_equal(t.ops->place(&m, m.range.addr, req.len), -EIO);
	assert_int_equal(t.ops->unmap(&m), 0);
}

static void says_what_it_needs(void **state)
{
	const struct gr_ctx host = {.in_guest = false};
	struct gr_target t = begin();
	struct gr_reason why = {""};

	(void)state;
	assert_int_equal(t.ops->probe(&ctx, &t.spec, &why), 0);
	assert_true(t.ops->probe(&host, &t.spec, &why) < 0);
	t.spec.align = GR_GIB;
	assert_true(t.ops->probe(&ctx, &t.spec, &why) < 0);
	assert_true(why.text[0] != '\0');
	assert_true(t.ops->needs.guest_only && t.ops->needs.root);
	assert_string_equal(t.ops->last, "hmm_unload");
}

static void says_that_there_is_no_driver(void **state)
{
	struct gr_target t = begin();
	struct gr_test_log log;

	(void)state;
	gr_fake_hmm.flaw = GR_HMM_NO_OPEN;
	gr_test_log_to(&log);
	assert_int_equal(t.ops->acquire(&ctx, &t), -ENOENT);
	gr_test_log_to(NULL);
	assert_int_equal(log.nr, 1);
	assert_string_equal(t.dev, "");
}

int gr_test_hmm_target(const struct gr_test_hmm_target *of)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_device_takes_pages),
		cmocka_unit_test(says_that_it_is_refused),
		cmocka_unit_test(says_what_it_needs),
		cmocka_unit_test(says_that_there_is_no_driver),
	};

	tested = of;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

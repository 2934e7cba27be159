// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator fork: the pinning process forks, the child reaches a page of each leaf
 * and exits. Its page tables are copied or left out while gup-fast walks ours
 * (copy_page_range(), under mmap_lock and a sequence count that gup-fast looks at
 * from 5.11 on), then the end of the child's own mapping zaps what it has faulted in.
 * None of it may touch a pin of the parent, or wait for one.
 *
 * It cannot show copy on write: the mapping is shared.
 * Source: mm/memory.c copy_page_range(), kernel/fork.c; fork(2); 57efa1fe5957.
 */
#include "invalidate/internal.h"
#include "sys/access.h"
#include "sys/process.h"

static int reach_all(const struct gr_invalidate *inv)
{
	char *base = inv->mapping->range.addr;
	size_t len = inv->mapping->range.len;
	int ret = 0;

	for (size_t at = 0; at < len && !ret; at += inv->target->spec.align)
		ret = gr_touch(base + at, true);
	return ret;
}

static int invalidate(struct gr_invalidate *inv)
{
	struct gr_victim child = {.pid = gr_fork(-1)};

	if (child.pid < 0)
		return child.pid;
	if (!child.pid)
		gr_exit_now(reach_all(inv) ? 1 : 0);
	return gr_inv_await_end(&child, 0);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the child reached its memory and is gone"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_fork = {
	.name = "fork",
	.summary = "fork of the pinning process; the child touches and exits",
	.flags = GR_INV_SAME_MM,
	.expect = expect,
	.setup = gr_inv_own_setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = gr_inv_own_teardown,
};

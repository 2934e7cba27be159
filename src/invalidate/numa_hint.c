// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invalidator numa_hint: the kernel's balancing of nodes marks the mapping, so that the
 * next one who reaches for a page faults and may take it to a node of his own. In turn it is
 * done with pages that the device has, with pages that it has for itself alone, and with
 * memory as it is: the walk that marks makes entries of private pages that are writable
 * readable, up to 6.12 those of exclusive ones, too. gup-fast stops at what is marked; a
 * page that is pinned must stay.
 *
 * Needs two nodes (guprace vm --numa 2). What a pass of the kernel marked is not told, only
 * that one has ended; pages that are pinned already it may leave out. The kernel gives it no
 * more than a thirtieth of a thread's time, which under emulation makes some tenths of a
 * second from one to the next.
 * Source: kernel/sched/fair.c task_numa_work(); mm/mprotect.c change_pte_range(); mm/memory.c
 * do_numa_page().
 */
#include <errno.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/util.h"
#include "invalidate/hmm_internal.h"
#include "sys/call.h"
#include "sys/numa.h"

#define SETTINGS "/sys/kernel/debug/sched/numa_balancing/scan_delay_ms"

/* A process that is older than the settings is scanned after a second. */
#define FIRST_NS (10 * GR_NSEC_PER_SEC)

/* A held pin is held for half a second: by then the page has been reached for. */
#define PATIENCE_NS (400 * GR_NSEC_PER_MSEC)

#define LOOK_NS (100 * GR_NSEC_PER_USEC)

/* What the device is asked for before a scan; the last time nothing. */
static const enum gr_dmirror_op ways[] = {
	GR_DMIRROR_TO_DEVICE,
	GR_DMIRROR_EXCLUSIVE,
	GR_NR_DMIRROR_OPS,
};

struct numa_hint {
	struct gr_numa_balancing before;
	bool balances;
	int fd; /* for gr_numa_scans() */
	unsigned int nr; /* how often it was done */
};

/* Only a thread that runs is given a scan. */
static void spin(void)
{
	uint64_t until = gr_now_ns() + LOOK_NS;

	while (gr_now_ns() < until)
		__builtin_ia32_pause();
}

/* One that has begun from now on: the first to end may have been here before. */
static int await_scan(const struct numa_hint *h, uint64_t patience_ns)
{
	uint64_t until = gr_now_ns() + patience_ns;
	unsigned long from, now;
	int ret = gr_numa_scans(h->fd, &from);

	while (!ret) {
		ret = gr_numa_scans(h->fd, &now);
		if (!ret && now - from > 1)
			return 0;
		if (!ret && gr_now_ns() >= until)
			return -EAGAIN;
		spin();
	}
	return ret;
}

static void teardown(struct gr_invalidate *inv)
{
	struct numa_hint *h = inv->priv;

	if (!h->balances)
		return;
	gr_numa_unbalance(&h->before);
	if (h->fd >= 0)
		(void)gr_close(h->fd); /* read only */
	h->balances = false;
}

/* There is a first scan, or none will come. */
static int start_scans(struct numa_hint *h)
{
	int ret;

	h->fd = gr_numa_scans_open();
	if (h->fd < 0)
		return gr_err(h->fd, "cannot read what the kernel has scanned");
	ret = await_scan(h, FIRST_NS);
	return ret ? gr_err(ret, "the kernel does not look for pages to move "
				 "to another node")
		   : 0;
}

static int setup(const struct gr_ctx *ctx, struct gr_invalidate *inv)
{
	struct numa_hint *h = inv->priv;
	int ret = gr_numa_balance(&h->before);

	(void)ctx;
	if (ret)
		return gr_err(ret, "cannot have the kernel balance nodes");
	h->balances = true;
	ret = start_scans(h);
	if (ret)
		teardown(inv); /* who pins does not come to that */
	return ret;
}

static int invalidate(struct gr_invalidate *inv)
{
	struct numa_hint *h = inv->priv;
	enum gr_dmirror_op way = ways[h->nr++ % GR_ARRAY_SIZE(ways)];
	uint64_t before = gr_inv_page(inv);
	int ret;

	if (way != GR_NR_DMIRROR_OPS)
		(void)gr_inv_ask(inv, way); /* it need not get it */
	ret = await_scan(h, PATIENCE_NS);
	/* who faults may take it to a node of his own */
	(void)*(volatile char *)inv->pinned;
	return ret ? ret : gr_inv_moved(inv, before);
}

static const struct gr_expect expect[] = {
	{0, GR_EXPECT_LEGAL, "the page has moved"},
	{EBUSY, GR_EXPECT_LEGAL, "somebody had the page, which stays"},
	{EAGAIN, GR_EXPECT_LEGAL, "the kernel had no time to scan"},
	{0, GR_EXPECT_BUG, NULL},
};

const struct gr_invalidate_ops gr_invalidate_numa_hint = {
	.name = "numa_hint",
	.summary =
		"the balancing of nodes marks the mapping for hinting faults",
	.flags = GR_INV_SAME_MM | GR_INV_MOVES | GR_INV_WAITS,
	.needs =
		{
			.kconfig =
				(const char *const[]){"CONFIG_NUMA_BALANCING",
						      NULL},
			.devices = (const char *const[]){SETTINGS, NULL},
			.root = true,
			.guest_only = true,
		},
	.priv_size = sizeof(struct numa_hint),
	.probe = gr_inv_two_nodes,
	.expect = expect,
	.setup = setup,
	.invalidate = invalidate,
	.restore = gr_inv_own_restore,
	.teardown = teardown,
};

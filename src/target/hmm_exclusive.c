// SPDX-License-Identifier: GPL-2.0-only
/*
 * Target hmm_exclusive: anonymous memory that stays where it is, and that a device
 * has for itself alone (make_device_exclusive_range()): the page tables have entries
 * that are no mappings, and each access and each pin takes the right back from the
 * device first.
 *
 * Leaves of 2 MiB it cannot have: of a huge page the kernel gives the head alone.
 * Source: mm/rmap.c; mm/memory.c remove_device_exclusive_entry(); lib/test_hmm.c.
 */
#include <errno.h>

#include "base/size.h"
#include "sys/dmirror.h"
#include "target/hmm_internal.h"

static int probe(const struct gr_ctx *ctx, const struct gr_target_spec *spec,
		 struct gr_reason *why)
{
	int ret = gr_hmm_probe(ctx, spec, why);

	if (ret || spec->align == 4 * GR_KIB)
		return ret;
	gr_reason_set(why, "parts of a huge page cannot be had exclusively");
	return -ENODEV;
}

static int place(const struct gr_mapping *m, const void *addr, size_t len)
{
	/* busy: it was taken back before the device could read it */
	return gr_hmm_take(m, GR_DMIRROR_EXCLUSIVE, addr, len);
}

const struct gr_target_ops gr_target_hmm_exclusive = {
	.name = "hmm_exclusive",
	.summary = "private memory that a device has for itself alone",
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_MOVES | GR_TARGET_EXCLUSIVE,
	.needs = GR_HMM_NEEDS,
	.last = "hmm_unload",
	.probe = probe,
	.acquire = gr_hmm_acquire,
	.attach = gr_hmm_attach,
	.map = gr_hmm_map,
	.place = place,
	.unmap = gr_hmm_unmap,
};

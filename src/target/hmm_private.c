// SPDX-License-Identifier: GPL-2.0-only
/*
 * Target hmm_private: anonymous memory whose pages have migrated to a device that
 * the processor cannot reach, MEMORY_DEVICE_PRIVATE. The page tables have entries
 * that look like swap: each access and each pin faults its page back first. With
 * leaves of 2 MiB the memory was a huge page, which the migration splits.
 *
 * It cannot show what a real device does with its memory: test_hmm copies.
 * Source: lib/test_hmm.c; mm/migrate_device.c; Documentation/mm/hmm.rst.
 */
#include "target/hmm_internal.h"

const struct gr_target_ops gr_target_hmm_private = {
	.name = "hmm_private",
	.summary = "private memory that a device has, out of the processor's "
		   "reach",
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_MOVES,
	.needs = GR_HMM_NEEDS,
	.last = "hmm_unload",
	.probe = gr_hmm_probe,
	.acquire = gr_hmm_acquire,
	.attach = gr_hmm_attach,
	.map = gr_hmm_map,
	.place = gr_hmm_place,
	.unmap = gr_hmm_unmap,
};

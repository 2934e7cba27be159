// SPDX-License-Identifier: GPL-2.0-only
/*
 * Target hmm_coherent: anonymous memory whose pages have migrated to a device that
 * the processor can reach, MEMORY_DEVICE_COHERENT. They are mapped as ordinary ones
 * are: gup finds them there and leaves them, but a long-term pin has to take them
 * out first.
 *
 * It cannot show what a real device does with its memory: what is the device's here
 * is RAM that was set aside.
 * Source: lib/test_hmm.c; mm/migrate_device.c migrate_device_coherent_page().
 */
#include <errno.h>

#include "sys/dmirror.h"
#include "target/hmm_internal.h"

static int probe(const struct gr_ctx *ctx, const struct gr_target_spec *spec,
		 struct gr_reason *why)
{
	uint64_t spm[2];
	int ret = gr_hmm_probe(ctx, spec, why);

	if (ret || !gr_dmirror_spm(spm))
		return ret;
	gr_reason_set(why, "needs two ranges of memory set aside, named by "
			   "guprace.spm= on the kernel's command line");
	return -ENODEV;
}

const struct gr_target_ops gr_target_hmm_coherent = {
	.name = "hmm_coherent",
	.summary = "private memory that a device has, in the processor's reach",
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_MOVES | GR_TARGET_PIN_STAYS,
	.needs = GR_HMM_NEEDS,
	.last = "hmm_unload",
	.probe = probe,
	.acquire = gr_hmm_acquire,
	.attach = gr_hmm_attach,
	.map = gr_hmm_map,
	.place = gr_hmm_place,
	.unmap = gr_hmm_unmap,
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check pin_untouched: every pin, on pages that nobody has faulted in: gup-fast
 * finds nothing, and the slow path faults, for reading and for writing.
 *
 * Source: 1501899a898d (a PUD write fault from gup); bug of the slow path.
 */
#include <sys/mman.h>

#include "check/internal.h"

static int run(struct gr_check_env *env)
{
	return gr_check_pins(env, "untouched", PROT_READ | PROT_WRITE, false);
}

const struct gr_check_ops gr_check_pin_untouched = {
	.name = "pin_untouched",
	.summary = "every pin on pages that are not faulted in",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.run = run,
};

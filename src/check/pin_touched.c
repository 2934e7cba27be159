// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check pin_touched: every pin, on pages that were faulted in by a write: the
 * leaves are there, and gup-fast finds them. Data is compared.
 *
 * Source: ndctl's device-dax test does this for O_DIRECT on one page.
 */
#include <sys/mman.h>

#include "check/internal.h"

static int run(struct gr_check_env *env)
{
	return gr_check_pins(env, "touched", PROT_READ | PROT_WRITE, true);
}

const struct gr_check_ops gr_check_pin_touched = {
	.name = "pin_touched",
	.summary = "every pin on pages that are faulted in, with data",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.run = run,
};

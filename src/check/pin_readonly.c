// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check pin_readonly: every pin, on a read-only mapping: what reads the memory
 * must work, what writes it must be refused with EFAULT and leave the bytes.
 *
 * Source: ef947b2529f9 (O_DIRECT reads wrote into read-only DAX mappings).
 */
#include <sys/mman.h>

#include "check/internal.h"

static int run(struct gr_check_env *env)
{
	return gr_check_pins(env, "read-only", PROT_READ, true);
}

const struct gr_check_ops gr_check_pin_readonly = {
	.name = "pin_readonly",
	.summary = "every pin on a read-only mapping; writes are refused",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_MOVES,
	.policies = 1ull << GR_POLICY_PIN_READONLY |
		    1ull << GR_POLICY_READONLY_BYTES,
	.run = run,
};

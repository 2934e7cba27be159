// SPDX-License-Identifier: GPL-2.0-only
#include "core/pair.h"

#define PAGE 4096u

bool gr_pin_fits(const struct gr_target_ops *target,
		 const struct gr_pin_ops *pin)
{
	bool maps = target->flags & GR_TARGET_MAPS_DEVICE;

	return maps != !!(pin->flags & GR_PIN_BLOCKDEV);
}

bool gr_pair_is_legal(const struct gr_target_ops *target,
		      const struct gr_target_spec *spec,
		      const struct gr_pin_ops *pin,
		      const struct gr_invalidate_ops *inv)
{
	unsigned int of_mapping = GR_INV_SAME_MM | GR_INV_VICTIM;
	bool maps = target->flags & GR_TARGET_MAPS_DEVICE;

	if (!gr_pin_fits(target, pin))
		return false;
	if (inv->flags & of_mapping && !maps)
		return false;
	if (inv->flags & GR_INV_FILE && !(target->flags & GR_TARGET_FILE))
		return false;
	if (inv->flags & GR_INV_UNMAPPED && pin->kind != GR_PIN_HELD)
		return false;
	if (inv->flags & GR_INV_REFLINK && spec->fs != GR_FS_XFS_REFLINK)
		return false;
	if (inv->flags & GR_INV_VICTIM && pin->flags & GR_PIN_IN_FLIGHT)
		return false;
	return !(inv->flags & GR_INV_HUGE) || spec->align > PAGE;
}

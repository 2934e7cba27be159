// SPDX-License-Identifier: GPL-2.0-only
#include "core/pair.h"

#define PAGE 4096u

bool gr_pin_fits(const struct gr_target_ops *target,
		 const struct gr_pin_ops *pin)
{
	bool maps = target->flags & GR_TARGET_MAPS_DEVICE;

	return maps != !!(pin->flags & GR_PIN_BLOCKDEV);
}

bool gr_check_fits(const struct gr_target_ops *target,
		   const struct gr_check_ops *check)
{
	return (target->flags & check->wants) == check->wants &&
	       !(target->flags & check->bars);
}

bool gr_pair_is_legal(const struct gr_target_ops *target,
		      const struct gr_target_spec *spec,
		      const struct gr_pin_ops *pin,
		      const struct gr_invalidate_ops *inv)
{
	unsigned int of_mapping = GR_INV_SAME_MM | GR_INV_VICTIM;
	bool maps = target->flags & GR_TARGET_MAPS_DEVICE;
	bool moves = target->flags & GR_TARGET_MOVES;

	if (!gr_pin_fits(target, pin))
		return false;
	if (inv->flags & of_mapping && !maps)
		return false;
	if (inv->flags & (moves ? GR_INV_TEARDOWN : GR_INV_MOVES))
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

bool gr_pin_stays(const struct gr_target_ops *target,
		  const struct gr_pin_ops *pin)
{
	if (!(target->flags & GR_TARGET_MOVES))
		return true;
	return target->flags & GR_TARGET_PIN_STAYS &&
	       !(pin->flags & GR_PIN_LONGTERM);
}

bool gr_pair_waits(const struct gr_target_ops *target,
		   const struct gr_pin_ops *pin,
		   const struct gr_invalidate_ops *inv)
{
	if (!gr_inv_waits(inv))
		return false;
	return !gr_inv_ends_device(inv) || gr_pin_stays(target, pin);
}

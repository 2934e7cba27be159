/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which checks, pins and invalidators go with a target. What makes no race at all is
 * no case: nothing is missing that a skip could name.
 */
#ifndef GR_CORE_PAIR_H
#define GR_CORE_PAIR_H

#include <stdbool.h>

#include "core/check.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/target.h"

/**
 * gr_pin_fits() - can @pin be had of such a target at all? I/O on a block device
 * pins no mapping.
 */
bool gr_pin_fits(const struct gr_target_ops *target,
		 const struct gr_pin_ops *pin);

/** gr_check_fits() - is @check about such a target at all? */
bool gr_check_fits(const struct gr_target_ops *target,
		   const struct gr_check_ops *check);

/**
 * gr_pair_is_legal() - can @inv take away what @pin holds of such a target?
 *
 * I/O on a block device pins no mapping, an invalidator of files needs a file, one
 * that wants pins without a mapping needs pins that last, one that cuts leaves
 * needs leaves that can be cut, one that shares blocks a file system that can, and
 * what ends the pinning process a pin that lets it end. What moves pages needs some
 * that move, and these have no namespace that could be torn down.
 */
bool gr_pair_is_legal(const struct gr_target_ops *target,
		      const struct gr_target_spec *spec,
		      const struct gr_pin_ops *pin,
		      const struct gr_invalidate_ops *inv);

/**
 * gr_pin_stays() - does @pin hold pages of such a target where they are? What has
 * to come back from a device for it is not the device's any more.
 */
bool gr_pin_stays(const struct gr_target_ops *target,
		  const struct gr_pin_ops *pin);

/** gr_pair_waits() - must @inv wait for what @pin holds of such a target? */
bool gr_pair_waits(const struct gr_target_ops *target,
		   const struct gr_pin_ops *pin,
		   const struct gr_invalidate_ops *inv);

#endif /* GR_CORE_PAIR_H */

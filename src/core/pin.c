// SPDX-License-Identifier: GPL-2.0-only
#include "core/pin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int gr_pin_init(struct gr_pin *pin, const struct gr_pin_ops *ops,
		const struct gr_target *target)
{
	memset(pin, 0, sizeof(*pin));
	pin->ops = ops;
	pin->target = target;
	pin->priv = calloc(1, ops->priv_size + 1);
	return pin->priv ? 0 : -ENOMEM;
}

void gr_pin_fini(struct gr_pin *pin)
{
	free(pin->priv);
	pin->priv = NULL;
}

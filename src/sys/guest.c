// SPDX-License-Identifier: GPL-2.0-only
#include "sys/guest.h"

#include <unistd.h>

bool gr_in_guest(void)
{
	return !access(GR_GUEST_MARK, F_OK);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether this process runs in a guest that guprace made.
 */
#ifndef GR_SYS_GUEST_H
#define GR_SYS_GUEST_H

#include <stdbool.h>

/* Exists in guprace's own guests only. */
#define GR_GUEST_MARK "/guprace/guest"

/** gr_in_guest() - true in guprace's own guest: every device is ours. */
bool gr_in_guest(void);

#endif /* GR_SYS_GUEST_H */

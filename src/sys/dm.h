/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Block devices of device-mapper that hold requests back, through
 * libdevmapper. udev is neither asked nor waited for; the kernel's own node is
 * used. Needs root and the modules dm_mod and dm_delay.
 */
#ifndef GR_SYS_DM_H
#define GR_SYS_DM_H

#include <stdbool.h>

/* One device; zeroed by its owner before the first call. */
struct gr_dm {
	char name[32]; /* "" = none */
	char node[32]; /* "/dev/dm-0" */
};

/** gr_dm_built() - was guprace built with libdevmapper? */
bool gr_dm_built(void);

/**
 * gr_dm_hold() - device @name over all of @under that keeps each request for two
 * minutes, or until gr_dm_flush(). The request's pages are pinned meanwhile, and
 * data is copied at its end.
 * @name:  of 31 bytes at most.
 * @under: path of a block device.
 *
 * So long, and not for ever: a request outlives its process, which cannot end
 * before it.
 * Return: 0, -ENOSYS built without libdevmapper, -ENOTBLK @under is no block
 *         device, -EBUSY there is one of that name, -ENODEV a kernel without
 *         dm-delay, others. Not reported; nothing is left behind on failure.
 * Source: Documentation/admin-guide/device-mapper/delay.rst.
 */
int gr_dm_hold(const char *name, const char *under, struct gr_dm *dm);

/**
 * gr_dm_flush() - carry out what it holds back, and wait for its end.
 *
 * Context: allocates what libdevmapper does.
 * Return: 0 or -errno.
 */
int gr_dm_flush(const struct gr_dm *dm);

/** gr_dm_remove() - undo gr_dm_hold(), what is held back first; "" is legal. */
int gr_dm_remove(struct gr_dm *dm);

#endif /* GR_SYS_DM_H */

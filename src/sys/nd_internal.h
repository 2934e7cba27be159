/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the files of the namespace facade only.
 */
#ifndef GR_SYS_ND_INTERNAL_H
#define GR_SYS_ND_INTERNAL_H

#include <ndctl/libndctl.h>

#include "sys/nd.h"

#define GR_ND_BUS_DEVICES "/sys/bus/nd/devices"
#define GR_ND_NODE_TIMEOUT_NS 5000000000ull

struct gr_nd {
	struct ndctl_ctx *ctx; /* never NULL in an open context */
};

/** gr_nd_region_at() - the region of that name, or NULL. */
struct ndctl_region *gr_nd_region_at(struct gr_nd *nd, const char *name);

/**
 * gr_nd_at() - the namespace of that name, or NULL. If others have given it a
 * mode that the context has not read yet, all is read again.
 */
struct ndctl_namespace *gr_nd_at(struct gr_nd *nd, const char *name);

/** gr_nd_fill() - all that is known of a namespace. */
void gr_nd_fill(struct ndctl_namespace *ndns, struct gr_nd_info *out);

/** gr_nd_has_labels() - false: it cannot be divided, named or deleted. */
bool gr_nd_has_labels(struct ndctl_namespace *ndns);

/**
 * gr_nd_strip() - disable a namespace and overwrite the superblock of its mode,
 * if there is one; leaves it raw and disabled.
 *
 * Return: 0 or -errno. Not reported.
 */
int gr_nd_strip(struct ndctl_namespace *ndns);

#endif /* GR_SYS_ND_INTERNAL_H */

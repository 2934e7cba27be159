/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the targets on devices of test_hmm share: private memory of a process, which
 * such a device takes, or has for itself alone.
 */
#ifndef GR_TARGET_HMM_INTERNAL_H
#define GR_TARGET_HMM_INTERNAL_H

#include "core/ctx.h"
#include "core/target.h"

/** gr_hmm_probe() - probe(): are there leaves of that size? */
int gr_hmm_probe(const struct gr_ctx *ctx, const struct gr_target_spec *spec,
		 struct gr_reason *why);

/**
 * gr_hmm_acquire() - load the driver, and find the memory of a device.
 * @nr: of the device.
 *
 * Return: 0 or -errno, reported.
 */
int gr_hmm_acquire(struct gr_target *t, unsigned int nr);

/**
 * gr_hmm_attach() - find the memory of device @nr again: the driver hands out more
 * where it has given all back. A page is migrated there and looked at.
 *
 * Return: 0 or -errno, reported.
 */
int gr_hmm_attach(struct gr_target *t, unsigned int nr);

/** gr_hmm_map() - map(): private memory, and the device mirrors it. */
int gr_hmm_map(const struct gr_target *t, const struct gr_map_req *req,
	       struct gr_mapping *m);

/** gr_hmm_unmap() - unmap(). */
int gr_hmm_unmap(struct gr_mapping *m);

/** gr_hmm_place() - place(): pages migrate to the device. */
int gr_hmm_place(const struct gr_mapping *m, const void *addr, size_t len);

#endif /* GR_TARGET_HMM_INTERNAL_H */

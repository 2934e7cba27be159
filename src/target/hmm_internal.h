/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the targets on devices of test_hmm share: private memory of a process, which
 * such a device takes, or has for itself alone.
 */
#ifndef GR_TARGET_HMM_INTERNAL_H
#define GR_TARGET_HMM_INTERNAL_H

#include "core/ctx.h"
#include "core/target.h"
#include "sys/dmirror.h"

/** gr_hmm_probe() - probe(): are there leaves of that size? */
int gr_hmm_probe(const struct gr_ctx *ctx, const struct gr_target_spec *spec,
		 struct gr_reason *why);

/** GR_HMM_NEEDS - .needs of all of them. */
#define GR_HMM_NEEDS                                                          \
	{                                                                     \
		.kconfig =                                                    \
			(const char *const[]){"CONFIG_DEVICE_PRIVATE", NULL}, \
		.modules = (const char *const[]){GR_DMIRROR_MODULE, NULL},    \
		.root = true, .guest_only = true,                             \
	}

/**
 * gr_hmm_acquire() - acquire(): load the driver, and find the memory of a device:
 * of a coherent one where pins stay there (GR_TARGET_PIN_STAYS), else of a private one.
 */
int gr_hmm_acquire(const struct gr_ctx *ctx, struct gr_target *t);

/**
 * gr_hmm_attach() - attach(): find that memory again: the driver hands out more where it
 * has given all back. A page is migrated there and looked at.
 */
int gr_hmm_attach(const struct gr_ctx *ctx, struct gr_target *t);

/** gr_hmm_map() - map(): private memory, and the device mirrors it. */
int gr_hmm_map(const struct gr_target *t, const struct gr_map_req *req,
	       struct gr_mapping *m);

/** gr_hmm_unmap() - unmap(). */
int gr_hmm_unmap(struct gr_mapping *m);

/** gr_hmm_place() - place(): pages migrate to the device. */
int gr_hmm_place(const struct gr_mapping *m, const void *addr, size_t len);

/**
 * gr_hmm_take() - have the device take memory, the way that @op does.
 *
 * Return: 0, -EBUSY not all of it could be had, or -errno.
 */
int gr_hmm_take(const struct gr_mapping *m, enum gr_dmirror_op op,
		const void *addr, size_t len);

#endif /* GR_TARGET_HMM_INTERNAL_H */

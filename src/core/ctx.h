/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run context: what the person asked for and what the run set up once.
 * Read-only after the engine has filled it.
 */
#ifndef GR_CORE_CTX_H
#define GR_CORE_CTX_H

#include <stdbool.h>
#include <stdint.h>

#define GR_CTX_NS_MAX 16
#define GR_CTX_OFFSETS_MAX 2

struct gr_ctx {
	uint64_t seed;
	/* --offset: where races begin the pins of each pinner; ns */
	unsigned int nr_offsets;
	int64_t offset_ns[GR_CTX_OFFSETS_MAX];
	int run; /* process id of the supervisor; 0 = there is none */
	bool in_guest; /* guprace's own guest: every device is ours */
	bool force; /* --force */
	bool allow_crash; /* --allow-crash */
	bool strict; /* --strict */
	unsigned int nr_ns; /* handed over by --namespace; 0 in a guest = all */
	const char *ns[GR_CTX_NS_MAX];
	char sink[64]; /* O_DIRECT block device that drops what it is given */
	char store[64]; /* O_DIRECT block device that keeps it; 64 MiB */
	char release[64]; /* uname -r */
};

#endif /* GR_CORE_CTX_H */

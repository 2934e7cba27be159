/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's account of locked memory (RLIMIT_MEMLOCK), as a witness: it is
 * kept for each user, and what a long-term pin was charged is taken off after
 * its pages have been unpinned. A thread that has an account for itself can so
 * find out when a release that the kernel put off is over.
 */
#ifndef GR_SYS_MEMLOCK_H
#define GR_SYS_MEMLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* What was before; zeroed = nothing was changed. */
struct gr_memlock {
	bool own;
	uid_t real_uid;
	uint32_t effective[2]; /* capabilities */
	struct rlimit limit;
};

/**
 * gr_memlock_own() - charge what the calling thread pins to an account that no
 * other has, with room for @bytes.
 * @saved: filled, for gr_memlock_back().
 *
 * The thread's real uid becomes one that nobody has, and it gives up
 * CAP_IPC_LOCK; effective and file system uid, and with them all that it may
 * do with files, stay. The limit is the process's: one thread at a time.
 *
 * Return: 0, or -errno with nothing changed: -EPERM no root, -EINVAL a user
 *         namespace that has no such uid.
 */
int gr_memlock_own(struct gr_memlock *saved, size_t bytes);

/** gr_memlock_room() - let it have room for @bytes. Return: 0 or -errno. */
int gr_memlock_room(size_t bytes);

/** gr_memlock_back() - undo it, in the same thread. Return: 0 or -errno. */
int gr_memlock_back(struct gr_memlock *saved);

#endif /* GR_SYS_MEMLOCK_H */

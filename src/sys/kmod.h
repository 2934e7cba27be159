/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel modules through libkmod, always with an empty configuration: a host's
 * modprobe rules (install commands, blacklists) are not ours to run.
 */
#ifndef GR_SYS_KMOD_H
#define GR_SYS_KMOD_H

#include "base/words.h"

struct gr_kmod;

/**
 * gr_kmod_open() - open a module folder with its indexes.
 * @dir:  .../lib/modules/RELEASE; NULL = of the running kernel.
 * @kmod: filled on success, else NULL.
 *
 * Return: 0, or -ENOENT no index (modules.dep.bin) there, or -ENOMEM.
 */
int gr_kmod_open(const char *dir, struct gr_kmod **kmod);

/** gr_kmod_close() - release; NULL is legal. */
void gr_kmod_close(struct gr_kmod *kmod);

/**
 * gr_kmod_resolve() - the files of a module and of all that it needs, soft
 * dependencies included, in loading order.
 * @name:  module name or alias.
 * @paths: those not there yet are appended.
 *
 * Return: 0, also when it is built in (nothing is appended).
 * Errors: -ENOENT this kernel has no such module; -ENOMEM.
 */
int gr_kmod_resolve(struct gr_kmod *kmod, const char *name,
		    struct gr_words *paths);

/**
 * gr_kmod_insert() - load a module and what it needs into this kernel.
 * @name: module name or alias.
 *
 * Return: 0, also when it is loaded or built in; -errno.
 * Errors: -ENOENT no such module.
 */
int gr_kmod_insert(struct gr_kmod *kmod, const char *name);

#endif /* GR_SYS_KMOD_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel modules through libkmod: is there one, load it, remove it.
 */
#ifndef GR_SYS_MODULE_H
#define GR_SYS_MODULE_H

#include <stdbool.h>

/** gr_module_available() - built in, loaded, or found in the module tree. */
bool gr_module_available(const char *name);

/** gr_module_loaded() - loaded now, as a module. */
bool gr_module_loaded(const char *name);

/**
 * gr_module_load() - load it with what it depends on.
 * @params: "name=value ...", NULL = none.
 *
 * Return: 0 (also when it is there already), -ENOENT no such module, others
 *         from init_module(2).
 */
int gr_module_load(const char *name, const char *params);

/**
 * gr_module_remove() - remove it, never waiting for its users.
 *
 * Return: 0 (also when it is not loaded), -EAGAIN or -EBUSY it is in use.
 */
int gr_module_remove(const char *name);

#endif /* GR_SYS_MODULE_H */

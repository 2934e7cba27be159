/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be asked of the running kernel without harm: release, options,
 * symbols, taint, modules.
 */
#ifndef GR_SYS_KERNEL_H
#define GR_SYS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** gr_kernel_release() - uname -r into @buf. */
void gr_kernel_release(char *buf, size_t len);

/**
 * gr_kernel_option() - is a configuration option set to y or m?
 * @name: "CONFIG_X".
 *
 * Reads /proc/config.gz's plain copies: /boot/config-RELEASE, then
 * /lib/modules/RELEASE/config.
 * Return: 1 yes, 0 no, -ENOENT no configuration is to be found.
 */
int gr_kernel_option(const char *name);

/** gr_kernel_symbol() - is the function or object in /proc/kallsyms? */
bool gr_kernel_symbol(const char *name);

struct gr_kernel_address {
	const char *name;
	uint64_t address; /* 0 = no such symbol, or addresses are hidden */
};

/**
 * gr_kernel_addresses() - where functions and objects lie, in one pass.
 * @list: @nr rows with names; the addresses are filled in.
 *
 * Return: 0 or -errno (no /proc/kallsyms).
 */
int gr_kernel_addresses(struct gr_kernel_address *list, size_t nr);

/** gr_kernel_taint() - the taint mask; 0 or -errno. */
int gr_kernel_taint(uint64_t *mask);

/** gr_kernel_rearm_warnings() - re-arm WARN_ONCE; 0 or -errno (no debugfs). */
int gr_kernel_rearm_warnings(void);

/** gr_kernel_sysrq() - one letter to sysrq-trigger; 0 or -errno. */
int gr_kernel_sysrq(char key);

/** gr_is_root() - effective uid 0. */
bool gr_is_root(void);

#endif /* GR_SYS_KERNEL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What guprace does to its guest's kernel as that guest's first process.
 */
#ifndef GR_SYS_BOOT_H
#define GR_SYS_BOOT_H

#include <stdbool.h>

/* Names the serial port that takes the lines of events; set by init. */
#define GR_GUEST_EVENTS_ENV "GUPRACE_EVENTS"

/** gr_guest_is_init() - true in the first process of guprace's own guest. */
bool gr_guest_is_init(void);

/**
 * gr_guest_mount() - mount one pseudo file system, making its folder.
 *
 * Return: 0 or -errno; -ENODEV this kernel has no such file system.
 * Source: mount(2).
 */
int gr_guest_mount(const char *type, const char *where);

/**
 * gr_guest_load() - load one module file.
 * @params: "" or "name=value ...".
 *
 * Return: 0, also when it is loaded already; -errno.
 * Errors: -ENOEXEC made for another kernel; -ENOENT unknown symbol.
 * Source: finit_module(2).
 */
int gr_guest_load(const char *path, const char *params);

/**
 * gr_guest_stdio() - make @path the standard input, output and error, and with
 * @control the controlling terminal of a new session.
 *
 * Return: 0 or -errno.
 */
int gr_guest_stdio(const char *path, bool control);

/**
 * gr_guest_power_off() - end the guest by force: reboot(2) could wait for a
 * device that never comes back. QEMU runs with -no-reboot and ends.
 *
 * Context: first process of a guest only. Does not return.
 * Source: Documentation/admin-guide/sysrq.rst.
 */
void gr_guest_power_off(void) __attribute__((noreturn));

#endif /* GR_SYS_BOOT_H */

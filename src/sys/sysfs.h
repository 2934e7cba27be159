/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes in sysfs (and one-line files in procfs): read, write, follow.
 */
#ifndef GR_SYS_SYSFS_H
#define GR_SYS_SYSFS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

/**
 * gr_sysfs_read() - the text of an attribute, without its last newline.
 * @buf: NUL-terminated on success, empty on failure.
 * @len: bytes of @buf; a longer text is cut.
 * @fmt: makes the path.
 *
 * Return: 0 or -errno. Not reported.
 * Errors: -ENAMETOOLONG; those of open(2) and read(2).
 */
int gr_sysfs_read(char *buf, size_t len, const char *fmt, ...) GR_PRINTF(3, 4);

/**
 * gr_sysfs_write() - write @text to an attribute in one write(2).
 * @fmt: makes the path.
 *
 * Context: as long as the kernel takes for it.
 * Return: 0 or -errno. Not reported.
 * Errors: -ENAMETOOLONG; -EIO a short write; those of open(2) and write(2).
 */
int gr_sysfs_write(const char *text, const char *fmt, ...) GR_PRINTF(2, 3);

/**
 * gr_sysfs_link() - the last part of where a link points to, "driver" say.
 * @buf: NUL-terminated on success, empty on failure.
 *
 * Return: 0 or -errno. Not reported.
 * Errors: -ENOENT there is no such link.
 */
int gr_sysfs_link(char *buf, size_t len, const char *fmt, ...) GR_PRINTF(3, 4);

/** gr_sysfs_exists() - is there a file or folder of that path? */
bool gr_sysfs_exists(const char *fmt, ...) GR_PRINTF(1, 2);

#endif /* GR_SYS_SYSFS_H */

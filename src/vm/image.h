/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's file system: an initramfs that is written front to back. Folders
 * above each entry are made, and an entry that is there already is left.
 */
#ifndef GR_VM_IMAGE_H
#define GR_VM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

struct gr_image;

/**
 * gr_image_new() - start an archive at the current position of @fd.
 * @fd:  stays the caller's.
 * @out: filled on success, else NULL.
 *
 * Return: 0 or -ENOMEM.
 * Source: Documentation/driver-api/early-userspace/buffer-format.rst.
 */
int gr_image_new(int fd, struct gr_image **out);

/** gr_image_has() - true when that path is in the image. */
bool gr_image_has(const struct gr_image *image, const char *path);

/** gr_image_dir() - add a folder. Return: 0 or -errno. */
int gr_image_dir(struct gr_image *image, const char *path);

/**
 * gr_image_bytes() - add a regular file.
 * @path: in the guest, absolute.
 * @mode: permissions.
 *
 * Return: 0 or -errno.
 * Errors: -ENOSPC the disk is full.
 */
int gr_image_bytes(struct gr_image *image, const char *path, const void *buf,
		   size_t len, int mode);

/** gr_image_text() - gr_image_bytes() of a string, mode 0644. */
int gr_image_text(struct gr_image *image, const char *path, const char *text);

/** gr_image_file() - add a copy of the host's file @from. */
int gr_image_file(struct gr_image *image, const char *path, const char *from,
		  int mode);

/** gr_image_symlink() - add a symbolic link. Return: 0 or -errno. */
int gr_image_symlink(struct gr_image *image, const char *path,
		     const char *target);

/**
 * gr_image_err() - report that something could not be added.
 * @ret:  as returned by the functions above, negative.
 * @what: path on the host.
 *
 * Return: @ret.
 */
int gr_image_err(int ret, const char *what);

/** gr_image_finish() - write the end and release. Return: 0 or -errno. */
int gr_image_finish(struct gr_image *image);

/** gr_image_drop() - release without an end; NULL is legal. */
void gr_image_drop(struct gr_image *image);

#endif /* GR_VM_IMAGE_H */

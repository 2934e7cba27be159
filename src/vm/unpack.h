/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decompression of kernels and modules: gzip, bzip2, lzma, xz, lz4, zstd.
 */
#ifndef GR_VM_UNPACK_H
#define GR_VM_UNPACK_H

#include <stddef.h>

/**
 * gr_unpack() - decompress what is in memory; what is not compressed is copied.
 * @in:  @len bytes.
 * @out: filled on success; to be freed.
 *
 * Return: 0 or -errno.
 * Errors: -EIO damaged; -ENOMEM.
 */
int gr_unpack(const void *in, size_t len, char **out, size_t *out_len);

/** gr_unpack_file() - gr_unpack() of a file. Return: 0 or -errno. */
int gr_unpack_file(const char *path, char **out, size_t *out_len);

#endif /* GR_VM_UNPACK_H */

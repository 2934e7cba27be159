/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sizes and durations as people type and read them.
 */
#ifndef GR_BASE_SIZE_H
#define GR_BASE_SIZE_H

#include <stddef.h>
#include <stdint.h>

#define GR_KIB 1024ull
#define GR_MIB (1024ull * GR_KIB)
#define GR_GIB (1024ull * GR_MIB)

/**
 * gr_size_parse() - "4096", "4K", "2M", "1G", "2T" (KiB, MiB also accepted).
 * @text:  the whole string must be a size.
 * @bytes: filled on success; bytes.
 *
 * Return: 0, or -EINVAL not a size, -ERANGE larger than 2^64 - 1.
 */
int gr_size_parse(const char *text, uint64_t *bytes);

/**
 * gr_size_format() - the shortest exact form: "4K", "2M", "1G", "4097".
 * @bytes: the size.
 * @buf:   at least 24 bytes.
 *
 * Return: @buf.
 */
char *gr_size_format(uint64_t bytes, char *buf, size_t len);

/**
 * gr_duration_parse() - "30s", "250ms", "5m", "10us"; a bare number is seconds.
 * @ns: filled on success; nanoseconds.
 *
 * Return: 0, or -EINVAL not a duration, -ERANGE too long.
 */
int gr_duration_parse(const char *text, uint64_t *ns);

/**
 * gr_duration_format() - "250 ms", "12.3 s", "4 us".
 *
 * Return: @buf.
 */
char *gr_duration_format(uint64_t ns, char *buf, size_t len);

#endif /* GR_BASE_SIZE_H */

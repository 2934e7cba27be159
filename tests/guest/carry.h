/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Things that a block device can carry, written without the tools that make
 * them: partition tables, an LVM label, a swap header.
 */
#ifndef GR_TESTS_CARRY_H
#define GR_TESTS_CARRY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * carry_X() - write it to the device at @path.
 * Return: false if that failed; errno tells why.
 */
bool carry_mbr(const char *path);
bool carry_gpt(const char *path);
bool carry_lvm(const char *path);
bool carry_swap(const char *path);

/** reread_partitions() - let the kernel make nodes for the partitions. */
bool reread_partitions(const char *path);

/** hash_ends() - over the first and last 16 MiB, read past the page cache. */
uint64_t hash_ends(const char *path);

#endif /* GR_TESTS_CARRY_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files, folders and paths, the cache and scratch space.
 */
#ifndef GR_SYS_FILE_H
#define GR_SYS_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/util.h"
#include "base/words.h"

/**
 * gr_path() - format a path.
 * @buf: PATH_MAX bytes.
 *
 * Return: 0, or -ENAMETOOLONG (@buf is then empty).
 */
int gr_path(char *buf, const char *fmt, ...) GR_PRINTF(2, 3);

/**
 * gr_path_cache() - a path below ${XDG_CACHE_HOME:-$HOME/.cache}/guprace.
 * @buf: PATH_MAX bytes.
 *
 * Return: 0, or -ENAMETOOLONG, or -ENOENT neither variable is set.
 */
int gr_path_cache(char *buf, const char *fmt, ...) GR_PRINTF(2, 3);

/** gr_path_real() - realpath(3) into PATH_MAX bytes. Return: 0 or -errno. */
int gr_path_real(const char *path, char *buf);

/**
 * gr_path_program() - find a program in $PATH, /usr/sbin and /sbin; a name
 * with a slash is taken as it is.
 * @buf: PATH_MAX bytes.
 *
 * Return: 0, or -ENOENT no executable file of that name.
 */
int gr_path_program(const char *name, char *buf);

/** gr_is_file() - true for a regular file, through symlinks. */
bool gr_is_file(const char *path);

/** gr_is_dir() - true for a folder, through symlinks. */
bool gr_is_dir(const char *path);

/** gr_is_block() - true for a block device, through symlinks. */
bool gr_is_block(const char *path);

struct gr_stamp {
	uint64_t size_bytes;
	uint64_t mtime_ns;
};

/** gr_file_stamp() - what changes when a file does. Return: 0 or -errno. */
int gr_file_stamp(const char *path, struct gr_stamp *stamp);

/**
 * gr_file_read() - the whole file.
 * @buf: filled on success; to be freed; a NUL follows the last byte.
 * @len: bytes without that NUL; may be NULL.
 *
 * Return: 0 or -errno.
 */
int gr_file_read(const char *path, char **buf, size_t *len);

/**
 * gr_file_replace() - write a file so that it appears whole or not at all.
 * Folders above it are made.
 *
 * Return: 0 or -errno; then nothing is left behind.
 */
int gr_file_replace(const char *path, const void *buf, size_t len);

/** gr_mkdirs() - the folder and those above it. Return: 0 or -errno. */
int gr_mkdirs(const char *path);

/** gr_mkparents() - the folders above a file. Return: 0 or -errno. */
int gr_mkparents(const char *path);

/** gr_symlink() - symlink(2), made anew if it exists. Return: 0 or -errno. */
int gr_symlink(const char *target, const char *path);

/** gr_tree_remove() - rm -r, by best effort: what it removes is scratch. */
void gr_tree_remove(const char *path);

/**
 * gr_tree_files() - the regular files (and symlinks to such) below @path.
 * @suffix: part of the name that is wanted, ".ko" finds x.ko and x.ko.xz.
 * @files:  absolute or relative like @path; appended, sorted by name.
 *
 * Return: 0 or -errno.
 */
int gr_tree_files(const char *path, const char *suffix, struct gr_words *files);

/**
 * gr_dir_names() - names in a folder, without those that start with a dot,
 * oldest version first (strverscmp(3)).
 *
 * Return: 0 or -errno.
 */
int gr_dir_names(const char *path, struct gr_words *names);

/** gr_temp_dir() - a new folder in ${TMPDIR:-/tmp}; @buf: PATH_MAX bytes. */
int gr_temp_dir(char *buf);

/**
 * gr_memory_file() - a file that is memory of ours, all of it holes; gone when
 * it is closed however we end.
 * @bytes: how large.
 *
 * Return: descriptor or -errno.
 * Source: memfd_create(2).
 */
int gr_memory_file(off_t bytes);

/**
 * gr_temp_file() - a nameless file in ${TMPDIR:-/tmp}, gone when it is closed
 * however we end; in memory where that file system cannot do it.
 *
 * Return: descriptor or -errno.
 */
int gr_temp_file(void);

/** gr_temp_where() - the folder those two use. */
const char *gr_temp_where(void);

#endif /* GR_SYS_FILE_H */

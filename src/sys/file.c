// SPDX-License-Identifier: GPL-2.0-only
#include "sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "sys/call.h"
#include "sys/fd.h"

bool gr_is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

bool gr_is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool gr_is_block(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISBLK(st.st_mode);
}

int gr_file_stamp(const char *path, struct gr_stamp *stamp)
{
	struct stat st;

	if (stat(path, &st))
		return -errno;
	stamp->size_bytes = (uint64_t)st.st_size;
	stamp->mtime_ns = (uint64_t)st.st_mtim.tv_sec * GR_NSEC_PER_SEC +
			  (uint64_t)st.st_mtim.tv_nsec;
	return 0;
}

/* Files in /proc and /sys tell no size: read until the end. */
static int read_to_end(int fd, char **buf, size_t *len)
{
	size_t used = 0, room = 4096;
	char *at = NULL, *grown;
	ssize_t n;

	do {
		if (!at || used + 1 >= room) {
			room *= 4;
			grown = realloc(at, room);
			if (!grown) {
				free(at);
				return -ENOMEM;
			}
			at = grown;
		}
		n = gr_fd_read(fd, at + used, room - used - 1);
		if (n < 0) {
			free(at);
			return (int)n;
		}
		used += (size_t)n;
	} while (n);
	at[used] = '\0';
	*buf = at;
	if (len)
		*len = used;
	return 0;
}

int gr_file_read(const char *path, char **buf, size_t *len)
{
	int fd = gr_open(path, O_RDONLY);
	int ret;

	*buf = NULL;
	if (fd < 0)
		return fd;
	ret = read_to_end(fd, buf, len);
	gr_fd_close(fd);
	return ret;
}

int gr_mkparents(const char *path)
{
	char dir[PATH_MAX];
	char *slash;
	int ret = gr_path(dir, "%s", path);

	if (ret)
		return ret;
	slash = strrchr(dir, '/');
	if (!slash || slash == dir)
		return 0;
	*slash = '\0';
	return gr_mkdirs(dir);
}

static int write_scratch(char *scratch, const void *buf, size_t len)
{
	int fd = mkostemp(scratch, O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = gr_fd_write_all(fd, buf, len);
	if (!ret && fchmod(fd, 0644))
		ret = -errno;
	if (close(fd) && !ret)
		ret = -errno;
	return ret;
}

int gr_file_replace(const char *path, const void *buf, size_t len)
{
	char scratch[PATH_MAX];
	int ret = gr_mkparents(path);

	if (!ret)
		ret = gr_path(scratch, "%s.XXXXXX", path);
	if (ret)
		return ret;
	ret = write_scratch(scratch, buf, len);
	if (!ret && rename(scratch, path))
		ret = -errno;
	if (ret)
		(void)unlink(scratch); /* may never have been made */
	return ret;
}

int gr_mkdirs(const char *path)
{
	char dir[PATH_MAX];
	char *at = dir;
	int ret = gr_path(dir, "%s", path);

	while (!ret && at) {
		at = strchr(at + 1, '/');
		if (at)
			*at = '\0';
		if (mkdir(dir, 0755) && errno != EEXIST)
			ret = -errno;
		if (at)
			*at = '/';
	}
	return ret;
}

int gr_symlink(const char *target, const char *path)
{
	if (!symlink(target, path))
		return 0;
	if (errno != EEXIST || unlink(path) || symlink(target, path))
		return -errno;
	return 0;
}

static int remove_at(int parent, const char *name)
{
	struct dirent *entry;
	DIR *dir;
	int fd;

	if (!unlinkat(parent, name, 0))
		return 0;
	fd = openat(parent, name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	dir = fdopendir(fd);
	if (!dir) {
		gr_fd_close(fd);
		return -ENOMEM;
	}
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			(void)remove_at(fd, entry->d_name); /* best effort */
	(void)closedir(dir); /* was only read */
	return unlinkat(parent, name, AT_REMOVEDIR) ? -errno : 0;
}

void gr_tree_remove(const char *path)
{
	if (path[0])
		(void)remove_at(AT_FDCWD, path); /* best effort, by contract */
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int scan(const char *path, struct dirent ***entries)
{
	int n = scandir(path, entries, is_visible, versionsort);

	return n < 0 ? -errno : n;
}

static void free_entries(struct dirent **entries, int nr)
{
	for (int i = 0; i < nr; i++)
		free(entries[i]);
	free(entries);
}

/* Links to folders are not followed: "build" and "source" lead elsewhere. */
static int take_file(const char *path, unsigned char type, const char *suffix,
		     struct gr_words *files)
{
	if (type == DT_UNKNOWN && gr_is_dir(path))
		type = DT_DIR;
	if (type == DT_DIR)
		return gr_tree_files(path, suffix, files);
	if (!strstr(strrchr(path, '/'), suffix) || !gr_is_file(path))
		return 0;
	return gr_words_add(files, "%s", path);
}

int gr_tree_files(const char *path, const char *suffix, struct gr_words *files)
{
	char below[PATH_MAX];
	struct dirent **entries;
	int n = scan(path, &entries);
	int ret = 0;

	if (n < 0)
		return n;
	for (int i = 0; !ret && i < n; i++) {
		ret = gr_path(below, "%s/%s", path, entries[i]->d_name);
		if (!ret)
			ret = take_file(below, entries[i]->d_type, suffix,
					files);
	}
	free_entries(entries, n);
	return ret;
}

int gr_dir_names(const char *path, struct gr_words *names)
{
	struct dirent **entries;
	int n = scan(path, &entries);

	if (n < 0)
		return n;
	for (int i = 0; i < n; i++)
		(void)gr_words_add(names, "%s",
				   entries[i]->d_name); /* sticky */
	free_entries(entries, n);
	return names->err;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "sys/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sys/file.h"

bool gr_lines_have(const char *path, gr_line_fn is, const void *arg)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	bool found = false;
	size_t room = 0;

	if (!file)
		return false;
	while (!found && getline(&line, &room, file) > 0)
		found = is(line, arg);
	free(line);
	(void)fclose(file); /* was only read */
	return found;
}

/* The lock file stays: to remove it would let two writers hold one lock. */
static int lock(const char *path)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char name[PATH_MAX];
	int fd, ret;

	ret = gr_path(name, "%s.lock", path);
	if (!ret)
		ret = gr_mkparents(path);
	if (ret)
		return ret;
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	do
		ret = fcntl(fd, F_OFD_SETLKW, &whole) ? -errno : 0;
	while (ret == -EINTR);
	if (!ret)
		return fd;
	(void)close(fd); /* nothing was written */
	return ret;
}

/* All lines but those that are meant go from @path to @to. */
static int copy_others(const char *path, FILE *to, gr_line_fn is,
		       const void *arg)
{
	FILE *from = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	int ret = 0;

	if (!from)
		return errno == ENOENT ? 0 : -errno;
	while (!ret && getline(&line, &room, from) > 0)
		if (!is(line, arg) && fputs(line, to) == EOF)
			ret = -EIO;
	if (!ret && ferror(from))
		ret = -EIO;
	free(line);
	(void)fclose(from); /* was only read */
	return ret;
}

static int write_new(const char *path, gr_line_fn is, const void *arg,
		     const char *line)
{
	char name[PATH_MAX];
	int ret = gr_path(name, "%s.new", path);
	FILE *file = ret ? NULL : fopen(name, "we");

	if (!file)
		return ret ? ret : -errno;
	ret = copy_others(path, file, is, arg);
	if (!ret && line && fputs(line, file) == EOF)
		ret = -EIO;
	if (fclose(file) && !ret)
		ret = -errno;
	if (!ret && rename(name, path))
		ret = -errno;
	if (ret)
		(void)unlink(name); /* it may not be there */
	return ret;
}

int gr_lines_put(const char *path, gr_line_fn is, const void *arg,
		 const char *line)
{
	int fd = lock(path), ret;

	if (fd < 0)
		return fd;
	ret = write_new(path, is, arg, line);
	(void)close(fd); /* gives the lock back; nothing was written */
	return ret;
}

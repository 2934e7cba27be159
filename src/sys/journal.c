// SPDX-License-Identifier: GPL-2.0-only
#include "sys/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define UUID_LEN 36

static bool is_line_of(const char *line, const char *uuid)
{
	return !strncmp(line, uuid, UUID_LEN) && line[UUID_LEN] == ' ';
}

static bool is_uuid(const char *uuid)
{
	return strlen(uuid) == UUID_LEN;
}

bool gr_journal_has(const char *path, const char *uuid)
{
	char line[128];
	bool found = false;
	FILE *file;

	if (!is_uuid(uuid))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = is_line_of(line, uuid);
	(void)fclose(file); /* was only read */
	return found;
}

static int make_folder(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) : 0;

	if (!len || len >= sizeof(dir))
		return 0;
	memcpy(dir, path, len);
	dir[len] = '\0';
	return mkdir(dir, 0755) && errno != EEXIST ? -errno : 0;
}

/* The lock file stays: to remove it would let two writers hold one lock. */
static int lock(const char *path)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char name[PATH_MAX];
	int fd, ret;

	if ((size_t)snprintf(name, sizeof(name), "%s.lock", path) >=
	    sizeof(name))
		return -ENAMETOOLONG;
	ret = make_folder(path);
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

/* All lines but that of @without go from @path to @to. */
static int copy_lines(const char *path, FILE *to, const char *without)
{
	char line[128];
	FILE *from = fopen(path, "re");
	int ret = 0;

	if (!from)
		return errno == ENOENT ? 0 : -errno;
	while (!ret && fgets(line, sizeof(line), from))
		if (!is_line_of(line, without) && fputs(line, to) == EOF)
			ret = -EIO;
	if (!ret && ferror(from))
		ret = -EIO;
	(void)fclose(from); /* was only read */
	return ret;
}

static int write_new(const char *path, const char *name, const char *uuid,
		     const char *ns)
{
	FILE *file = fopen(name, "we");
	int ret;

	if (!file)
		return -errno;
	ret = copy_lines(path, file, uuid);
	if (!ret && ns && fprintf(file, "%s %s\n", uuid, ns) < 0)
		ret = -EIO;
	if (fclose(file) && !ret)
		ret = -errno;
	if (!ret && rename(name, path))
		ret = -errno;
	if (ret)
		(void)unlink(name); /* it may not be there */
	return ret;
}

/* @ns: NULL = the line of @uuid is only taken out. */
static int update(const char *path, const char *uuid, const char *ns)
{
	char name[PATH_MAX];
	int fd, ret;

	if (!is_uuid(uuid))
		return -EINVAL;
	if ((size_t)snprintf(name, sizeof(name), "%s.new", path) >=
	    sizeof(name))
		return -ENAMETOOLONG;
	fd = lock(path);
	if (fd < 0)
		return fd;
	ret = write_new(path, name, uuid, ns);
	(void)close(fd); /* gives the lock back; nothing was written */
	return ret;
}

int gr_journal_add(const char *path, const char *uuid, const char *ns)
{
	return update(path, uuid, ns);
}

int gr_journal_remove(const char *path, const char *uuid)
{
	if (!gr_journal_has(path, uuid))
		return 0;
	return update(path, uuid, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/file.h"

static int format(char *buf, size_t used, const char *fmt, va_list ap)
	GR_PRINTF(3, 0);

static int format(char *buf, size_t used, const char *fmt, va_list ap)
{
	int n = vsnprintf(buf + used, PATH_MAX - used, fmt, ap);

	if (n >= 0 && (size_t)n < PATH_MAX - used)
		return 0;
	buf[0] = '\0';
	return -ENAMETOOLONG;
}

int gr_path(char *buf, const char *fmt, ...)
{
	va_list ap;
	int ret;

	va_start(ap, fmt);
	ret = format(buf, 0, fmt, ap);
	va_end(ap);
	return ret;
}

int gr_path_cache(char *buf, const char *fmt, ...)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	va_list ap;
	int ret;

	if (cache && cache[0])
		ret = gr_path(buf, "%s/guprace/", cache);
	else if (home && home[0])
		ret = gr_path(buf, "%s/.cache/guprace/", home);
	else
		ret = -ENOENT;
	if (ret)
		return ret;
	va_start(ap, fmt);
	ret = format(buf, strlen(buf), fmt, ap);
	va_end(ap);
	return ret;
}

int gr_path_real(const char *path, char *buf)
{
	return realpath(path, buf) ? 0 : -errno;
}

static bool is_program(const char *path)
{
	return gr_is_file(path) && !access(path, X_OK);
}

static bool find_in(const char *dirs, const char *name, char *buf)
{
	size_t len;

	for (; *dirs; dirs += len + (dirs[len] == ':')) {
		len = strcspn(dirs, ":");
		if (!gr_path(buf, "%.*s/%s", (int)len, dirs, name) &&
		    is_program(buf))
			return true;
	}
	return false;
}

int gr_path_program(const char *name, char *buf)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return gr_path(buf, "%s", name) || !is_program(buf) ? -ENOENT
								    : 0;
	if (find_in(path ? path : "/usr/bin:/bin", name, buf) ||
	    find_in("/usr/sbin:/sbin", name, buf))
		return 0;
	return -ENOENT;
}

const char *gr_temp_where(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && dir[0] ? dir : "/tmp";
}

int gr_temp_dir(char *buf)
{
	int ret = gr_path(buf, "%s/guprace-XXXXXX", gr_temp_where());

	if (!ret && !mkdtemp(buf))
		ret = -errno;
	if (ret)
		buf[0] = '\0';
	return ret;
}

int gr_memory_file(off_t bytes)
{
	int fd = memfd_create("guprace", MFD_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	if (!ftruncate(fd, bytes))
		return fd;
	ret = -errno;
	gr_fd_close(fd);
	return ret;
}

int gr_temp_file(void)
{
	int fd = open(gr_temp_where(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
		fd = memfd_create("guprace", MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

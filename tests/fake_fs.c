// SPDX-License-Identifier: GPL-2.0-only
#include "fake_fs.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "sys/fs.h"
#include "test.h"

struct gr_fake_fs gr_fake_fs;

void gr_fake_fs_reset(void)
{
	memset(&gr_fake_fs, 0, sizeof(gr_fake_fs));
}

void gr_fake_fs_assert_calls(const char *want)
{
	assert_string_equal(gr_fake_fs.calls, want);
	gr_fake_fs.calls[0] = '\0';
}

static int called(const char *name, const char *fmt, ...) GR_PRINTF(2, 3);
static int called(const char *name, const char *fmt, ...)
{
	size_t used = strlen(gr_fake_fs.calls);
	char *at = gr_fake_fs.calls + used;
	size_t room = sizeof(gr_fake_fs.calls) - used;
	va_list ap;
	int n = snprintf(at, room, "%s ", name);

	va_start(ap, fmt);
	n += vsnprintf(at + n, room - (size_t)n, fmt, ap);
	va_end(ap);
	assert_true((size_t)n + 2 < room);
	memcpy(at + n, ";", 2);
	return strcmp(gr_fake_fs.fail_call, name) ? 0 : gr_fake_fs.fail_ret;
}

/* A descriptor that is not open fails the test. */
static const char *name_of(int fd, char *buf)
{
	char link[64];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, buf, PATH_MAX - 1);
	assert_true(n > 0);
	buf[n] = '\0';
	return strrchr(buf, '/') + 1;
}

static unsigned long long ull(uint64_t v)
{
	return v;
}

int __wrap_gr_fs_fallocate(int fd, int mode, uint64_t off, uint64_t len);
int __wrap_gr_fs_fallocate(int fd, int mode, uint64_t off, uint64_t len)
{
	char path[PATH_MAX];

	return called("fallocate", "%s %#x +%llu %llu", name_of(fd, path), mode,
		      ull(off), ull(len));
}

int __wrap_gr_fs_umount(const char *dir, int flags);
int __wrap_gr_fs_umount(const char *dir, int flags)
{
	return called("umount", "%s %#x", dir, flags);
}

int __wrap_gr_fs_remount(const char *dir, bool readonly);
int __wrap_gr_fs_remount(const char *dir, bool readonly)
{
	return called(readonly ? "readonly" : "writable", "%s", dir);
}

int __wrap_gr_fs_freeze(int fd);
int __wrap_gr_fs_freeze(int fd)
{
	char path[PATH_MAX];

	return called("freeze", "%s", name_of(fd, path));
}

int __wrap_gr_fs_thaw(int fd);
int __wrap_gr_fs_thaw(int fd)
{
	char path[PATH_MAX];

	return called("thaw", "%s", name_of(fd, path));
}

static int shared(const char *name, const struct gr_fs_share *s)
{
	char from[PATH_MAX], to[PATH_MAX];

	return called(name, "%s+%llu %s+%llu %llu", name_of(s->from, from),
		      ull(s->from_off), name_of(s->to, to), ull(s->to_off),
		      ull(s->len));
}

int __wrap_gr_fs_clone(const struct gr_fs_share *share);
int __wrap_gr_fs_clone(const struct gr_fs_share *share)
{
	return shared("clone", share);
}

int __wrap_gr_fs_dedupe(const struct gr_fs_share *share);
int __wrap_gr_fs_dedupe(const struct gr_fs_share *share)
{
	return shared("dedupe", share);
}

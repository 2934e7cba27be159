// SPDX-License-Identifier: GPL-2.0-only
/* What is asked of the kernel, to the byte; the calls themselves are fakes. */
#include "sys/fs.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#include "test.h"

static struct {
	int fd;
	unsigned long cmd;
	struct file_clone_range clone;
	struct file_dedupe_range dedupe;
	struct file_dedupe_range_info info;
	int err; /* of the call; 0 = it succeeds */
	int status; /* of the file, by FIDEDUPERANGE */
	unsigned long flags; /* of mount(2) */
	char dir[32];
} fake;

int __wrap_ioctl(int fd, unsigned long cmd, ...);
int __wrap_ioctl(int fd, unsigned long cmd, ...)
{
	struct file_dedupe_range *range;
	va_list ap;
	void *arg;

	va_start(ap, cmd);
	arg = va_arg(ap, void *);
	va_end(ap);
	fake.fd = fd;
	fake.cmd = cmd;
	if (cmd == FICLONERANGE)
		memcpy(&fake.clone, arg, sizeof(fake.clone));
	if (cmd == FIDEDUPERANGE) {
		range = arg;
		memcpy(&fake.dedupe, range, sizeof(fake.dedupe));
		fake.info = range->info[0];
		range->info[0].status = fake.status;
	}
	errno = fake.err;
	return fake.err ? -1 : 0;
}

int __wrap_mount(const char *source, const char *dir, const char *type,
		 unsigned long flags, const void *data);
int __wrap_mount(const char *source, const char *dir, const char *type,
		 unsigned long flags, const void *data)
{
	assert_null(source);
	assert_null(type);
	assert_null(data); /* the options stay as they are */
	snprintf(fake.dir, sizeof(fake.dir), "%s", dir);
	fake.flags = flags;
	errno = fake.err;
	return fake.err ? -1 : 0;
}

static int begin(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	return 0;
}

static const struct gr_fs_share share = {
	.from = 11,
	.from_off = 4096,
	.to = 12,
	.to_off = 8192,
	.len = 65536,
};

static void clones_into_the_second(void **state)
{
	(void)state;
	assert_int_equal(gr_fs_clone(&share), 0);
	assert_int_equal(fake.cmd, FICLONERANGE);
	assert_int_equal(fake.fd, 12);
	assert_int_equal(fake.clone.src_fd, 11);
	assert_int_equal(fake.clone.src_offset, 4096);
	assert_int_equal(fake.clone.src_length, 65536);
	assert_int_equal(fake.clone.dest_offset, 8192);
	fake.err = EINVAL;
	assert_int_equal(gr_fs_clone(&share), -EINVAL);
}

static void dedupes_the_second(void **state)
{
	(void)state;
	assert_int_equal(gr_fs_dedupe(&share), 0);
	assert_int_equal(fake.cmd, FIDEDUPERANGE);
	assert_int_equal(fake.fd, 11);
	assert_int_equal(fake.dedupe.src_offset, 4096);
	assert_int_equal(fake.dedupe.src_length, 65536);
	assert_int_equal(fake.dedupe.dest_count, 1);
	assert_int_equal(fake.dedupe.reserved1, 0);
	assert_int_equal(fake.dedupe.reserved2, 0);
	assert_int_equal(fake.info.dest_fd, 12);
	assert_int_equal(fake.info.dest_offset, 8192);
	assert_int_equal(fake.info.reserved, 0);
}

/* The call succeeds, and the file's own result says that nothing was done. */
static void dedupe_tells_what_became_of_it(void **state)
{
	(void)state;
	fake.status = FILE_DEDUPE_RANGE_DIFFERS;
	assert_int_equal(gr_fs_dedupe(&share), -EBADE);
	fake.status = -EPERM;
	assert_int_equal(gr_fs_dedupe(&share), -EPERM);
	fake.status = 0;
	fake.err = ENOTTY;
	assert_int_equal(gr_fs_dedupe(&share), -ENOTTY);
}

static void freezes_and_thaws(void **state)
{
	(void)state;
	assert_int_equal(gr_fs_freeze(5), 0);
	assert_int_equal(fake.cmd, FIFREEZE);
	assert_int_equal(fake.fd, 5);
	assert_int_equal(gr_fs_thaw(6), 0);
	assert_int_equal(fake.cmd, FITHAW);
	assert_int_equal(fake.fd, 6);
	fake.err = EBUSY;
	assert_int_equal(gr_fs_freeze(5), -EBUSY);
	fake.err = EINVAL;
	assert_int_equal(gr_fs_thaw(5), -EINVAL);
}

static void remounts_the_file_system(void **state)
{
	(void)state;
	assert_int_equal(gr_fs_remount("/a", true), 0);
	assert_int_equal(fake.flags, MS_REMOUNT | MS_RDONLY);
	assert_string_equal(fake.dir, "/a");
	assert_int_equal(gr_fs_remount("/b", false), 0);
	assert_int_equal(fake.flags, MS_REMOUNT);
	assert_string_equal(fake.dir, "/b");
	fake.err = EBUSY;
	assert_int_equal(gr_fs_remount("/a", true), -EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(clones_into_the_second, begin),
		cmocka_unit_test_setup(dedupes_the_second, begin),
		cmocka_unit_test_setup(dedupe_tells_what_became_of_it, begin),
		cmocka_unit_test_setup(freezes_and_thaws, begin),
		cmocka_unit_test_setup(remounts_the_file_system, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

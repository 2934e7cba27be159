// SPDX-License-Identifier: GPL-2.0-only
/* On a fake bus; mounts and null_blk devices are told, files are real. */
#include "sys/undo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_nd.h"
#include "sys/call.h"
#include "sys/file.h"
#include "sys/nullblk.h"
#include "test.h"

#define GONE 0x3ffffffe /* no process has that number */

static struct {
	unsigned int nr_mounts; /* on top of each other */
	int umount_ret;
	bool has_nullblk;
	char said[1024];
	unsigned int nr_bad;
} fake;

static char dir[64], path[96];

int __wrap_gr_fs_umount(const char *mnt, int flags);
int __wrap_gr_fs_umount(const char *mnt, int flags)
{
	assert_string_equal(mnt, "/run/guprace/none/namespace0.0");
	assert_int_equal(flags, 0);
	if (fake.umount_ret)
		return fake.umount_ret;
	if (!fake.nr_mounts)
		return -EINVAL;
	fake.nr_mounts--;
	return 0;
}

bool __wrap_gr_nullblk_exists(const char *name);
bool __wrap_gr_nullblk_exists(const char *name)
{
	assert_string_equal(name, "guprace_sink");
	return fake.has_nullblk;
}

int __wrap_gr_nullblk_remove(const char *name);
int __wrap_gr_nullblk_remove(const char *name)
{
	(void)name;
	fake.has_nullblk = false;
	return 0;
}

static void say(void *arg, bool done, const char *text)
{
	size_t used = strlen(fake.said);

	assert_null(arg);
	fake.nr_bad += !done;
	snprintf(fake.said + used, sizeof(fake.said) - used, "%s;", text);
}

static int make_place(void **state)
{
	(void)state;
	gr_fake_nd_reset();
	memset(&fake, 0, sizeof(fake));
	strcpy(dir, "/tmp/guprace-undo-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/changes", dir);
	return 0;
}

static int remove_place(void **state)
{
	(void)state;
	gr_tree_remove(dir);
	return 0;
}

/* The journal of a run that is gone, and of this process. */
static void write_journal(const char *fmt, ...) GR_PRINTF(1, 2);

static void write_journal(const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	assert_true(len > 0 && (size_t)len < sizeof(text));
	assert_int_equal(gr_file_replace(path, text, (size_t)len), 0);
}

static int undo(pid_t run, unsigned int kinds)
{
	const struct gr_undo u = {
		.path = path,
		.run = run,
		.kinds = kinds,
		.say = say,
	};

	fake.said[0] = '\0';
	fake.nr_bad = 0;
	return gr_undo(&u);
}

static ssize_t nr_noted(void)
{
	struct gr_change *all;
	ssize_t nr = gr_changes_read(path, &all);

	free(all);
	return nr;
}

static void takes_all_back_newest_first(void **state)
{
	char file[128];

	(void)state;
	snprintf(file, sizeof(file), "%s/scratch", dir);
	assert_int_equal(gr_file_replace(file, "x", 1), 0);
	fake.has_nullblk = true;
	fake.nr_mounts = 2;
	gr_fake_nd.ns[0].enabled = false;
	write_journal("null_blk %d 1 - guprace_sink\n"
		      "namespace %d 1 enabled:raw namespace0.0\n"
		      "file %d 1 - %s\n"
		      "mount %d 1 - /run/guprace/none/namespace0.0\n",
		      GONE, GONE, GONE, file, GONE);
	assert_int_equal(undo(0, GR_UNDO_ALL), 0);
	assert_int_equal(fake.nr_bad, 0);
	assert_non_null(strstr(fake.said,
			       "unmounted '/run/guprace/none/namespace0.0';"
			       "removed '/tmp/"));
	assert_non_null(strstr(fake.said,
			       "scratch';enabled namespace 'namespace0.0';"
			       "removed null_blk device 'guprace_sink';"));
	assert_false(gr_is_file(file));
	assert_int_equal(fake.nr_mounts, 0);
	assert_true(gr_fake_nd.ns[0].enabled);
	assert_false(fake.has_nullblk);
	assert_int_equal(gr_fake_nd.nr_open, 0);
	assert_int_equal(nr_noted(), 0);
}

static void says_nothing_of_what_is_gone(void **state)
{
	(void)state;
	write_journal("null_blk %d 1 - guprace_sink\n"
		      "namespace %d 1 enabled:raw namespace0.0\n"
		      "file %d 1 - %s/nothing\n"
		      "mount %d 1 - /run/guprace/none/namespace0.0\n",
		      GONE, GONE, GONE, dir, GONE);
	assert_int_equal(undo(0, GR_UNDO_ALL), 0);
	assert_string_equal(fake.said, "");
	assert_int_equal(nr_noted(), 0);
	assert_int_equal(undo(0, GR_UNDO_ALL), 0);
}

static void goes_on_past_what_stays(void **state)
{
	(void)state;
	fake.has_nullblk = true;
	fake.umount_ret = -EIO;
	write_journal("null_blk %d 1 - guprace_sink\n"
		      "mount %d 1 - /run/guprace/none/namespace0.0\n",
		      GONE, GONE);
	assert_int_equal(undo(0, GR_UNDO_ALL), -EIO);
	assert_int_equal(fake.nr_bad, 1);
	assert_non_null(strstr(fake.said,
			       "cannot unmount "
			       "'/run/guprace/none/namespace0.0': Input"));
	assert_false(fake.has_nullblk);
	assert_int_equal(nr_noted(), 1);
	fake.umount_ret = 0;
	assert_int_equal(undo(0, GR_UNDO_ALL), 0);
	assert_int_equal(nr_noted(), 0);
}

static void leaves_what_a_living_run_has(void **state)
{
	struct gr_change c = {
		.kind = GR_CHANGE_NULLBLK,
		.run = getpid(),
		.what = "guprace_sink",
	};

	(void)state;
	fake.has_nullblk = true;
	fake.nr_mounts = 1;
	write_journal("mount %d 1 - /run/guprace/none/namespace0.0\n", GONE);
	assert_int_equal(gr_change_put(path, &c), 0);
	assert_int_equal(undo(0, GR_UNDO_ALL), 0);
	assert_non_null(strstr(fake.said, "still goes on"));
	assert_true(fake.has_nullblk);
	assert_int_equal(fake.nr_mounts, 0);
	assert_int_equal(nr_noted(), 1);
	/* it itself takes its own back, of the kinds that it names */
	assert_int_equal(undo(getpid(), 1u << GR_CHANGE_MOUNT), 0);
	assert_true(fake.has_nullblk);
	assert_int_equal(undo(getpid(), GR_UNDO_ALL), 0);
	assert_false(fake.has_nullblk);
}

/* One that was out of use before is as good as before; one that is gone is told. */
static void namespaces_come_back(void **state)
{
	(void)state;
	gr_fake_nd.ns[0].enabled = false;
	write_journal("namespace %d 1 disabled:raw namespace0.0\n", GONE);
	assert_int_equal(undo(0, GR_UNDO_ALL), 0);
	assert_false(gr_fake_nd.ns[0].enabled);
	gr_fake_nd_assert_calls("");

	write_journal("namespace %d 1 enabled:raw namespace7.1\n", GONE);
	assert_int_equal(undo(0, GR_UNDO_ALL), -ENODEV);
	gr_fake_nd_assert_calls("region_enable region7;reload;");
	assert_non_null(strstr(fake.said, "cannot enable namespace "
					  "'namespace7.1': No such device"));
	gr_fake_nd.has_bus = false;
	assert_int_equal(undo(0, GR_UNDO_ALL), -ENXIO);
}

int main(void)
{
#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		IN_PLACE(takes_all_back_newest_first),
		IN_PLACE(says_nothing_of_what_is_gone),
		IN_PLACE(goes_on_past_what_stays),
		IN_PLACE(leaves_what_a_living_run_has),
		IN_PLACE(namespaces_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

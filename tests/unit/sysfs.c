// SPDX-License-Identifier: GPL-2.0-only
#include "sys/sysfs.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "sys/nd.h"
#include "test.h"

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/guprace-sysfs-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static void put(const char *name, const char *text)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void drop(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(unlink(path), 0);
}

static void reads(void **state)
{
	char buf[8] = "before";

	(void)state;
	put("a", "text\n");
	assert_int_equal(gr_sysfs_read(buf, sizeof(buf), "%s/%s", dir, "a"), 0);
	assert_string_equal(buf, "text");
	put("a", "");
	assert_int_equal(gr_sysfs_read(buf, sizeof(buf), "%s/a", dir), 0);
	assert_string_equal(buf, "");
	put("a", "much too long");
	assert_int_equal(gr_sysfs_read(buf, sizeof(buf), "%s/a", dir), 0);
	assert_string_equal(buf, "much to");
	drop("a");
	assert_int_equal(gr_sysfs_read(buf, sizeof(buf), "%s/a", dir), -ENOENT);
	assert_string_equal(buf, "");
	assert_false(gr_sysfs_exists("%s/a", dir));
}

static void writes(void **state)
{
	char buf[8];

	(void)state;
	put("a", "");
	assert_int_equal(gr_sysfs_write("1", "%s/a", dir), 0);
	assert_int_equal(gr_sysfs_read(buf, sizeof(buf), "%s/a", dir), 0);
	assert_string_equal(buf, "1");
	drop("a");
	assert_int_equal(gr_sysfs_write("1", "%s/a", dir), -ENOENT);
	assert_int_equal(gr_sysfs_write("1", "/dev/full"), -ENOSPC);
}

static void follows_links(void **state)
{
	char path[96], buf[8];

	(void)state;
	snprintf(path, sizeof(path), "%s/driver", dir);
	assert_int_equal(symlink("../../kmem", path), 0);
	assert_int_equal(gr_sysfs_link(buf, sizeof(buf), "%s/driver", dir), 0);
	assert_string_equal(buf, "kmem");
	assert_int_equal(gr_sysfs_link(buf, 4, "%s/driver", dir),
			 -ENAMETOOLONG);
	drop("driver");
	assert_int_equal(gr_sysfs_link(buf, sizeof(buf), "%s/driver", dir),
			 -ENOENT);
}

static void *make_node(void *arg)
{
	put("node", "");
	return arg;
}

static void waits_for_a_node(void **state)
{
	char path[96];
	pthread_t thread;

	(void)state;
	snprintf(path, sizeof(path), "%s/node", dir);
	assert_int_equal(gr_nd_wait_node(path, 0), -ETIMEDOUT);
	assert_int_equal(gr_nd_wait_node(path, 10 * GR_NSEC_PER_MSEC),
			 -ETIMEDOUT);
	assert_int_equal(pthread_create(&thread, NULL, make_node, NULL), 0);
	assert_int_equal(gr_nd_wait_node(path, 10 * GR_NSEC_PER_SEC), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	drop("node");
	assert_int_equal(gr_nd_wait_node("/nowhere/node", GR_NSEC_PER_SEC),
			 -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(writes),
		cmocka_unit_test(follows_links),
		cmocka_unit_test(waits_for_a_node),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

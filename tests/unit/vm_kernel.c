// SPDX-License-Identifier: GPL-2.0-only
#include "vm/kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sys/file.h"
#include "test.h"

struct box {
	char dir[PATH_MAX]; /* scratch; also the cache */
	char error[512]; /* what was reported last */
};

static void take_error(enum gr_log_level level, const char *text, void *arg)
{
	struct box *box = arg;

	if (level == GR_LOG_ERROR)
		snprintf(box->error, sizeof(box->error), "%s", text);
}

static int set_up(void **state)
{
	struct box *box = calloc(1, sizeof(*box));

	if (!box || gr_temp_dir(box->dir) ||
	    setenv("XDG_CACHE_HOME", box->dir, 1))
		return -1;
	gr_log_set_sink(take_error, box);
	*state = box;
	return 0;
}

static int tear_down(void **state)
{
	struct box *box = *state;

	gr_log_set_sink(NULL, NULL);
	gr_tree_remove(box->dir);
	free(box);
	return 0;
}

/* A file below the scratch folder. */
static void put(const struct box *box, const char *where, const void *buf,
		size_t len)
{
	char path[PATH_MAX];

	assert_int_equal(gr_path(path, "%s/%s", box->dir, where), 0);
	assert_int_equal(gr_file_replace(path, buf, len), 0);
}

/* As much of a bzImage as is looked at: magic, protocol, version string. */
static void put_kernel(const struct box *box, const char *where,
		       const char *release)
{
	char image[4096] = {0};

	memcpy(image + 0x202, "HdrS", 4);
	image[0x206] = 0x0f;
	image[0x207] = 0x02;
	image[0x20f] = 0x04; /* version string at 0x400 + 0x200 */
	snprintf(image + 0x600, 256, "%s (somebody@somewhere) #1", release);
	put(box, where, image, sizeof(image));
}

static void put_cached(const struct box *box, const char *release)
{
	char path[PATH_MAX];

	assert_int_equal(gr_path(path, "guprace/kernels/%s/vmlinuz", release),
			 0);
	put_kernel(box, path, release);
	assert_int_equal(
		gr_path(path, "guprace/kernels/%s/lib/modules/%s/modules.dep",
			release, release),
		0);
	put(box, path, "", 0);
}

static void put_link(const struct box *box, const char *name, const char *to)
{
	char path[PATH_MAX];

	assert_int_equal(gr_path(path, "%s/guprace/kernels/%s", box->dir, name),
			 0);
	assert_int_equal(gr_symlink(to, path), 0);
}

static int find(const struct box *box, const char *where,
		struct gr_kernel *kernel)
{
	char path[PATH_MAX];

	assert_int_equal(gr_path(path, "%s/%s", box->dir, where), 0);
	return gr_kernel_find(path, NULL, kernel);
}

static void picks_from_the_cache(void **state)
{
	const struct {
		const char *name;
		const char *want; /* NULL = none */
	} rows[] = {
		{NULL, "6.12.9-amd64"},
		{"6.1", "6.1.10-amd64"},
		{"6.1.9-amd64", "6.1.9-amd64"},
		{"6.12", "6.12.9-amd64"},
		{"6", "6.12.9-amd64"},
		{"6.2", NULL},
		{"6.1.1", NULL},
		{"hmm", "6.1.10-hmm"},
		{"hmm-6.12", "6.12.9-hmm"},
	};
	struct box *box = *state;
	struct gr_kernel kernel;

	put_cached(box, "6.1.9-amd64");
	put_cached(box, "6.1.10-amd64");
	put_cached(box, "6.12.9-amd64");
	put_kernel(box, "guprace/built/a/vmlinuz", "6.1.10-hmm");
	put(box, "guprace/built/a/lib/modules/6.1.10-hmm/modules.dep", "", 0);
	put_kernel(box, "guprace/built/b/vmlinuz", "6.12.9-hmm");
	put(box, "guprace/built/b/lib/modules/6.12.9-hmm/modules.dep", "", 0);
	put_link(box, "hmm", "../built/a");
	put_link(box, "hmm-6.12.9", "../built/b");
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		int ret = gr_kernel_find(rows[i].name, NULL, &kernel);

		assert_int_equal(ret, rows[i].want ? 0 : -ENOENT);
		if (rows[i].want)
			assert_string_equal(kernel.release, rows[i].want);
		else
			assert_non_null(strstr(box->error, "tools/get-kernel"));
	}
}

static void prefers_the_default_of_the_cache(void **state)
{
	struct box *box = *state;
	struct gr_kernel kernel;

	put_cached(box, "6.1.9-amd64");
	put_cached(box, "7.2.1-amd64");
	put_link(box, "default", "6.1.9-amd64");
	assert_int_equal(gr_kernel_find(NULL, NULL, &kernel), 0);
	assert_string_equal(kernel.release, "6.1.9-amd64");
}

static void sees_whether_test_hmm_is_there(void **state)
{
	const struct {
		const char *config;
		bool has;
	} rows[] = {
		{"CONFIG_A=y\nCONFIG_TEST_HMM=m\n", true},
		{"CONFIG_TEST_HMM=y", true},
		{"# CONFIG_TEST_HMM is not set\n", false},
		{"CONFIG_TEST_HMM_X=y\nXCONFIG_TEST_HMM=y\n", false},
		{"CONFIG_TEST_HMM=n\n", false},
		{"", false},
	};
	struct box *box = *state;
	struct gr_kernel kernel;

	put_cached(box, "6.1.9-hmm");
	assert_int_equal(gr_kernel_find("6.1.9-hmm", NULL, &kernel), 0);
	assert_false(kernel.test_hmm);
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		put(box, "guprace/kernels/6.1.9-hmm/config", rows[i].config,
		    strlen(rows[i].config));
		assert_int_equal(gr_kernel_find("6.1.9-hmm", NULL, &kernel), 0);
		assert_int_equal(kernel.test_hmm, rows[i].has);
	}
}

/* A kernel that was built has a name of its own, and a release. */
static void finds_what_was_built(void **state)
{
	struct box *box = *state;
	struct gr_kernel kernel;
	const char *release = "6.1.9-hmm";

	put_kernel(box, "guprace/kernels/own-7.2.12/vmlinuz", "7.2.12-hmm");
	put_kernel(box, "guprace/kernels/own-mutants/vmlinuz", "6.1.9-hmmm");
	assert_int_equal(gr_kernel_find("own", NULL, &kernel), -ENOENT);
	put_kernel(box, "guprace/kernels/own/vmlinuz", release);
	put(box, "guprace/kernels/own/lib/modules/6.1.9-hmm/modules.dep", "",
	    0);
	assert_int_equal(gr_kernel_find("own", NULL, &kernel), 0);
	assert_string_equal(kernel.release, release);
	assert_int_equal(gr_kernel_find(release, NULL, &kernel), 0);
	assert_string_equal(kernel.release, release);
}

static void takes_package_roots(void **state)
{
	struct box *box = *state;
	struct gr_kernel kernel;

	put_kernel(box, "old/boot/vmlinuz-6.1.0-9", "6.1.0-9");
	put(box, "old/boot/config-6.1.0-9", "", 0);
	put(box, "old/lib/modules/6.1.0-9/kernel/a.ko.xz", "", 0);
	assert_int_equal(find(box, "old", &kernel), 0);
	assert_string_equal(kernel.release, "6.1.0-9");
	assert_non_null(strstr(kernel.modules, "old/lib/modules/6.1.0-9"));
	assert_non_null(strstr(kernel.config, "old/boot/config-6.1.0-9"));
	put_kernel(box, "new/usr/lib/modules/7.2/vmlinuz", "7.2");
	put(box, "new/usr/lib/modules/7.2/kernel/a.ko", "", 0);
	assert_int_equal(find(box, "new", &kernel), 0);
	assert_non_null(strstr(kernel.modules, "new/usr/lib/modules/7.2"));
	assert_int_equal(find(box, "new/usr/lib/modules/7.2/vmlinuz", &kernel),
			 0);
	assert_string_equal(kernel.release, "7.2");
}

static void takes_build_trees(void **state)
{
	struct box *box = *state;
	struct gr_kernel kernel;

	put_kernel(box, "tree/arch/x86/boot/bzImage", "6.1.0+");
	put(box, "tree/vmlinux", "no ELF", 6);
	put(box, "tree/.config", "", 0);
	put(box, "tree/drivers/dax/device_dax.ko", "", 0);
	assert_int_equal(find(box, "tree", &kernel), 0);
	assert_string_equal(kernel.release, "6.1.0+");
	assert_string_equal(kernel.elf, "");
	assert_non_null(strstr(kernel.config, "tree/.config"));
	assert_int_equal(find(box, "tree/arch/x86/boot/bzImage", &kernel), 0);
	assert_non_null(strstr(kernel.modules, "/tree"));
}

static void tells_what_is_wrong(void **state)
{
	struct box *box = *state;
	struct gr_kernel kernel;

	put(box, "text", "not a kernel", 12);
	assert_int_equal(find(box, "text", &kernel), -EINVAL);
	assert_non_null(strstr(box->error, "no x86 kernel"));
	put_kernel(box, "lone/bzImage", "6.1.0");
	assert_int_equal(find(box, "lone/bzImage", &kernel), -ENOENT);
	assert_non_null(strstr(box->error, "cannot find modules"));
	assert_int_equal(find(box, "nowhere/at/all", &kernel), -ENOENT);
	assert_int_equal(find(box, "lone", &kernel), -ENOENT);
	assert_non_null(strstr(box->error, "neither a kernel build tree"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(picks_from_the_cache, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			prefers_the_default_of_the_cache, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sees_whether_test_hmm_is_there,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(finds_what_was_built, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(takes_package_roots, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(takes_build_trees, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(tells_what_is_wrong, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

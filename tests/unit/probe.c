// SPDX-License-Identifier: GPL-2.0-only
/* Needs held against a machine whose kernel and modules are told. */
#include "engine/probe.h"

#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "sys/fs.h"
#include "sys/kernel.h"
#include "sys/module.h"
#include "test.h"

static struct {
	const char *no_option; /* all others are set */
	bool has_config;
	bool is_root;
} fake;

int __wrap_gr_kernel_option(const char *name);
int __wrap_gr_kernel_option(const char *name)
{
	if (!fake.has_config)
		return -ENOENT;
	return !fake.no_option || strcmp(name, fake.no_option) != 0;
}

bool __wrap_gr_is_root(void);
bool __wrap_gr_is_root(void)
{
	return fake.is_root;
}

bool __wrap_gr_module_available(const char *name);
bool __wrap_gr_module_available(const char *name)
{
	(void)name;
	return true;
}

bool __wrap_gr_fs_has_mkfs(const char *type);
bool __wrap_gr_fs_has_mkfs(const char *type)
{
	(void)type;
	return true;
}

static int probe(struct gr_reason *why)
{
	static const struct gr_ctx ctx = {.in_guest = true};
	const struct gr_target_spec spec = {
		.align = 4 * GR_KIB,
		.fs = GR_FS_EXT4,
	};

	memset(why, 0, sizeof(*why));
	return gr_probe_target(&ctx, gr_target_find("fsdax"), &spec, why);
}

static int begin(void **state)
{
	(void)state;
	gr_fake_nd_reset();
	memset(&fake, 0, sizeof(fake));
	fake.has_config = fake.is_root = true;
	return 0;
}

static void a_kernel_without_fs_dax_is_named(void **state)
{
	struct gr_reason why;

	(void)state;
	assert_int_equal(probe(&why), 0);
	fake.no_option = "CONFIG_FS_DAX";
	assert_int_equal(probe(&why), -ENODEV);
	assert_string_equal(why.text, "needs a kernel with CONFIG_FS_DAX");
}

/* Not to know is no reason to leave a case out. */
static void an_unknown_kernel_is_tried(void **state)
{
	struct gr_reason why;

	(void)state;
	fake.no_option = "CONFIG_FS_DAX";
	fake.has_config = false;
	assert_int_equal(probe(&why), 0);
}

static void root_is_needed_first(void **state)
{
	struct gr_reason why;

	(void)state;
	fake.no_option = "CONFIG_FS_DAX";
	fake.is_root = false;
	assert_int_equal(probe(&why), -EPERM);
	assert_string_equal(why.text, "needs root");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_kernel_without_fs_dax_is_named, begin),
		cmocka_unit_test_setup(an_unknown_kernel_is_tried, begin),
		cmocka_unit_test_setup(root_is_needed_first, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

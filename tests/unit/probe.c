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
	unsigned int nr_asked; /* for options */
} fake;

int __wrap_gr_kernel_option(const char *name);
int __wrap_gr_kernel_option(const char *name)
{
	fake.nr_asked++;
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

/* The reason comes with each answer, and another question is asked. */
static void asks_each_question_once(void **state)
{
	static const struct gr_ctx ctx = {.in_guest = true};
	const struct gr_target_ops *fsdax = gr_target_find("fsdax");
	struct gr_target_spec spec = {.align = 4 * GR_KIB, .fs = GR_FS_EXT4};
	struct gr_reason first = {""}, again = {""};
	struct gr_answers answers;
	struct gr_prober p;
	unsigned int nr;

	(void)state;
	fake.has_config = fake.is_root = true;
	fake.no_option = "CONFIG_FS_DAX";
	gr_prober_init(&p, &answers, &ctx);
	fake.nr_asked = 0;
	assert_int_equal(p.target(p.arg, fsdax, &spec, &first), -ENODEV);
	nr = fake.nr_asked;
	assert_int_not_equal(nr, 0);
	assert_int_equal(p.target(p.arg, fsdax, &spec, &again), -ENODEV);
	assert_int_equal(fake.nr_asked, nr);
	assert_string_equal(first.text, "needs a kernel with CONFIG_FS_DAX");
	assert_string_equal(again.text, first.text);
	spec.fs = GR_FS_XFS;
	assert_int_equal(p.target(p.arg, fsdax, &spec, &again), -ENODEV);
	assert_int_not_equal(fake.nr_asked, nr);
	gr_answers_fini(&answers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_kernel_without_fs_dax_is_named, begin),
		cmocka_unit_test_setup(an_unknown_kernel_is_tried, begin),
		cmocka_unit_test_setup(root_is_needed_first, begin),
		cmocka_unit_test(asks_each_question_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

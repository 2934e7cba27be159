// SPDX-License-Identifier: GPL-2.0-only
#include "engine/guard.h"

#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "test.h"

#define NS .ns = "namespace0.0"
#define USE(s, b) .use = {.state = (s), .by = b}

static const struct {
	const char *name;
	struct gr_guard_facts facts;
	int want;
	const char *says; /* part of the sentence */
} rows[] = {
	{"ours and free", {NS, .is_ours = true}, 0, ""},
	{"ours, named", {NS, .is_ours = true, .is_named = true}, 0, ""},
	{"not ours", {NS}, -EPERM, "not made by guprace"},
	{"not ours, named", {NS, .is_named = true}, -EPERM, "not made by"},
	{"not ours, forced but not named",
	 {NS, .is_forced = true},
	 -EPERM,
	 "not made by"},
	{"not ours, named and forced",
	 {NS, .is_named = true, .is_forced = true},
	 0,
	 ""},
	{"mounted",
	 {NS, .is_ours = true, USE(GR_BLOCK_MOUNTED, "/mnt/a")},
	 -EBUSY,
	 "mounted on '/mnt/a'"},
	{"mounted, named",
	 {NS, .is_named = true, USE(GR_BLOCK_MOUNTED, "/mnt/a")},
	 -EBUSY,
	 "mounted"},
	{"mounted, forced but not named",
	 {NS, .is_forced = true, USE(GR_BLOCK_MOUNTED, "/mnt/a")},
	 -EBUSY,
	 "mounted"},
	{"mounted, named and forced",
	 {NS, .is_named = true, .is_forced = true,
	  USE(GR_BLOCK_MOUNTED, "/mnt/a")},
	 0,
	 ""},
	{"swap",
	 {NS, .is_ours = true, USE(GR_BLOCK_SWAP, "/dev/pmem0")},
	 -EBUSY,
	 "swap"},
	{"held",
	 {NS, .is_ours = true, USE(GR_BLOCK_HELD, "dm-0 (a)")},
	 -EBUSY,
	 "held by 'dm-0 (a)'"},
	{"opened",
	 {NS, .is_ours = true, USE(GR_BLOCK_OPENED, "")},
	 -EBUSY,
	 "opened exclusively"},
	{"system memory",
	 {NS, .is_ours = true, .is_sysram = true},
	 -EBUSY,
	 "system memory"},
	{"ext4",
	 {NS, .is_ours = true, .signature = "ext4"},
	 -EPERM,
	 "signature of 'ext4'"},
	{"ext4, named and forced",
	 {NS, .is_named = true, .is_forced = true, .signature = "ext4"},
	 0,
	 ""},
	{"disabled",
	 {NS, .is_ours = true, .is_hidden = true},
	 -EPERM,
	 "enable it first"},
	{"use is told before content",
	 {NS, .signature = "ext4", USE(GR_BLOCK_MOUNTED, "/mnt/a")},
	 -EBUSY,
	 "mounted"},
};

static void decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		struct gr_reason why = {.text = ""};

		print_message("%s\n", rows[i].name);
		assert_int_equal(gr_guard_decide(&rows[i].facts, &why),
				 rows[i].want);
		assert_non_null(strstr(why.text, rows[i].says));
		if (!rows[i].want) {
			assert_string_equal(why.text, "");
			continue;
		}
		assert_non_null(strstr(why.text, "'namespace0.0'"));
		assert_non_null(strstr(why.text, "--force"));
	}
}

static void needs_no_reason(void **state)
{
	const struct gr_guard_facts facts = {NS};

	(void)state;
	assert_int_equal(gr_guard_decide(&facts, NULL), -EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decides),
		cmocka_unit_test(needs_no_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

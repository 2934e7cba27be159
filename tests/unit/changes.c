// SPDX-License-Identifier: GPL-2.0-only
#include "sys/changes.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/file.h"
#include "test.h"

static char dir[64], path[96];

static int make_place(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/guprace-changes-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/run/changes", dir);
	return 0;
}

static int remove_place(void **state)
{
	(void)state;
	gr_tree_remove(dir);
	return 0;
}

static int put(pid_t run, enum gr_change_kind kind, const char *what,
	       const char *before)
{
	struct gr_change c = {.kind = kind, .run = run};

	snprintf(c.what, sizeof(c.what), "%s", what);
	snprintf(c.before, sizeof(c.before), "%s", before);
	return gr_change_put(path, &c);
}

static void is_told_in_order(void **state)
{
	static const struct {
		enum gr_change_kind kind;
		const char *what, *before;
	} rows[] = {
		{GR_CHANGE_NULLBLK, "guprace_sink", ""},
		{GR_CHANGE_DM, "guprace_hold_0", ""},
		{GR_CHANGE_NAMESPACE, "namespace0.0", "enabled:devdax"},
		{GR_CHANGE_MOUNT, "/run/guprace/mnt/namespace0.0", ""},
		{GR_CHANGE_FILE, "/tmp/with a blank", ""},
	};
	struct gr_change *all;

	(void)state;
	assert_int_equal(put(0, GR_CHANGE_DM, "of_nobody", ""), -EINVAL);
	assert_int_equal(gr_changes_read(path, &all), 0);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(put(getpid(), rows[i].kind, rows[i].what,
				     rows[i].before),
				 0);
	assert_int_equal(gr_changes_read(path, &all), 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(all[i].kind, rows[i].kind);
		assert_int_equal(all[i].run, getpid());
		assert_string_equal(all[i].what, rows[i].what);
		assert_string_equal(all[i].before, rows[i].before);
		assert_true(gr_change_is_alive(&all[i]));
	}
	free(all);
	assert_int_equal(gr_change_take(path, GR_CHANGE_DM, "guprace_hold_0"),
			 0);
	/* a part of a name, another kind: nothing of that is there */
	assert_int_equal(gr_change_take(path, GR_CHANGE_FILE, "/tmp/with"), 0);
	assert_int_equal(gr_change_take(path, GR_CHANGE_DM, "guprace_sink"), 0);
	assert_int_equal(gr_changes_read(path, &all), 4);
	assert_string_equal(all[1].what, "namespace0.0");
	free(all);
}

/* A run that goes on with what another left has it for its own. */
static void is_there_once(void **state)
{
	struct gr_change *all;
	pid_t child = fork();

	(void)state;
	if (!child)
		for (;;)
			pause();
	assert_true(child > 0);
	assert_int_equal(
		put(child, GR_CHANGE_NAMESPACE, "namespace0.0", "enabled:raw"),
		0);
	assert_int_equal(gr_changes_read(path, &all), 1);
	assert_true(gr_change_is_alive(&all[0]));
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_false(gr_change_is_alive(&all[0]));
	free(all);
	assert_int_equal(put(getpid(), GR_CHANGE_NAMESPACE, "namespace0.0",
			     "disabled:devdax"),
			 0);
	assert_int_equal(gr_changes_read(path, &all), 1);
	assert_int_equal(all[0].run, getpid());
	assert_string_equal(all[0].before, "enabled:raw");
	/* the number of a process that is gone may be given to another */
	all[0].began++;
	assert_false(gr_change_is_alive(&all[0]));
	free(all);
}

static void passes_over_what_is_not_ours(void **state)
{
	static const char text[] =
		"\nnonsense\nmount x 1 - /a\nmount 0 1 - /a\n"
		"loop 1 1 - /dev/loop0\nmount 1 1 -\nmount 1 1 - \n"
		"mount 1 99 - /mnt\nfile 1";
	struct gr_change *all;

	(void)state;
	assert_int_equal(gr_file_replace(path, text, sizeof(text) - 1), 0);
	assert_int_equal(gr_changes_read(path, &all), 1);
	assert_string_equal(all[0].what, "/mnt");
	assert_int_equal(all[0].began, 99);
	free(all);
}

static void refuses_what_cannot_be_noted(void **state)
{
	(void)state;
	assert_int_equal(put(getpid(), GR_CHANGE_FILE, "", ""), -EINVAL);
	assert_int_equal(put(getpid(), GR_CHANGE_FILE, "/a\n/b", ""), -EINVAL);
	assert_true(put(0x3fffffff, GR_CHANGE_FILE, "/a", "") < 0);
	strcpy(path, "/proc/self/nowhere");
	assert_int_equal(put(getpid(), GR_CHANGE_FILE, "/a", ""), -ENOENT);
}

int main(void)
{
#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		IN_PLACE(is_told_in_order),
		IN_PLACE(is_there_once),
		IN_PLACE(passes_over_what_is_not_ours),
		IN_PLACE(refuses_what_cannot_be_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

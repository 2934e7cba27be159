// SPDX-License-Identifier: GPL-2.0-only
#include "sys/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define A "aaaaaaaa-0000-4000-8000-000000000001"
#define B "bbbbbbbb-0000-4000-8000-000000000002"

struct place {
	char dir[64];
	char path[96];
};

static int make_place(void **state)
{
	struct place *p = test_calloc(1, sizeof(*p));

	strcpy(p->dir, "/tmp/guprace-journal-XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	snprintf(p->path, sizeof(p->path), "%s/new/namespaces", p->dir);
	*state = p;
	return 0;
}

static int remove_place(void **state)
{
	struct place *p = *state;
	char name[128];

	unlink(p->path);
	snprintf(name, sizeof(name), "%s.lock", p->path);
	unlink(name);
	*strrchr(p->path, '/') = '\0';
	/* Fails if anything else was left behind. */
	if ((rmdir(p->path) && errno != ENOENT) || rmdir(p->dir))
		return -1;
	test_free(p);
	return 0;
}

static int count_lines(const char *path)
{
	FILE *file = fopen(path, "r");
	int c, nr = 0;

	assert_non_null(file);
	while ((c = fgetc(file)) != EOF)
		nr += c == '\n';
	fclose(file);
	return nr;
}

static void remembers_and_forgets(void **state)
{
	const char *path = ((struct place *)*state)->path;

	assert_false(gr_journal_has(path, A));
	assert_int_equal(gr_journal_add(path, A, "namespace0.0"), 0);
	assert_int_equal(gr_journal_add(path, B, "namespace1.0"), 0);
	assert_true(gr_journal_has(path, A));
	assert_true(gr_journal_has(path, B));
	assert_int_equal(gr_journal_remove(path, A), 0);
	assert_false(gr_journal_has(path, A));
	assert_true(gr_journal_has(path, B));
	assert_int_equal(gr_journal_remove(path, A), 0);
	assert_int_equal(count_lines(path), 1);
}

static void has_each_uuid_once(void **state)
{
	const char *path = ((struct place *)*state)->path;

	for (int i = 0; i < 3; i++)
		assert_int_equal(gr_journal_add(path, A, "namespace0.0"), 0);
	assert_int_equal(count_lines(path), 1);
}

static void knows_no_part_of_a_uuid(void **state)
{
	const char *path = ((struct place *)*state)->path;

	assert_int_equal(gr_journal_add(path, A, "namespace0.0"), 0);
	assert_false(gr_journal_has(path, ""));
	assert_false(gr_journal_has(path, "aaaaaaaa"));
	assert_false(gr_journal_has(path, "namespace0.0"));
	assert_int_equal(gr_journal_add(path, "", "namespace0.0"), -EINVAL);
}

static void tells_what_it_cannot_write(void **state)
{
	(void)state;
	assert_int_equal(
		gr_journal_add("/proc/self/nowhere", A, "namespace0.0"),
		-ENOENT);
	assert_false(gr_journal_has("/proc/self/nowhere", A));
}

/* Two writers at a time lose no line of each other. */
static void writers_take_turns(void **state)
{
	const char *path = ((struct place *)*state)->path;
	pid_t pids[4];
	int status;

	for (int i = 0; i < 4; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		for (int n = 0; !pids[i] && n < 25; n++) {
			char uuid[40];

			snprintf(uuid, sizeof(uuid),
				 "%08d-0000-4000-8000-%012d", i, n);
			if (gr_journal_add(path, uuid, "namespace0.0"))
				_exit(1);
		}
		if (!pids[i])
			_exit(0);
	}
	for (int i = 0; i < 4; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count_lines(path), 100);
}

int main(void)
{
#define IN_PLACE(test) \
	cmocka_unit_test_setup_teardown(test, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		IN_PLACE(remembers_and_forgets),
		IN_PLACE(has_each_uuid_once),
		IN_PLACE(knows_no_part_of_a_uuid),
		IN_PLACE(writers_take_turns),
		cmocka_unit_test(tells_what_it_cannot_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

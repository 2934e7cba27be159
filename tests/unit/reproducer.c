// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C files of guprace replay --minimize: short, compiled without a warning,
 * and run on a file, where nothing is wrong.
 */
#include "report/reproducer_internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/recipe.h"
#include "core/registry.h"
#include "sys/file.h"
#include "sys/spawn.h"
#include "test.h"

#define LINES_MAX 150

static char folder[PATH_MAX];

static int make_folder(void **state)
{
	(void)state;
	return gr_temp_dir(folder);
}

static int remove_folder(void **state)
{
	(void)state;
	gr_tree_remove(folder);
	return 0;
}

static char *text_for(const struct gr_case *c)
{
	const struct gr_reproducer r = {
		.c = c,
		.found = "leak (never-returned)",
		.release = "6.1.0",
		.offset_ns = -1500,
	};
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	gr_reproducer_write(f, &r);
	assert_int_equal(fclose(f), 0);
	return text;
}

static int run(struct gr_words *argv)
{
	char *out = NULL;
	int status = -1;

	assert_int_equal(argv->err, 0);
	assert_int_equal(gr_process_output(argv->word, &out, &status), 0);
	if (status)
		print_message("%s: %s\n", argv->word[0], out);
	free(out);
	gr_words_free(argv);
	return status;
}

static void compile(const char *text, char *program)
{
	char source[PATH_MAX];
	struct gr_words argv = {0};

	assert_int_equal(gr_path(source, "%s/x.c", folder), 0);
	assert_int_equal(gr_path(program, "%s/x", folder), 0);
	assert_int_equal(gr_file_replace(source, text, strlen(text)), 0);
	(void)gr_words_add(&argv, "cc"); /* an error is kept */
	(void)gr_words_add(&argv, "-O2");
	(void)gr_words_add(&argv, "-Wall");
	(void)gr_words_add(&argv, "-Wextra");
	(void)gr_words_add(&argv, "-Werror");
	(void)gr_words_add(&argv, "-pthread");
	(void)gr_words_add(&argv, "-o");
	(void)gr_words_add(&argv, "%s", program);
	(void)gr_words_add(&argv, "%s", source);
	assert_int_equal(run(&argv), 0);
}

static void need_cc(void)
{
	char path[PATH_MAX];

	if (gr_path_program("cc", path))
		skip(); /* nothing to compile it with */
}

static void race_on_a_file(const char *program)
{
	struct gr_words argv = {0};

	(void)gr_words_add(&argv, "%s", program); /* an error is kept */
	(void)gr_words_add(&argv, "%s/file", folder);
	(void)gr_words_add(&argv, "/dev/null");
	(void)gr_words_add(&argv, "1");
	assert_int_equal(run(&argv), 0);
}

/* Each pin against each invalidator for which there is C. */
static void all_are_short_and_compile(void **state)
{
	unsigned int nr = 0;

	(void)state;
	need_cc();
	for (const struct gr_pin_ops *const *p = gr_pins(); *p; p++)
		for (const struct gr_invalidate_ops *const *i =
			     gr_invalidators();
		     *i; i++) {
			char name[GR_CASE_NAME_MAX], program[PATH_MAX], *text;
			unsigned int lines = 0;
			struct gr_case c;

			(void)snprintf(name, sizeof(name),
				       "fsdax-ext4/4K/%s/%s/page", (*p)->name,
				       (*i)->name);
			assert_int_equal(gr_recipe_parse(name, &c), 0);
			if (!gr_reproducer_can(&c))
				continue;
			text = text_for(&c);
			for (const char *at = text; *at; at++)
				lines += *at == '\n';
			assert_in_range(lines, 50, LINES_MAX - 1);
			if (!nr++ || !strcmp((*i)->name, "truncate"))
				compile(text, program);
			free(text);
		}
	assert_true(nr >= 20);
}

static void runs_where_nothing_is_wrong(void **state)
{
	static const char *const names[] = {
		"fsdax-ext4/4K/futex_shared/truncate/page",
		"fsdax-ext4/2M/process_vm/munmap/page",
		"fsdax-ext4/4K/proc_mem/madvise_dontneed/page",
	};

	(void)state;
	need_cc();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char program[PATH_MAX], *text;
		struct gr_case c;

		assert_int_equal(gr_recipe_parse(names[i], &c), 0);
		assert_true(gr_reproducer_can(&c));
		text = text_for(&c);
		compile(text, program);
		race_on_a_file(program);
		free(text);
	}
}

static void says_what_it_cannot(void **state)
{
	struct gr_case c;

	(void)state;
	assert_int_equal(
		gr_recipe_parse("devdax/4K/af_xdp/ns_disable/page", &c), 0);
	assert_false(gr_reproducer_can(&c));
	assert_int_equal(
		gr_recipe_parse("devdax/4K/odirect_write/balance/page", &c), 0);
	assert_false(gr_reproducer_can(&c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_short_and_compile),
		cmocka_unit_test(runs_where_nothing_is_wrong),
		cmocka_unit_test(says_what_it_cannot),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "invalidate_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/registry.h"
#include "fake_fs.h"
#include "sys/call.h"
#include "sys/file.h"
#include "test.h"

#define MAPPED ((uint64_t)GR_TEST_FILE_PAGES * GR_TEST_PAGE)

void gr_test_file_make(struct gr_test_file *x)
{
	size_t len = x->target.file_off + x->target.size;
	char *bytes = malloc(len);
	int fd = gr_create(x->target.dev, O_RDWR | O_TRUNC, 0600);

	assert_non_null(bytes);
	assert_true(fd >= 0);
	gr_test_fill(bytes, len, 7);
	assert_int_equal(gr_write(fd, bytes, len), len);
	assert_int_equal(gr_close(fd), 0);
	free(bytes);
}

void gr_test_file_begin(struct gr_test_file *x, const char *name, uint64_t leaf)
{
	struct gr_target *t = &x->target;

	memset(x, 0, sizeof(*x));
	gr_fake_fs_reset();
	gr_test_holds(&x->before);
	snprintf(t->mnt, sizeof(t->mnt), "./%s-test.tmp", name);
	snprintf(t->dev, sizeof(t->dev), "%s/data", t->mnt);
	strcpy(t->ns, "namespace99.9");
	t->spec.align = leaf;
	t->file_off = leaf;
	t->size = MAPPED;
	gr_tree_remove(t->mnt);
	assert_int_equal(gr_mkdir(t->mnt, 0700), 0);
	gr_test_file_make(x);
	x->inv.ops = gr_invalidate_find(name);
	assert_non_null(x->inv.ops);
	x->inv.ctx = &x->ctx;
	x->inv.target = t;
	x->inv.priv = calloc(1, x->inv.ops->priv_size + 1);
	assert_non_null(x->inv.priv);
	assert_int_equal(x->inv.ops->setup(&x->ctx, &x->inv), 0);
	gr_fake_fs_assert_calls(""); /* setup() takes nothing away */
}

void gr_test_file_does(struct gr_test_file *x, const char *calls)
{
	struct gr_test_holds before;

	gr_test_holds(&before);
	assert_int_equal(x->inv.ops->invalidate(&x->inv), 0);
	gr_fake_fs_assert_calls(calls);
	gr_test_assert_holds(&before);
}

void gr_test_file_undoes(struct gr_test_file *x, const char *calls)
{
	struct gr_test_holds before;

	gr_test_holds(&before);
	assert_int_equal(x->inv.ops->restore(&x->inv), 0);
	gr_fake_fs_assert_calls(calls);
	gr_test_assert_holds(&before);
}

void gr_test_file_fails(struct gr_test_file *x, const char *call, int err,
			const char *calls)
{
	struct gr_test_holds before;

	gr_test_holds(&before);
	snprintf(gr_fake_fs.fail_call, sizeof(gr_fake_fs.fail_call), "%s",
		 call);
	gr_fake_fs.fail_ret = -err;
	assert_int_equal(x->inv.ops->invalidate(&x->inv), -err);
	gr_fake_fs.fail_call[0] = '\0';
	gr_fake_fs_assert_calls(calls);
	gr_test_assert_holds(&before);
}

void gr_test_file_gone(struct gr_test_file *x)
{
	struct gr_test_holds before;

	gr_test_holds(&before);
	assert_int_equal(gr_unlink(x->target.dev), 0);
	assert_int_equal(x->inv.ops->invalidate(&x->inv), -ENOENT);
	gr_fake_fs_assert_calls("");
	gr_test_assert_holds(&before);
	gr_test_file_make(x);
}

uint64_t gr_test_file_size(const struct gr_test_file *x, const char *name)
{
	struct gr_stamp stamp;
	char path[PATH_MAX];

	assert_int_equal(gr_path(path, "%s/%s", x->target.mnt, name), 0);
	return gr_file_stamp(path, &stamp) ? UINT64_MAX : stamp.size_bytes;
}

void gr_test_file_end(struct gr_test_file *x)
{
	struct gr_words names = {NULL, 0, 0};

	x->inv.ops->teardown(&x->inv);
	gr_fake_fs_assert_calls("");
	(void)gr_unlink(x->target.dev); /* some take it away */
	assert_int_equal(gr_dir_names(x->target.mnt, &names), 0);
	assert_int_equal(names.nr, 0);
	gr_words_free(&names);
	assert_int_equal(gr_rmdir(x->target.mnt), 0);
	free(x->inv.priv);
	gr_test_assert_holds(&x->before);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"
#include "sys/file.h"

struct trial {
	struct gr_test_disks *disks;
	struct gr_pin pin;
	struct iovec iov;
};

static void set_up(struct trial *x, void **state)
{
	const struct gr_pin_ops *ops;

	x->disks = *state;
	ops = gr_test_need_pin(x->disks, "uring_sqpoll");
	x->iov = (struct iovec){gr_test_pages(1), GR_TEST_PAGE};
	assert_int_equal(gr_pin_init(&x->pin, ops, &x->disks->target), 0);
	assert_int_equal(ops->setup(&x->disks->ctx, &x->pin, &x->iov, 1), 0);
}

static void end(struct trial *x)
{
	x->pin.ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
	gr_test_unmap(x->iov.iov_base, 1);
}

static void writes_and_reads_in_turn(void **state)
{
	char on_disk[GR_TEST_PAGE];
	struct trial x;

	set_up(&x, state);
	for (unsigned char tag = 10; tag < 14; tag += 2) {
		gr_test_fill(x.iov.iov_base, GR_TEST_PAGE, tag);
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 GR_TEST_PAGE);
		gr_test_disk_read(x.disks->ctx.sink, on_disk, sizeof(on_disk));
		gr_test_assert_filled(on_disk, sizeof(on_disk), tag);

		gr_test_fill(x.iov.iov_base, GR_TEST_PAGE, tag + 1);
		assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1),
				 GR_TEST_PAGE);
		gr_test_assert_filled(x.iov.iov_base, GR_TEST_PAGE, tag);
	}
	end(&x);
}

/* A task in @dir that polls a ring: of ours, or of the kernel before 5.12. */
static bool has_poller(const char *dir)
{
	DIR *tasks = opendir(dir);
	struct dirent *e;
	bool found = false;

	assert_non_null(tasks);
	while (!found && (e = readdir(tasks))) {
		char path[PATH_MAX], *name;

		snprintf(path, sizeof(path), "%s/%s/comm", dir, e->d_name);
		if (e->d_name[0] < '0' || e->d_name[0] > '9' ||
		    gr_file_read(path, &name, NULL))
			continue;
		found = !strncmp(name, "iou-sqp-", 8) ||
			!strncmp(name, "io_uring-sq", 11);
		free(name);
	}
	closedir(tasks);
	return found;
}

static void a_kernel_thread_does_it(void **state)
{
	struct trial x;

	set_up(&x, state);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), GR_TEST_PAGE);
	assert_true(has_poller("/proc/self/task") || has_poller("/proc"));
	end(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_and_reads_in_turn),
		cmocka_unit_test(a_kernel_thread_does_it),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}

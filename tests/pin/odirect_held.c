// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pin over a file that stands for the device: requests are kept here until
 * the device is flushed, as dm-delay would.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "contract.h"
#include "core/registry.h"
#include "core/tag.h"
#include "fake_dm.h"
#include "sys/changes.h"

static char noted[32]; /* the device, in the journal */

int __wrap_gr_change_begin(pid_t run, enum gr_change_kind kind,
			   const char *what, const char *before);
int __wrap_gr_change_begin(pid_t run, enum gr_change_kind kind,
			   const char *what, const char *before)
{
	(void)run, (void)before;
	assert_int_equal(kind, GR_CHANGE_DM);
	snprintf(noted, sizeof(noted), "%s", what);
	return 0;
}

void __wrap_gr_change_end(enum gr_change_kind kind, const char *what);
void __wrap_gr_change_end(enum gr_change_kind kind, const char *what)
{
	assert_int_equal(kind, GR_CHANGE_DM);
	assert_string_equal(what, noted);
	assert_int_equal(gr_fake_dm.nr_devices, 0);
	noted[0] = '\0';
}

/* The device is noted before it is made. */
static void assert_noted(const char *name)
{
	assert_string_equal(name, noted);
}

struct trial {
	struct gr_test_disks *disks;
	struct gr_pin pin;
	char *page;
	struct iovec iov;
	struct gr_test_holds before;
};

static int begin(struct trial *x, void **state)
{
	const struct gr_pin_ops *ops;

	gr_fake_dm_reset();
	gr_fake_dm.on_hold = assert_noted;
	noted[0] = '\0';
	x->disks = *state;
	ops = gr_test_need_pin(x->disks, "odirect_held");
	gr_test_holds(&x->before);
	x->page = gr_test_pages(1);
	x->iov = (struct iovec){x->page, GR_TEST_PAGE};
	gr_test_fill(x->page, GR_TEST_PAGE, 1);
	assert_int_equal(gr_pin_init(&x->pin, ops, &x->disks->target), 0);
	return 0;
}

static void set_up(struct trial *x, void **state)
{
	begin(x, state);
	assert_int_equal(x->pin.ops->setup(&x->disks->ctx, &x->pin, &x->iov, 1),
			 0);
}

static void end(struct trial *x)
{
	x->pin.ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
	gr_test_unmap(x->page, 1);
	assert_int_equal(gr_fake_dm.nr_devices, 0);
	assert_string_equal(noted, "");
	gr_test_assert_holds(&x->before);
}

static void data_comes_with_the_unpin(void **state)
{
	const struct gr_tag tag = {.owner = GR_TAG_PIN};
	char food[GR_TEST_PAGE];
	struct trial x;

	set_up(&x, state);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), GR_TEST_PAGE);
	gr_test_assert_filled(x.page, GR_TEST_PAGE, 1);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	assert_int_equal(gr_tag_check(x.page, &tag), -1);
	gr_test_fill(food, sizeof(food), 2);
	assert_int_equal(x.pin.ops->feed(&x.pin, food, sizeof(food)), 0);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), GR_TEST_PAGE);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	gr_test_assert_filled(x.page, GR_TEST_PAGE, 2);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0); /* nothing is held */
	assert_int_equal(gr_fake_dm.nr_flushed, 2);
	end(&x);
}

static void is_let_go_at_the_end(void **state)
{
	struct trial x;

	set_up(&x, state);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), GR_TEST_PAGE);
	end(&x);
	assert_int_equal(gr_fake_dm.nr_flushed, 1);
}

/* What is over at once holds nothing, whatever it gave. */
static void over_at_once_is_no_pin(void **state)
{
	struct trial x;

	set_up(&x, state);
	gr_fake_dm.at_once = -EFAULT;
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EFAULT);
	gr_fake_dm.at_once = GR_TEST_PAGE;
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EIO);
	gr_fake_dm.begin_ret = -EAGAIN;
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EAGAIN);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	assert_int_equal(gr_fake_dm.nr_flushed, 0);
	end(&x);
}

static void says_what_failed(void **state)
{
	struct gr_test_log log;
	struct trial x;

	begin(&x, state);
	gr_fake_dm.hold_ret = -ENXIO;
	gr_test_log_to(&log);
	assert_int_equal(x.pin.ops->setup(&x.disks->ctx, &x.pin, &x.iov, 1),
			 -ENXIO);
	gr_test_log_to(NULL);
	assert_non_null(strstr(log.text, "dm-delay"));
	end(&x);
	set_up(&x, state);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), GR_TEST_PAGE);
	gr_fake_dm.flush_ret = -EPERM;
	assert_int_equal(x.pin.ops->unpin(&x.pin), -EPERM);
	end(&x);
}

static void names_what_is_missing(void **state)
{
	static const struct {
		bool *what;
		const char *says;
	} rows[] = {
		{&gr_fake_dm.built, "libdevmapper"},
		{&gr_fake_dm.block, "no block device"},
		{&gr_fake_dm.module, "dm_delay"},
	};
	const struct gr_pin_ops *ops = gr_pin_find("odirect_held");
	struct gr_test_disks *disks = *state;

	gr_fake_dm_reset();
	for (size_t i = 0; i < 3; i++) {
		struct gr_reason why = {""};

		*rows[i].what = false;
		assert_true(ops->probe(&disks->ctx, &why) < 0);
		assert_non_null(strstr(why.text, rows[i].says));
		*rows[i].what = true;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_comes_with_the_unpin),
		cmocka_unit_test(is_let_go_at_the_end),
		cmocka_unit_test(over_at_once_is_no_pin),
		cmocka_unit_test(says_what_failed),
		cmocka_unit_test(names_what_is_missing),
	};

	return cmocka_run_group_tests(tests, gr_test_disks_make,
				      gr_test_disks_remove);
}

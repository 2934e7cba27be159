// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pin over a file that stands for the device: requests are kept here until
 * the device is flushed, as dm-delay would.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "contract.h"
#include "core/registry.h"
#include "core/tag.h"
#include "sys/aio.h"
#include "sys/call.h"
#include "sys/changes.h"
#include "sys/dm.h"
#include "sys/file.h"
#include "sys/module.h"

static struct {
	bool built, block, module;
	int hold_ret, flush_ret, begin_ret;
	ssize_t at_once; /* what the request gives at once; 0 = it is kept */
	int fd;
	struct iovec iov[GR_PIN_IOV_MAX];
	int nr;
	ssize_t result; /* of the request; -EINPROGRESS = kept */
	unsigned int nr_devices, nr_flushed;
	char noted[32]; /* in the journal */
} fake;

bool __wrap_gr_dm_built(void);
bool __wrap_gr_dm_built(void)
{
	return fake.built;
}

bool __wrap_gr_is_block(const char *path);
bool __wrap_gr_is_block(const char *path)
{
	assert_int_equal(gr_exists(path), 0);
	return fake.block;
}

bool __wrap_gr_module_available(const char *name);
bool __wrap_gr_module_available(const char *name)
{
	assert_string_equal(name, "dm_delay");
	return fake.module;
}

int __wrap_gr_dm_hold(const char *name, const char *under, struct gr_dm *dm);
int __wrap_gr_dm_hold(const char *name, const char *under, struct gr_dm *dm)
{
	assert_string_equal(name, fake.noted);
	if (fake.hold_ret)
		return fake.hold_ret;
	fake.nr_devices++;
	strcpy(dm->name, "held");
	assert_true(strlen(under) < sizeof(dm->node));
	strcpy(dm->node, under);
	return 0;
}

int __wrap_gr_change_begin(pid_t run, enum gr_change_kind kind,
			   const char *what, const char *before);
int __wrap_gr_change_begin(pid_t run, enum gr_change_kind kind,
			   const char *what, const char *before)
{
	(void)run, (void)before;
	assert_int_equal(kind, GR_CHANGE_DM);
	snprintf(fake.noted, sizeof(fake.noted), "%s", what);
	return 0;
}

void __wrap_gr_change_end(enum gr_change_kind kind, const char *what);
void __wrap_gr_change_end(enum gr_change_kind kind, const char *what)
{
	assert_int_equal(kind, GR_CHANGE_DM);
	assert_string_equal(what, fake.noted);
	assert_int_equal(fake.nr_devices, 0);
	fake.noted[0] = '\0';
}

int __wrap_gr_dm_flush(const struct gr_dm *dm);
int __wrap_gr_dm_flush(const struct gr_dm *dm)
{
	assert_string_equal(dm->name, "held");
	fake.nr_flushed++;
	if (fake.result == -EINPROGRESS)
		fake.result = gr_preadv(fake.fd, fake.iov, fake.nr, 0);
	return fake.flush_ret;
}

int __wrap_gr_dm_remove(struct gr_dm *dm);
int __wrap_gr_dm_remove(struct gr_dm *dm)
{
	if (dm->name[0])
		fake.nr_devices--;
	dm->name[0] = '\0';
	return 0;
}

int __wrap_gr_aio_begin(unsigned long aio, int fd, const struct iovec *iov,
			int nr, bool write);
int __wrap_gr_aio_begin(unsigned long aio, int fd, const struct iovec *iov,
			int nr, bool write)
{
	assert_true(aio != 0);
	assert_false(write);
	if (fake.begin_ret)
		return fake.begin_ret;
	fake.fd = fd;
	memcpy(fake.iov, iov, (size_t)nr * sizeof(*iov));
	fake.nr = nr;
	fake.result = fake.at_once ? fake.at_once : -EINPROGRESS;
	return 0;
}

ssize_t __wrap_gr_aio_end(unsigned long aio, bool wait);
ssize_t __wrap_gr_aio_end(unsigned long aio, bool wait)
{
	assert_true(aio != 0);
	assert_true(!wait || fake.result != -EINPROGRESS); /* or for ever */
	return fake.result;
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

	memset(&fake, 0, sizeof(fake));
	fake.built = fake.block = fake.module = true;
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
	assert_int_equal(fake.nr_devices, 0);
	assert_string_equal(fake.noted, "");
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
	assert_int_equal(fake.nr_flushed, 2);
	end(&x);
}

static void is_let_go_at_the_end(void **state)
{
	struct trial x;

	set_up(&x, state);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), GR_TEST_PAGE);
	end(&x);
	assert_int_equal(fake.nr_flushed, 1);
}

/* What is over at once holds nothing, whatever it gave. */
static void over_at_once_is_no_pin(void **state)
{
	struct trial x;

	set_up(&x, state);
	fake.at_once = -EFAULT;
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EFAULT);
	fake.at_once = GR_TEST_PAGE;
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EIO);
	fake.begin_ret = -EAGAIN;
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), -EAGAIN);
	assert_int_equal(x.pin.ops->unpin(&x.pin), 0);
	assert_int_equal(fake.nr_flushed, 0);
	end(&x);
}

static void says_what_failed(void **state)
{
	struct gr_test_log log;
	struct trial x;

	begin(&x, state);
	fake.hold_ret = -ENXIO;
	gr_test_log_to(&log);
	assert_int_equal(x.pin.ops->setup(&x.disks->ctx, &x.pin, &x.iov, 1),
			 -ENXIO);
	gr_test_log_to(NULL);
	assert_non_null(strstr(log.text, "dm-delay"));
	end(&x);
	set_up(&x, state);
	assert_int_equal(x.pin.ops->pin(&x.pin, &x.iov, 1), GR_TEST_PAGE);
	fake.flush_ret = -EPERM;
	assert_int_equal(x.pin.ops->unpin(&x.pin), -EPERM);
	end(&x);
}

static void names_what_is_missing(void **state)
{
	static const struct {
		bool *what;
		const char *says;
	} rows[] = {
		{&fake.built, "libdevmapper"},
		{&fake.block, "no block device"},
		{&fake.module, "dm_delay"},
	};
	const struct gr_pin_ops *ops = gr_pin_find("odirect_held");
	struct gr_test_disks *disks = *state;

	fake.built = fake.block = fake.module = true;
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

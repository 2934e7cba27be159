// SPDX-License-Identifier: GPL-2.0-only
#include "fake_dm.h"

#include <errno.h>
#include <string.h>

#include "sys/aio.h"
#include "sys/call.h"
#include "sys/dm.h"
#include "sys/file.h"
#include "sys/module.h"
#include "test.h"

struct gr_fake_dm gr_fake_dm;

void gr_fake_dm_reset(void)
{
	gr_fake_dm = (struct gr_fake_dm){
		.built = true, .block = true, .module = true};
}

ssize_t gr_fake_dm_copy(void)
{
	return gr_preadv(gr_fake_dm.fd, gr_fake_dm.iov, gr_fake_dm.nr, 0);
}

bool __wrap_gr_dm_built(void);
bool __wrap_gr_dm_built(void)
{
	return gr_fake_dm.built;
}

bool __wrap_gr_is_block(const char *path);
bool __wrap_gr_is_block(const char *path)
{
	assert_int_equal(gr_exists(path), 0);
	return gr_fake_dm.block;
}

bool __wrap_gr_module_available(const char *name);
bool __wrap_gr_module_available(const char *name)
{
	assert_string_equal(name, "dm_delay");
	return gr_fake_dm.module;
}

int __wrap_gr_dm_hold(const char *name, const char *under, struct gr_dm *dm);
int __wrap_gr_dm_hold(const char *name, const char *under, struct gr_dm *dm)
{
	if (gr_fake_dm.on_hold)
		gr_fake_dm.on_hold(name);
	if (gr_fake_dm.hold_ret)
		return gr_fake_dm.hold_ret;
	gr_fake_dm.nr_devices++;
	strcpy(dm->name, "held");
	assert_true(strlen(under) < sizeof(dm->node));
	strcpy(dm->node, under);
	return 0;
}

int __wrap_gr_dm_flush(const struct gr_dm *dm);
int __wrap_gr_dm_flush(const struct gr_dm *dm)
{
	struct gr_fake_dm *fake = &gr_fake_dm;

	assert_string_equal(dm->name, "held");
	fake->nr_flushed++;
	if (fake->result == -EINPROGRESS)
		fake->result = fake->copy ? fake->copy() : gr_fake_dm_copy();
	return fake->flush_ret;
}

int __wrap_gr_dm_remove(struct gr_dm *dm);
int __wrap_gr_dm_remove(struct gr_dm *dm)
{
	if (dm->name[0])
		gr_fake_dm.nr_devices--;
	dm->name[0] = '\0';
	return 0;
}

int __wrap_gr_aio_begin(unsigned long aio, int fd, const struct iovec *iov,
			int nr, bool write);
int __wrap_gr_aio_begin(unsigned long aio, int fd, const struct iovec *iov,
			int nr, bool write)
{
	struct gr_fake_dm *fake = &gr_fake_dm;

	assert_true(aio != 0);
	assert_false(write);
	if (fake->begin_ret)
		return fake->begin_ret;
	fake->fd = fd;
	memcpy(fake->iov, iov, (size_t)nr * sizeof(*iov));
	fake->nr = nr;
	fake->result = fake->at_once ? fake->at_once : -EINPROGRESS;
	return 0;
}

ssize_t __wrap_gr_aio_end(unsigned long aio, bool wait);
ssize_t __wrap_gr_aio_end(unsigned long aio, bool wait)
{
	assert_true(aio != 0);
	/* or for ever */
	assert_true(!wait || gr_fake_dm.result != -EINPROGRESS);
	return gr_fake_dm.result;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * By system calls, not by libc: libc changes the user of all threads, and the
 * other threads of a worker have nothing to do with it.
 */
#include "sys/memlock.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"

/*
 * A user that no other thread has, and not the one that this thread had a
 * moment ago: what that was charged by mistake lives as long as its user, and
 * credentials are freed late. Thread ids end at 2^22.
 */
static uid_t new_uid(void)
{
	uint32_t tid = (uint32_t)syscall(SYS_gettid) & 0x3fffff;
	uint32_t now = (uint32_t)(gr_now_ns() / GR_NSEC_PER_MSEC) & 0x1ff;

	return 0x80000000u | now << 22 | tid;
}

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

static int set_real_uid(uid_t uid)
{
	return result(syscall(SYS_setresuid, uid, -1, -1));
}

static int get_caps(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};

	return result(syscall(SYS_capget, &head, data));
}

static int set_effective(const uint32_t effective[2])
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	int ret = get_caps(data);

	if (ret)
		return ret;
	data[0].effective = effective[0];
	data[1].effective = effective[1];
	return result(syscall(SYS_capset, &head, data));
}

static int drop_ipc_lock(struct gr_memlock *m)
{
	struct __user_cap_data_struct data[2];
	uint32_t less[2];
	int ret = get_caps(data);

	if (ret)
		return ret;
	for (int i = 0; i < 2; i++)
		less[i] = m->effective[i] = data[i].effective;
	less[CAP_TO_INDEX(CAP_IPC_LOCK)] &= ~CAP_TO_MASK(CAP_IPC_LOCK);
	return set_effective(less);
}

/* The hard limit stays, if it is not too low. */
int gr_memlock_room(size_t bytes)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return -errno;
	limit.rlim_cur = bytes;
	if (limit.rlim_max < bytes)
		limit.rlim_max = bytes;
	return result(setrlimit(RLIMIT_MEMLOCK, &limit));
}

int gr_memlock_own(struct gr_memlock *m, size_t bytes)
{
	int ret;

	memset(m, 0, sizeof(*m));
	m->real_uid = getuid();
	if (getrlimit(RLIMIT_MEMLOCK, &m->limit))
		return -errno;
	ret = gr_memlock_room(bytes);
	if (ret)
		return ret;
	ret = set_real_uid(new_uid());
	if (ret)
		goto err_limit;
	ret = drop_ipc_lock(m);
	if (ret)
		goto err_uid;
	m->own = true;
	return 0;
err_uid:
	(void)set_real_uid(m->real_uid); /* the first error is told */
err_limit:
	(void)setrlimit(RLIMIT_MEMLOCK, &m->limit);
	return ret;
}

int gr_memlock_back(struct gr_memlock *m)
{
	int ret;

	if (!m->own)
		return 0;
	m->own = false;
	ret = set_effective(m->effective);
	if (!ret)
		ret = set_real_uid(m->real_uid);
	if (!ret)
		ret = result(setrlimit(RLIMIT_MEMLOCK, &m->limit));
	return ret;
}

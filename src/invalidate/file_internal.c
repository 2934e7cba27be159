// SPDX-License-Identifier: GPL-2.0-only
#include "invalidate/file_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "invalidate/internal.h"
#include "sys/call.h"
#include "sys/fs.h"

/* More than this of a file is a hole: whatever is read of it is zero. */
#define WRITTEN_MAX (8 * GR_MIB)

int gr_inv_fallocate(const struct gr_invalidate *inv, int mode, uint64_t off,
		     uint64_t len)
{
	int ret, fd = gr_open(inv->target->dev, O_RDWR);

	if (fd < 0)
		return fd;
	ret = gr_fs_fallocate(fd, mode, off, len);
	(void)gr_close(fd); /* nothing was written through it */
	return ret;
}

int gr_inv_other_make(struct gr_invalidate *inv)
{
	const struct gr_inv_other *p = inv->priv;
	int fd = gr_create(p->path, O_RDWR, 0600);

	return fd < 0 ? fd : gr_close(fd);
}

int gr_inv_other_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv)
{
	struct gr_inv_other *p = inv->priv;
	int ret = gr_inv_file_setup(ctx, inv);

	if (ret)
		return ret;
	(void)snprintf(p->path, sizeof(p->path), "%s/other", inv->target->mnt);
	ret = gr_inv_other_make(inv);
	return ret ? gr_err(ret, "cannot make '%s'", p->path) : 0;
}

static int write_zeros(int fd, uint64_t bytes)
{
	char *zeros = calloc(1, bytes);
	ssize_t n = zeros ? gr_pwrite(fd, zeros, bytes, 0) : -ENOMEM;

	free(zeros);
	if (n < 0)
		return (int)n;
	return (uint64_t)n == bytes ? 0 : -ENOSPC;
}

static int fill(const char *path, uint64_t bytes)
{
	int ret, fd = gr_open(path, O_RDWR);

	if (fd < 0)
		return fd;
	ret = gr_truncate_fd(fd, (off_t)bytes);
	if (!ret)
		ret = write_zeros(fd, GR_MIN(bytes, WRITTEN_MAX));
	(void)gr_close(fd); /* what was written is written */
	return ret;
}

int gr_inv_other_fill_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv)
{
	struct gr_inv_other *p = inv->priv;
	int ret = gr_inv_other_setup(ctx, inv);

	if (ret)
		return ret;
	ret = fill(p->path, inv->target->size);
	return ret ? gr_err(ret, "cannot fill '%s'", p->path) : 0;
}

void gr_inv_other_teardown(struct gr_invalidate *inv)
{
	struct gr_inv_other *p = inv->priv;

	if (p->path[0])
		(void)gr_unlink(p->path); /* it may be gone */
	p->path[0] = '\0';
}

int gr_inv_share(const struct gr_invalidate *inv, enum gr_inv_share_way way,
		 int (*share)(const struct gr_fs_share *share))
{
	const struct gr_target *t = inv->target;
	const struct gr_inv_other *p = inv->priv;
	int ret, other, file = gr_open(t->dev, O_RDWR);

	if (file < 0)
		return file;
	ret = other = gr_open(p->path, O_RDWR);
	if (other >= 0) {
		bool over = way == GR_INV_SHARE_OVER;

		ret = share(&(struct gr_fs_share){
			.from = over ? other : file,
			.from_off = over ? 0 : t->file_off,
			.to = over ? file : other,
			.to_off = over ? t->file_off : 0,
			.len = t->size,
		});
		(void)gr_close(other); /* nothing was written through it */
	}
	(void)gr_close(file); /* the same */
	return ret;
}

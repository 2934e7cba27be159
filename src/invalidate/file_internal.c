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

/* Of a larger file the target writes nothing, and the rest of a copy is a hole. */
#define WRITTEN_MAX (64 * GR_MIB)
#define COPY GR_MIB

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

/* One piece of the target's file, to the start of the other one. */
static int copy_some(const struct gr_target *t, int from, int to, uint64_t off,
		     char *buf)
{
	size_t len = GR_MIN(COPY, t->size - off);
	ssize_t n = gr_pread(from, buf, len, (off_t)(t->file_off + off));

	if (n == (ssize_t)len)
		n = gr_pwrite(to, buf, len, (off_t)off);
	if (n < 0)
		return (int)n;
	return n == (ssize_t)len ? 0 : -ENOSPC;
}

static int copy(const struct gr_target *t, int from, int to)
{
	uint64_t bytes = GR_MIN(t->size, WRITTEN_MAX);
	int ret = gr_truncate_fd(to, (off_t)t->size);
	char *buf = malloc(COPY);

	if (!buf)
		return -ENOMEM;
	for (uint64_t off = 0; off < bytes && !ret; off += COPY)
		ret = copy_some(t, from, to, off, buf);
	free(buf);
	return ret;
}

/* Opens both, does what is wanted, and closes them. */
static int with_both(const struct gr_invalidate *inv,
		     int (*act)(const struct gr_target *t, int file, int other))
{
	const struct gr_inv_other *p = inv->priv;
	int ret, other, file = gr_open(inv->target->dev, O_RDWR);

	if (file < 0)
		return file;
	ret = other = gr_open(p->path, O_RDWR);
	if (other >= 0) {
		ret = act(inv->target, file, other);
		(void)gr_close(other); /* what was written is written */
	}
	(void)gr_close(file); /* nothing was written through it */
	return ret;
}

int gr_inv_other_copy_setup(const struct gr_ctx *ctx, struct gr_invalidate *inv)
{
	struct gr_inv_other *p = inv->priv;
	int ret = gr_inv_other_setup(ctx, inv);

	if (ret)
		return ret;
	ret = with_both(inv, copy);
	return ret ? gr_err(ret, "cannot copy '%s' to '%s'", inv->target->dev,
			    p->path)
		   : 0;
}

void gr_inv_other_teardown(struct gr_invalidate *inv)
{
	struct gr_inv_other *p = inv->priv;

	if (p->path[0])
		(void)gr_unlink(p->path); /* it may be gone */
	p->path[0] = '\0';
}

static struct gr_fs_share share_over(const struct gr_target *t, int file,
				     int other)
{
	return (struct gr_fs_share){
		.from = other,
		.to = file,
		.to_off = t->file_off,
		.len = t->size,
	};
}

static int clone_over(const struct gr_target *t, int file, int other)
{
	struct gr_fs_share share = share_over(t, file, other);

	return gr_fs_clone(&share);
}

static int dedupe_over(const struct gr_target *t, int file, int other)
{
	struct gr_fs_share share = share_over(t, file, other);

	return gr_fs_dedupe(&share);
}

static int clone_from(const struct gr_target *t, int file, int other)
{
	return gr_fs_clone(&(struct gr_fs_share){
		.from = file,
		.from_off = t->file_off,
		.to = other,
		.len = t->size,
	});
}

int gr_inv_clone_over(struct gr_invalidate *inv)
{
	return with_both(inv, clone_over);
}

int gr_inv_clone_from(struct gr_invalidate *inv)
{
	return with_both(inv, clone_from);
}

int gr_inv_dedupe_over(struct gr_invalidate *inv)
{
	return with_both(inv, dedupe_over);
}

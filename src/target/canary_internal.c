// SPDX-License-Identifier: GPL-2.0-only
#include "target/canary_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "sys/call.h"
#include "sys/fs.h"

#define BLOCK GR_TAG_BLOCK

/* Written and read in pieces of this. */
#define PIECE GR_MIB

/* Beside room for a second file like the target's: inodes, trees, folders. */
#define SLACK GR_MIB

/*
 * Blocks that nobody is given: the file system's own reserve, set here, what XFS
 * sets aside in each group, and with reflink what its tree of shared blocks may
 * need. For as many there are crumbs, single free blocks in the ballast:
 * allocators take the largest pieces first, so that it is crumbs that are left
 * over and not what was freed.
 */
#define RESERVE 32u
#define CRUMBS 96u
#define CRUMBS_REFLINK 384u

#define EXTENTS_MAX 512

static void name(const struct gr_target *t, const char *what, char *path,
		 size_t len)
{
	(void)snprintf(path, len, "%s/%s", t->mnt, what);
}

static int open_file(const struct gr_target *t, const char *what)
{
	char path[96];

	name(t, what, path, sizeof(path));
	return gr_create(path, O_RDWR, 0600);
}

int gr_canary_write(int fd, uint64_t off, uint64_t len,
		    const struct gr_tag *tag)
{
	struct gr_tag next = *tag;
	char *buf = malloc(GR_MIN(PIECE, len));
	int ret = buf ? 0 : -ENOMEM;

	for (uint64_t done = 0; done < len && !ret; done += PIECE) {
		size_t some = GR_MIN(PIECE, len - done);
		ssize_t n;

		next.off = tag->off + done;
		gr_tag_fill(buf, some, &next);
		n = gr_pwrite(fd, buf, some, (off_t)(off + done));
		ret = n == (ssize_t)some ? 0 : n < 0 ? (int)n : -ENOSPC;
	}
	free(buf);
	return ret;
}

/*
 * Take @want bytes, or what there is, in as large pieces as can be had.
 * @end: of the file; goes on by what was taken.
 */
static int take(int fd, uint64_t want, uint64_t *end)
{
	uint64_t piece = want / BLOCK * BLOCK;

	while (piece) {
		int ret = gr_fs_fallocate(fd, 0, *end, piece);

		if (ret && ret != -ENOSPC)
			return ret;
		if (ret) {
			piece = piece / 2 / BLOCK * BLOCK;
			continue;
		}
		*end += piece;
		want -= piece;
		piece = GR_MIN(piece, want / BLOCK * BLOCK);
	}
	return 0;
}

/*
 * Take all that is free, but for @spare bytes.
 * @first: bytes that are asked for at first: the first piece of a file lies near
 *         its inode, and so does what another file of the folder has lost.
 */
static int fill(const struct gr_target *t, const char *what, uint64_t first,
		uint64_t spare)
{
	uint64_t free_bytes, end = 0;
	int ret, fd = open_file(t, what);

	if (fd < 0)
		return fd;
	ret = take(fd, first, &end);
	if (!ret)
		ret = gr_fs_free(t->mnt, &free_bytes);
	if (!ret && free_bytes > spare)
		ret = take(fd, free_bytes - spare, &end);
	(void)gr_close(fd); /* nothing was written */
	return ret;
}

static int make_crumbs(const struct gr_target *t)
{
	int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
	unsigned int nr =
		t->spec.fs == GR_FS_XFS_REFLINK ? CRUMBS_REFLINK : CRUMBS;
	int ret = 0, fd = open_file(t, "ballast");

	if (fd < 0)
		return fd;
	for (unsigned int i = 0; i < nr && !ret; i++)
		ret = gr_fs_fallocate(fd, mode, (uint64_t)2 * i * BLOCK, BLOCK);
	(void)gr_close(fd); /* nothing was written */
	return ret;
}

int gr_canary_crowd(const struct gr_target *t)
{
	char path[96];
	int ret, fd;

	name(t, "ballast", path, sizeof(path));
	if (!gr_exists(path))
		return 0;
	fd = open_file(t, "canary"); /* its inode, while there is room */
	if (fd >= 0)
		(void)gr_close(fd);
	ret = fd < 0 ? fd : gr_fs_reserve(t->mnt, t->blockdev, RESERVE);
	if (!ret)
		ret = fill(t, "ballast", 0, t->size + SLACK);
	if (!ret)
		ret = make_crumbs(t);
	return ret ? gr_err(ret, "cannot fill the file system at '%s'", t->mnt)
		   : 0;
}

bool gr_canary_uncrowd(const struct gr_target *t)
{
	char path[96];

	name(t, "ballast", path, sizeof(path));
	return !gr_unlink(path);
}

void gr_canary_clear(const struct gr_target *t)
{
	char path[96];

	name(t, "canary", path, sizeof(path));
	(void)gr_truncate(path, 0); /* there may be none */
}

/* The pieces of a file; none where it is gone. */
struct pieces {
	int nr;
	struct gr_fs_extent of[EXTENTS_MAX];
};

static int find_pieces(const char *path, struct pieces *p)
{
	int fd = gr_open(path, O_RDONLY);

	p->nr = 0;
	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return fd;
	p->nr = gr_fs_extents(fd, p->of, EXTENTS_MAX);
	(void)gr_close(fd); /* only looked at */
	return p->nr < 0 ? p->nr : 0;
}

/* Does the file still have this byte of the device? */
static bool has(const struct pieces *p, uint64_t dev)
{
	for (int i = 0; i < p->nr; i++)
		if (dev >= p->of[i].start &&
		    dev < p->of[i].start + p->of[i].len)
			return true;
	return false;
}

static uint64_t file_bytes(const struct gr_target *t)
{
	return t->file_off + t->size;
}

static bool was_files(const struct gr_target *t, uint64_t dev)
{
	return dev >= t->file_start && dev < t->file_start + file_bytes(t);
}

static uint64_t count_freed(const struct gr_target *t, const struct pieces *now)
{
	uint64_t nr = 0;

	for (uint64_t at = 0; at < file_bytes(t); at += BLOCK)
		nr += !has(now, t->file_start + at);
	return nr;
}

/* Fill those of its blocks that were the file's, in runs. */
static int fill_reused(const struct gr_target *t, int fd,
		       const struct gr_fs_extent *e, struct gr_tag *tag,
		       uint64_t *nr)
{
	uint64_t from = 0, to;
	int ret = 0;

	while (from < e->len && !ret) {
		while (from < e->len && !was_files(t, e->start + from))
			from += BLOCK;
		to = from;
		while (to < e->len && was_files(t, e->start + to))
			to += BLOCK;
		tag->off = e->off + from;
		if (to > from)
			ret = gr_canary_write(fd, tag->off, to - from, tag);
		*nr += (to - from) / BLOCK;
		from = to;
	}
	return ret;
}

static int fill_canary(const struct gr_target *t, uint32_t iteration,
		       const struct pieces *canary, uint64_t *nr)
{
	struct gr_tag tag = {.owner = GR_TAG_CANARY, .gen = iteration};
	int ret = 0, fd = open_file(t, "canary");

	if (fd < 0)
		return fd;
	for (int i = 0; i < canary->nr && !ret; i++)
		ret = fill_reused(t, fd, &canary->of[i], &tag, nr);
	(void)gr_close(fd); /* what was written is written */
	return ret;
}

/* Two lists of pieces are too large for the stack of a worker's thread. */
static int occupy(struct gr_target *t, uint32_t iteration,
		  struct gr_data_facts *data, struct pieces *p)
{
	char path[96];
	uint64_t nr_freed, nr = 0;
	int ret = gr_fs_sync(t->mnt); /* or what is freed is not yet free */

	if (!ret)
		ret = find_pieces(t->dev, p);
	if (ret)
		return ret;
	nr_freed = count_freed(t, p);
	data->nr_freed += nr_freed;
	ret = fill(t, "canary", nr_freed * BLOCK, 0);
	name(t, "canary", path, sizeof(path));
	if (!ret)
		ret = find_pieces(path, p);
	if (!ret)
		ret = fill_canary(t, iteration, p, &nr);
	data->nr_reused += nr;
	return ret;
}

int gr_canary_occupy(struct gr_target *t, uint32_t iteration,
		     struct gr_data_facts *data)
{
	struct pieces *p = malloc(sizeof(*p));
	int ret = p ? occupy(t, iteration, data, p) : -ENOMEM;

	free(p);
	return ret ? gr_err(ret, "cannot give blocks of '%s' to a canary",
			    t->dev)
		   : 0;
}

/* Reading of one file. */
struct reader {
	const struct gr_target *t;
	const struct gr_facts *facts; /* of the file only */
	struct gr_data_facts *data;
	struct pieces *pieces;
	uint32_t iteration;
	int fd;
	bool is_canary;
	char *buf; /* PIECE bytes */
};

/* The first copy that is somebody's tag, and not the right one. */
static bool find_foreign(const char *block, struct gr_data_wrong *w)
{
	for (size_t at = w->at; at < BLOCK; at += GR_TAG_BYTES)
		if (gr_tag_read(block + at, &w->found) &&
		    !gr_tag_same(&w->found, &w->must))
			return true;
	memset(&w->found, 0, sizeof(w->found));
	return false;
}

static void note_wrong(const struct reader *r, const char *block,
		       struct gr_data_wrong *w)
{
	w->is_canary = r->is_canary;
	w->iteration = r->iteration;
	w->has_tag = find_foreign(block, w);
	memcpy(w->bytes, block + w->at, sizeof(w->bytes));
	gr_data_wrong_add(r->data, w);
}

/* Is each copy the right one, or nothing? */
static bool is_partly_zero(const char *block, const struct gr_tag *tag)
{
	static const char zeros[GR_TAG_BYTES];
	struct gr_tag got;

	for (size_t at = 0; at < BLOCK; at += GR_TAG_BYTES) {
		if (!memcmp(block + at, zeros, sizeof(zeros)))
			continue;
		if (!gr_tag_read(block + at, &got) || !gr_tag_same(&got, tag))
			return false;
	}
	return true;
}

/*
 * Do pins write there? They may before the invalidation, to what was at @off, and
 * after it, to what has come there since: pins go by addresses.
 */
static bool may_be_written(const struct reader *r, uint64_t off)
{
	const struct gr_facts *f = r->facts;

	for (uint32_t i = 0; i < f->nr_pinners; i++)
		for (uint32_t j = 0; j < f->pin[i].nr_spans; j++) {
			const struct gr_span *s = &f->pin[i].span[j];
			uint64_t from = r->t->file_off + s->off;

			if (off + BLOCK > from && off < from + s->len)
				return true;
		}
	return false;
}

static void look_at_file(struct reader *r, const char *block, uint64_t off,
			 uint64_t dev)
{
	struct gr_data_wrong w = {.off = off, .dev = dev};
	ssize_t at;

	w.must.owner = GR_TAG_FILE;
	w.must.off = dev - r->t->file_start;
	w.must.gen = r->t->gen;
	if (!was_files(r->t, dev) || may_be_written(r, w.must.off) ||
	    may_be_written(r, off))
		return;
	r->data->nr_kept++;
	at = gr_tag_check(block, &w.must);
	w.at = (uint32_t)at;
	if (at >= 0 && !is_partly_zero(block, &w.must))
		note_wrong(r, block, &w);
}

static void look_at_canary(struct reader *r, const char *block, uint64_t off,
			   uint64_t dev)
{
	struct gr_data_wrong w = {.off = off, .dev = dev};
	ssize_t at;

	w.must.owner = GR_TAG_CANARY;
	w.must.off = off;
	w.must.gen = r->iteration;
	r->data->nr_canary++;
	at = gr_tag_check(block, &w.must);
	w.at = (uint32_t)at;
	if (at >= 0)
		note_wrong(r, block, &w);
}

static int read_extent(struct reader *r, const struct gr_fs_extent *e)
{
	for (uint64_t done = 0; done < e->len; done += PIECE) {
		size_t some = GR_MIN(PIECE, e->len - done);
		uint64_t off = e->off + done, dev = e->start + done;
		ssize_t n = gr_pread(r->fd, r->buf, some, (off_t)off);

		if (n < 0)
			return (int)n;
		for (size_t at = 0; at + BLOCK <= (size_t)n; at += BLOCK) {
			if (r->is_canary)
				look_at_canary(r, r->buf + at, off + at,
					       dev + at);
			else
				look_at_file(r, r->buf + at, off + at,
					     dev + at);
		}
	}
	return 0;
}

/* What is allocated and was not written reads as zeros, and says nothing. */
static int read_all(struct reader *r, const char *path)
{
	int ret;

	r->pieces = malloc(sizeof(*r->pieces));
	r->buf = malloc(PIECE);
	ret = r->pieces && r->buf ? find_pieces(path, r->pieces) : -ENOMEM;
	r->fd = !ret && r->pieces->nr ? gr_open(path, O_RDONLY) : -1;
	if (!ret && r->pieces->nr && r->fd < 0)
		ret = r->fd;
	for (int i = 0; !ret && i < r->pieces->nr; i++)
		if (!r->pieces->of[i].unwritten)
			ret = read_extent(r, &r->pieces->of[i]);
	if (r->fd >= 0)
		(void)gr_close(r->fd); /* only looked at */
	free(r->pieces);
	free(r->buf);
	return ret ? gr_err(ret, "cannot read '%s' again", path) : 0;
}

int gr_canary_verify(const struct gr_target *t, uint32_t iteration,
		     struct gr_data_facts *data)
{
	struct reader r = {
		.t = t,
		.data = data,
		.iteration = iteration,
		.is_canary = true,
	};
	char path[96];

	name(t, "canary", path, sizeof(path));
	return read_all(&r, path);
}

int gr_canary_verify_file(const struct gr_target *t,
			  const struct gr_facts *facts,
			  struct gr_data_facts *data)
{
	struct reader r = {
		.t = t,
		.facts = facts,
		.data = data,
		.iteration = facts->iteration,
	};

	return read_all(&r, t->dev);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check stale_dma: pages of a device-dax mapping are the destination of a read
 * that is in flight, while another process disables the namespace, sets it to
 * fsdax mode, and writes canaries to the same bytes of its block device. Then the
 * read is let go, and its data must not be in the canaries.
 *
 * A kernel that is right does not return from the disable before the read is over.
 * What it does after the memory has got another owner shows by the tags: those of
 * the read say whose data it is, those of the canaries whose it must be.
 * Source: mm/memremap.c memunmap_pages(); drivers/nvdimm/pfn_devs.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "check/internal.h"
#include "core/ctx.h"
#include "core/registry.h"
#include "core/tag.h"
#include "sys/access.h"
#include "sys/call.h"
#include "sys/process.h"

/* The read is held so long; 0.1 s is what a disable takes under emulation. */
#define HOLD_NS (2 * GR_NSEC_PER_SEC)
/* After the end of the read: as in the teardowns of races. */
#define NEVER_NS (10 * GR_NSEC_PER_SEC)
/* The other mode and the canaries, under emulation. */
#define GIVE_NS (20 * GR_NSEC_PER_SEC)

/* First and last page of two leaves. */
#define BLOCKS_MAX 4

/* The other process; in memory that both share. Moments: 0 = not yet. */
struct giver {
	uint64_t begin_ns;
	uint64_t disabled_ns; /* the disable has returned */
	uint64_t given_ns; /* the canaries are written, or that has failed */
	int32_t disable_ret; /* with disabled_ns */
	int32_t ret; /* with given_ns */
	struct gr_nd_info info; /* of fsdax mode; the same */
	struct gr_bell bell;
};

struct stale {
	struct gr_check_env *env;
	const struct gr_pin_ops *ops;
	struct gr_pin pin;
	struct giver *giver;
	char *block; /* GR_TAG_BLOCK bytes, aligned */
	struct iovec iov[BLOCKS_MAX];
	uint64_t off[BLOCKS_MAX]; /* bytes, in the mapping as on the device */
	int nr;
	bool early; /* the disable returned while the read was held */
};

/* A block that does not hold its canary; the first one, and how many. */
struct wrong {
	int nr;
	uint64_t off;
	ssize_t at; /* byte of the block */
	struct gr_tag found;
};

static struct gr_tag canary_at(const struct stale *x, int i)
{
	return (struct gr_tag){
		.owner = GR_TAG_CANARY,
		.off = x->off[i],
		.gen = (uint16_t)x->env->seed, /* short to read */
	};
}

static const char *ns_of(const struct stale *x)
{
	return x->env->target->ns;
}

static unsigned long long ms(uint64_t ns)
{
	return ns / GR_NSEC_PER_MSEC;
}

/* ---- the other process ---- */

static int fill(struct stale *x)
{
	int ret = 0, fd = gr_check_open_block(&x->giver->info);

	if (fd < 0)
		return fd;
	for (int i = 0; i < x->nr && !ret; i++) {
		const struct gr_tag tag = canary_at(x, i);

		gr_tag_fill(x->block, GR_TAG_BLOCK, &tag);
		ret = gr_check_block_io(fd, x->block, GR_TAG_BLOCK, x->off[i],
					true);
	}
	(void)gr_close(fd); /* each write has told */
	return ret ? gr_err(ret, "cannot write canaries to '%s'", ns_of(x)) : 0;
}

static int give(struct stale *x)
{
	struct giver *g = x->giver;
	struct gr_nd *nd;
	int ret;

	gr_bell_mark(&g->bell, &g->begin_ns);
	ret = gr_nd_open(&nd);
	if (!ret)
		ret = gr_nd_disable(nd, ns_of(x));
	g->disable_ret = ret;
	gr_bell_mark(&g->bell, &g->disabled_ns);
	if (!ret)
		ret = gr_check_set_mode(x->env, nd, GR_ND_FSDAX, &g->info);
	if (!ret)
		ret = fill(x);
	gr_nd_close(nd);
	return ret;
}

static void give_away(struct stale *x)
{
	x->giver->ret = give(x);
	gr_bell_mark(&x->giver->bell, &x->giver->given_ns);
	gr_exit_now(0);
}

/* ---- the process that holds the read ---- */

static void look_early(struct stale *x, uint64_t until)
{
	const struct giver *g = x->giver;
	uint64_t end = gr_bell_seen(&g->disabled_ns);

	if (x->early || !end || end >= until || g->disable_ret)
		return;
	x->early = true;
	gr_check_fail(x->env, GR_CLASS_EARLY_FREE, "returned-while-pinned",
		      "disable of %s returned after %llu ms while %s still "
		      "held its pages",
		      ns_of(x), ms(end - g->begin_ns), x->ops->name);
}

static bool await_given(struct giver *g)
{
	return gr_bell_await(&g->bell, &g->given_ns, gr_now_ns() + GIVE_NS);
}

/* Returns when the memory has got its new owner, or nothing else can be had. */
static int hold(struct stale *x)
{
	struct giver *g = x->giver;
	uint64_t unpin;
	int ret;

	if (!gr_bell_await(&g->bell, &g->begin_ns, gr_now_ns() + HOLD_NS))
		return gr_err(-ETIMEDOUT, "no process to disable '%s'",
			      ns_of(x));
	(void)gr_bell_await(&g->bell, &g->disabled_ns, g->begin_ns + HOLD_NS);
	look_early(x, UINT64_MAX);
	if (x->early)
		(void)await_given(g); /* judge() tells if it did not come */
	gr_check_op(x->env, "end of %s, %s the disable of %s has returned",
		    x->ops->name, x->early ? "after" : "before", ns_of(x));
	unpin = gr_now_ns();
	ret = x->ops->unpin(&x->pin);
	if (ret)
		return gr_err(ret, "cannot let %s go", x->ops->name);
	(void)gr_bell_await(&g->bell, &g->disabled_ns, gr_now_ns() + NEVER_NS);
	look_early(x, unpin); /* at the last moment */
	return 0;
}

static int look_at(struct stale *x, int fd, int i, struct wrong w[2])
{
	const struct gr_tag tag = canary_at(x, i);
	int ret =
		gr_check_block_io(fd, x->block, GR_TAG_BLOCK, x->off[i], false);
	struct gr_tag found;
	ssize_t at;

	if (ret)
		return gr_err(ret, "cannot read canaries of '%s'", ns_of(x));
	at = gr_tag_check(x->block, &tag);
	if (at < 0)
		return 0;
	w += gr_tag_read(x->block + at, &found);
	if (!w->nr++)
		*w = (struct wrong){1, x->off[i], at, found};
	return 0;
}

static void say_wrong(const struct stale *x, const struct wrong *w,
		      bool is_foreign)
{
	const struct gr_tag tag = {GR_TAG_CANARY, w->off, canary_at(x, 0).gen};
	char must[80], found[80];

	if (!w->nr)
		return;
	gr_check_fail(x->env, is_foreign ? GR_CLASS_STALE_DMA : GR_CLASS_DATA,
		      is_foreign ? "foreign-tag-in-namespace"
				 : "wrong-bytes-in-namespace",
		      "block %llu of %s, device offset %#llx, from byte %zd: "
		      "%s, not %s; in %d of %d blocks",
		      (unsigned long long)(w->off / GR_TAG_BLOCK), ns_of(x),
		      (unsigned long long)w->off, w->at,
		      is_foreign
			      ? gr_tag_format(&w->found, found, sizeof(found))
			      : "bytes of nobody",
		      gr_tag_format(&tag, must, sizeof(must)), w->nr, x->nr);
}

static int compare(struct stale *x)
{
	struct wrong w[2] = {{0}, {0}}; /* bytes of nobody; of somebody */
	int ret = 0, fd = gr_check_open_block(&x->giver->info);

	if (fd < 0)
		return fd;
	for (int i = 0; i < x->nr && !ret; i++)
		ret = look_at(x, fd, i, w);
	(void)gr_close(fd); /* it was only read */
	say_wrong(x, &w[1], true);
	say_wrong(x, &w[0], false);
	return ret;
}

static int set_back(struct stale *x)
{
	struct gr_nd_info info;
	struct gr_nd *nd;
	int ret = gr_nd_open(&nd);

	if (ret)
		return gr_err(ret, "cannot open libndctl");
	gr_check_op(x->env, "mode devdax for %s", ns_of(x));
	ret = gr_check_set_mode(x->env, nd, GR_ND_DEVDAX, &info);
	gr_nd_close(nd);
	return ret;
}

static int judge(struct stale *x)
{
	struct giver *g = x->giver;
	int ret;

	if (!gr_bell_seen(&g->disabled_ns)) {
		gr_check_fail(x->env, GR_CLASS_LEAK, "never-returned",
			      "disable of %s has not returned %llu ms after "
			      "the end of %s, which it met %llu ms before",
			      ns_of(x), ms(NEVER_NS), x->ops->name,
			      ms(gr_now_ns() - g->begin_ns - NEVER_NS));
		return 0; /* it cannot be set back */
	}
	if (g->disable_ret)
		return gr_err(g->disable_ret, "cannot disable '%s'", ns_of(x));
	if (!await_given(g))
		return gr_err(-ETIMEDOUT, "cannot give the blocks of '%s' away",
			      ns_of(x));
	if (g->ret)
		return gr_err(g->ret, "cannot give the blocks of '%s' away",
			      ns_of(x));
	ret = compare(x);
	return ret ? ret : set_back(x);
}

static int race(struct stale *x)
{
	void *mem;
	int ret = gr_shared_new(sizeof(*x->giver), &mem);
	pid_t pid;

	if (ret)
		return gr_err(ret, "cannot share memory");
	x->giver = mem;
	gr_check_op(x->env, "disable of %s and canaries in it, beside %s",
		    ns_of(x), x->ops->name);
	pid = gr_fork(-1);
	if (!pid)
		give_away(x);
	ret = pid < 0 ? gr_err(pid, "cannot start a process") : hold(x);
	if (!ret)
		ret = judge(x);
	gr_check_end_other(pid, gr_bell_seen(&x->giver->given_ns));
	gr_shared_free(mem, sizeof(*x->giver));
	return ret;
}

static int pin_and_race(struct stale *x)
{
	int ret = gr_pin_init(&x->pin, x->ops, x->env->target);
	ssize_t n;

	if (ret)
		return ret;
	ret = x->ops->setup(x->env->ctx, &x->pin, x->iov, x->nr);
	n = ret ? ret : x->ops->pin(&x->pin, x->iov, x->nr);
	if (n < 0)
		ret = gr_err((int)n, "cannot pin pages of '%s' by %s",
			     x->env->target->dev, x->ops->name);
	else
		ret = race(x);
	x->ops->teardown(&x->pin);
	gr_pin_fini(&x->pin);
	return ret;
}

static int add_block(struct stale *x, char *base, uint64_t off)
{
	int ret = gr_touch(base + off, true);

	if (ret)
		return gr_err(ret, "cannot fault in a page of '%s'",
			      x->env->target->dev);
	x->iov[x->nr] = (struct iovec){base + off, GR_TAG_BLOCK};
	x->off[x->nr++] = off;
	return 0;
}

static int choose_blocks(struct stale *x, char *base)
{
	uint64_t leaf = x->env->target->spec.align;
	int ret = 0;

	for (uint64_t at = 0; at < 2 * leaf && !ret; at += leaf) {
		ret = add_block(x, base, at);
		if (!ret && leaf > GR_TAG_BLOCK)
			ret = add_block(x, base, at + leaf - GR_TAG_BLOCK);
	}
	return ret;
}

static bool can_run(struct gr_check_env *env, const struct gr_pin_ops *ops)
{
	struct gr_reason why;

	if (!ops->probe || !ops->probe(env->ctx, &why))
		return true;
	gr_check_skip(env, "%s", why.text);
	return false;
}

static int run(struct gr_check_env *env)
{
	struct stale x = {.env = env, .ops = gr_pin_find("odirect_held")};
	struct gr_mapping m;
	int ret;

	if (!can_run(env, x.ops))
		return 0;
	x.block = aligned_alloc(GR_TAG_BLOCK, GR_TAG_BLOCK);
	if (!x.block)
		return gr_err(-ENOMEM, "no buffer");
	ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);
	if (!ret) {
		ret = choose_blocks(&x, m.range.addr);
		if (!ret)
			ret = pin_and_race(&x);
		gr_check_unmap(env, &m);
	}
	free(x.block);
	return ret;
}

const struct gr_check_ops gr_check_stale_dma = {
	.name = "stale_dma",
	.summary = "a read in flight writes to nobody's memory but its own",
	.needs = {.root = true},
	.wants = GR_TARGET_MAPS_DEVICE,
	.bars = GR_TARGET_FILE | GR_TARGET_MOVES,
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0-only
#include "check/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "core/ctx.h"
#include "core/registry.h"
#include "sys/access.h"

static unsigned char pattern_byte(uint64_t tag, size_t i)
{
	return (unsigned char)((tag * 0x9e3779b97f4a7c15ull >> 56) + i * 7 +
			       i / GR_CHECK_PAGE);
}

void gr_fill_pattern(void *buf, size_t len, uint64_t tag)
{
	unsigned char *p = buf;

	for (size_t i = 0; i < len; i++)
		p[i] = pattern_byte(tag, i);
}

ssize_t gr_compare_pattern(const void *buf, size_t len, uint64_t tag)
{
	const unsigned char *p = buf;

	for (size_t i = 0; i < len; i++)
		if (p[i] != pattern_byte(tag, i))
			return (ssize_t)i;
	return -1;
}

int gr_check_map(struct gr_check_env *env, unsigned int nr_leaves, int prot,
		 struct gr_mapping *m)
{
	const struct gr_target *t = env->target;
	struct gr_map_req req = {
		.len = nr_leaves * t->spec.align,
		.prot = prot,
	};

	return t->ops->map(t, &req, m);
}

void gr_check_unmap(struct gr_check_env *env, struct gr_mapping *m)
{
	int ret = env->target->ops->unmap(m);

	if (ret)
		gr_check_fail(env, GR_CLASS_POLICY, "unmap-failed",
			      "cannot unmap '%s': %s", env->target->dev,
			      strerror(-ret));
}

bool gr_check_has_parts(struct gr_check_env *env)
{
	if (env->target->spec.align > GR_CHECK_PAGE)
		return true;
	gr_check_skip(env,
		      "needs leaves larger than a page (alignment 2M, 1G)");
	return false;
}

/* How often a page is tried that is to come to a device. */
#define PLACE_TRIES 100

struct trial {
	struct gr_check_env *env;
	const struct gr_pin_try *try;
	struct gr_pin pin;
	unsigned char *buf; /* try->iov.iov_len bytes */
};

static bool can_write(const struct trial *x)
{
	return x->pin.ops->flags & GR_PIN_WRITES_MEM;
}

/* Did pin() give all it was asked for? */
static bool complete(struct trial *x, ssize_t n)
{
	if (n == (ssize_t)x->try->iov.iov_len)
		return true;
	gr_check_fail(x->env, GR_CLASS_POLICY, "pin-failed",
		      "%s of %zu %s bytes of %s gave %zd (%s)",
		      x->pin.ops->name, x->try->iov.iov_len, x->try->state,
		      x->env->target->ns, n,
		      n < 0 ? strerror((int)-n) : "short");
	return false;
}

static void compare(struct trial *x, const void *got, uint64_t tag,
		    const char *where)
{
	ssize_t bad = gr_compare_pattern(got, x->try->iov.iov_len, tag);

	if (bad >= 0)
		gr_check_fail(x->env, GR_CLASS_DATA, "wrong-data",
			      "%s of %s bytes of %s: byte %zd is wrong in %s",
			      x->pin.ops->name, x->try->state,
			      x->env->target->ns, bad, where);
}

/* The kernel reads the memory: what it saw must be what is there. */
static int trial_read(struct trial *x)
{
	const struct gr_pin_ops *ops = x->pin.ops;
	const struct iovec *iov = &x->try->iov;
	uint64_t tag = x->try->tag;
	ssize_t n;

	if (!complete(x, ops->pin(&x->pin, iov, 1)))
		return 0;
	if (ops->fetch && tag) {
		n = ops->fetch(&x->pin, x->buf, iov->iov_len);
		if (n < 0)
			return gr_err((int)n, "cannot see what %s read",
				      ops->name);
		compare(x, x->buf, tag, "what the kernel read");
	}
	return ops->unpin ? ops->unpin(&x->pin) : 0;
}

/* Whether that is right is not for us to say. */
static void note_readonly(struct trial *x, ssize_t n)
{
	const struct gr_pin_try *try = x->try;
	const char *who = x->pin.ops->name;
	ssize_t bad;

	gr_check_fact(x->env, GR_POLICY_PIN_READONLY, who, n);
	if (!try->tag)
		return;
	bad = gr_compare_pattern(try->iov.iov_base, try->iov.iov_len, try->tag);
	gr_check_fact(x->env, GR_POLICY_READONLY_BYTES, who,
		      bad >= 0 ? -EIO : 0);
}

/* The kernel writes the memory: what it was fed must arrive. */
static int trial_write(struct trial *x)
{
	const struct gr_pin_ops *ops = x->pin.ops;
	const struct iovec *iov = &x->try->iov;
	uint64_t tag = x->try->feed_tag;
	ssize_t n;
	int ret = 0;

	gr_fill_pattern(x->buf, iov->iov_len, tag);
	if (ops->feed)
		ret = ops->feed(&x->pin, x->buf, iov->iov_len);
	if (ret)
		return gr_err(ret, "cannot prepare what %s shall write",
			      ops->name);
	n = ops->pin(&x->pin, iov, 1);
	if (n > 0 && ops->unpin) /* what is in flight arrives with that */
		ret = ops->unpin(&x->pin);
	if (x->try->readonly)
		note_readonly(x, n);
	else if (complete(x, n) && ops->feed)
		compare(x, iov->iov_base, tag, "the mapping");
	return ret;
}

/* A pin that asks for a writable page and gets none, whatever it would do. */
static int trial_refused(struct trial *x)
{
	const struct gr_pin_ops *ops = x->pin.ops;
	ssize_t n = ops->pin(&x->pin, &x->try->iov, 1);

	note_readonly(x, n);
	return n > 0 && ops->unpin ? ops->unpin(&x->pin) : 0;
}

static int trial_both(struct trial *x)
{
	int ret = 0;

	if (x->pin.ops->flags & GR_PIN_READS_MEM)
		ret = trial_read(x);
	if (!ret && can_write(x))
		ret = trial_write(x);
	return ret;
}

int gr_check_pin(struct gr_check_env *env, const struct gr_pin_ops *ops,
		 const struct gr_pin_try *try)
{
	struct trial x = {.env = env, .try = try};
	int ret;

	gr_check_op(env, "%s of %zu %s bytes of %s", ops->name,
		    try->iov.iov_len, try->state, env->target->ns);
	ret = gr_pin_init(&x.pin, ops, env->target);
	if (ret)
		return ret;
	x.pin.keep_data = true;
	x.buf = malloc(try->iov.iov_len);
	ret = x.buf ? ops->setup(env->ctx, &x.pin, &try->iov, 1) : -ENOMEM;
	if (!ret && try->readonly && ops->flags & GR_PIN_NEEDS_WRITABLE)
		ret = trial_refused(&x);
	else if (!ret)
		ret = trial_both(&x);
	ops->teardown(&x.pin);
	gr_pin_fini(&x.pin);
	free(x.buf);
	return ret;
}

bool gr_check_pin_runs(struct gr_check_env *env, const struct gr_pin_ops *ops)
{
	bool no_longterm = env->target->ops->flags & GR_TARGET_NO_LONGTERM;
	struct gr_reason why;
	int ret;

	if (ops->flags & GR_PIN_BLOCKDEV ||
	    (no_longterm && ops->flags & GR_PIN_LONGTERM))
		return false;
	ret = ops->probe ? ops->probe(env->ctx, &why) : 0;
	/* what is refused by policy is memory that has a file */
	return !ret || (ret == GR_PIN_REFUSED &&
			env->target->ops->flags & GR_TARGET_MOVES);
}

/* Returns false, after a finding, when there is a page that cannot be had. */
static bool fault_in(struct gr_check_env *env, const struct gr_pin_try *try)
{
	char *base = try->iov.iov_base;

	gr_check_op(env, "fault in %zu %s bytes of %s", try->iov.iov_len,
		    try->state, env->target->ns);
	for (size_t off = 0; off < try->iov.iov_len; off += GR_CHECK_PAGE) {
		int ret = gr_touch(base + off, !try->readonly);

		if (!ret)
			continue;
		gr_check_fail(env, GR_CLASS_POLICY, "fault-failed",
			      "byte %zu of a fresh mapping of '%s' gave %s",
			      off, env->target->dev,
			      ret == -ENXIO ? "SIGBUS" : "SIGSEGV");
		return false;
	}
	if (!try->readonly)
		gr_fill_pattern(base, try->iov.iov_len, try->tag);
	return true;
}

int gr_check_place(struct gr_check_env *env, const struct gr_mapping *m,
		   const void *addr, size_t len)
{
	const struct gr_target *t = env->target;
	int ret = t->ops->place(m, addr, len);

	/* a page may be on its way to a list of the kernel's, or from one */
	for (int i = 0; ret == -EBUSY && i < PLACE_TRIES; i++)
		ret = t->ops->place(m, addr, len);
	return ret ? gr_err(ret, "fresh pages do not come to '%s'", t->dev) : 0;
}

/* Filled, and taken by the device. */
static int move_away(struct gr_check_env *env, const struct gr_mapping *m,
		     const struct gr_pin_try *try)
{
	if (try->tag)
		gr_fill_pattern(try->iov.iov_base, try->iov.iov_len, try->tag);
	return gr_check_place(env, m, try->iov.iov_base, try->iov.iov_len);
}

static int one_try(struct gr_check_env *env, const struct gr_pin_ops *ops,
		   struct gr_pin_try *try, bool cross)
{
	int prot = try->readonly ? PROT_READ : PROT_READ | PROT_WRITE;
	bool moves = env->target->ops->flags & GR_TARGET_MOVES;
	uint64_t leaf = env->target->spec.align;
	struct gr_mapping m;
	int ret;

	ret = gr_check_map(env, 2, prot, &m);
	if (ret)
		return ret;
	try->iov.iov_base = m.range.addr;
	try->iov.iov_len = GR_CHECK_PAGE;
	if (cross) {
		try->iov.iov_base = (char *)m.range.addr + leaf - GR_CHECK_PAGE;
		try->iov.iov_len = (size_t)2 * GR_CHECK_PAGE;
	}
	if (moves)
		ret = move_away(env, &m, try);
	if (!ret && (!try->tag || moves || fault_in(env, try)))
		ret = gr_check_pin(env, ops, try);
	gr_check_unmap(env, &m);
	return ret;
}

/* What a read-only mapping shows must be written through another one. */
static int write_ahead(struct gr_check_env *env, uint64_t tag, bool cross)
{
	uint64_t leaf = env->target->spec.align;
	struct gr_mapping m;
	char *at;
	int ret;

	ret = gr_check_map(env, 2, PROT_READ | PROT_WRITE, &m);
	if (ret)
		return ret;
	at = m.range.addr;
	if (cross)
		gr_fill_pattern(at + leaf - GR_CHECK_PAGE,
				(size_t)2 * GR_CHECK_PAGE, tag);
	else
		gr_fill_pattern(at, GR_CHECK_PAGE, tag);
	gr_check_unmap(env, &m);
	return 0;
}

int gr_check_pins(struct gr_check_env *env, const char *state, int prot,
		  bool touch)
{
	const struct gr_pin_ops *const *ops;
	bool readonly = !(prot & PROT_WRITE);
	/* another one each time, so that old bytes are never the right ones */
	uint64_t tag = 1, feed_tag = 100;
	int ret = 0;

	if (!env->ctx->store[0]) {
		gr_check_skip(env, "needs module null_blk for the data");
		return 0;
	}
	if (readonly && env->target->ops->flags & GR_TARGET_MOVES) {
		gr_check_skip(env, "needs memory that is shared: private pages "
				   "may be written by who may force it");
		return 0;
	}
	for (ops = gr_pins(); *ops && !ret; ops++) {
		for (int cross = 0; cross < 2 && !ret; cross++) {
			struct gr_pin_try try = {
				.state = state,
				.readonly = readonly,
				.tag = touch ? ++tag : 0,
				.feed_tag = ++feed_tag,
			};

			if (!gr_check_pin_runs(env, *ops))
				continue;
			if (readonly && touch)
				ret = write_ahead(env, tag, cross);
			if (!ret)
				ret = one_try(env, *ops, &try, cross);
		}
	}
	return ret;
}

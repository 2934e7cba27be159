// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_replaced: hmm_partial as a race. One thread has the page in the middle of a
 * range replaced without end, mapped anew, zapped, moved there and read into by O_DIRECT,
 * and writes a number that only grows into each new one; a device asks for the range for
 * itself alone meanwhile. It gets all pages or none, and of the one in the middle it may read
 * nothing (a new page), or a number that is at least the last one that was there before it
 * asked: a smaller one is of a page that it should have been told to forget. At the end
 * nothing that it has mirrored may be stale.
 *
 * Source: mm/rmap.c make_device_exclusive_range(); lib/test_hmm.c dmirror_exclusive(),
 * dmirror_atomic_map().
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/util.h"
#include "check/hmm_internal.h"
#include "core/ctx.h"
#include "sys/call.h"
#include "sys/process.h"

#define PAGES 9
#define MIDDLE 4
#define TAG 61

/* So much longer when the device has not had the range yet. */
#define MORE_NS (5 * GR_NSEC_PER_SEC)

struct replacing {
	struct gr_area area;
	size_t nr_ways;
	char *before; /* all of it, when it was mapped */
	pthread_t thread;
	uint32_t stop;
	uint64_t written; /* the number that is, or was, there in full */
	int ret; /* of a replacement that failed */
};

static volatile uint64_t *words(const struct replacing *r)
{
	return (volatile uint64_t *)(void *)gr_area_page(&r->area, MIDDLE);
}

/* With its complement: what is read of a page that is being written to does not fit. */
static void write_number(const struct replacing *r, uint64_t nr)
{
	words(r)[0] = nr;
	words(r)[1] = ~nr;
}

/* Return: 0 where there is none, or none that is whole. */
static uint64_t number_in(const void *page)
{
	uint64_t word[2];

	memcpy(word, page, sizeof(word));
	return word[0] == ~word[1] ? word[0] : 0;
}

static int (*const ways[])(const struct gr_area *a, size_t i) = {
	gr_area_map_anew, gr_area_zap, gr_area_move_there,
	gr_area_read_into, /* the last: needs a store */
};

static void *replace(void *arg)
{
	struct replacing *r = arg;

	gr_run_on(1);
	for (uint64_t nr = 1; !r->ret; nr++) {
		if (__atomic_load_n(&r->stop, __ATOMIC_ACQUIRE))
			break;
		r->ret = ways[nr % r->nr_ways](&r->area, MIDDLE);
		if (r->ret)
			break;
		write_number(r, nr);
		__atomic_store_n(&r->written, nr, __ATOMIC_RELEASE);
	}
	return NULL;
}

/* The other pages are as they were. Return: false after a finding. */
static bool are_kept(struct replacing *r)
{
	const unsigned char *room = r->area.d->room;

	for (size_t i = 0; i < PAGES; i++)
		if (i != MIDDLE &&
		    memcmp(room + i * GR_CHECK_PAGE,
			   r->before + i * GR_CHECK_PAGE, GR_CHECK_PAGE)) {
			gr_check_fail(r->area.env, GR_CLASS_DATA, "wrong-data",
				      "the device read other data of page %zu "
				      "than is there, while page %d was "
				      "replaced",
				      i, MIDDLE);
			return false;
		}
	return true;
}

/* By what the page that had this number went: a driver may miss one way alone. */
static bool was_zapped(const struct replacing *r, uint64_t value)
{
	return ways[(value + 1) % r->nr_ways] == gr_area_zap;
}

/* @least: what was there when it was asked. Return: false after a finding. */
static bool is_fresh(struct replacing *r, uint64_t least)
{
	struct gr_area *a = &r->area;
	uint64_t value = number_in(a->d->room + (size_t)MIDDLE * GR_CHECK_PAGE);

	if (!value || value >= least)
		return true;
	gr_check_fail(a->env, GR_CLASS_DATA,
		      was_zapped(r, value) ? "stale-after-zap" : "stale-mirror",
		      "the device read %" PRIu64 " of a page that had %" PRIu64
		      " before it asked: one that was replaced%s",
		      value, least,
		      was_zapped(r, value) ? ", by MADV_DONTNEED" : "");
	return false;
}

/* Return: pages that the device got; negative after a finding. */
static ssize_t ask_once(struct replacing *r, enum gr_dmirror_op op)
{
	struct gr_area *a = &r->area;
	uint64_t least = __atomic_load_n(&r->written, __ATOMIC_ACQUIRE);
	ssize_t n = gr_dmirror_do(a->d, op, a->base, PAGES);

	if (n == PAGES)
		return is_fresh(r, least) && are_kept(r) ? n : -1;
	/* not mapped at that moment, locked, or taken back at once */
	if (n == -EBUSY || n == -ENOENT || n == -EFAULT)
		return 0;
	gr_check_fail(a->env, GR_CLASS_POLICY, "request-answered",
		      "%s a range of which one page is replaced gave %zd (%s)",
		      op == GR_DMIRROR_READ ? "reading" : "taking", n,
		      n < 0 ? strerror((int)-n) : "pages");
	return -1;
}

/*
 * Taken, it is mirrored; what is read of it then is what the mirror has, if nobody told
 * it better. Return: how often the device got the range; negative after a finding.
 */
static ssize_t ask(struct replacing *r, uint64_t until)
{
	uint64_t now;
	ssize_t nr = 0, n;

	do {
		n = ask_once(r, GR_DMIRROR_EXCLUSIVE);
		nr += n > 0;
		if (n >= 0)
			n = ask_once(r, GR_DMIRROR_READ);
		now = gr_now_ns();
	} while (n >= 0 && now < (nr ? until : until + MORE_NS));
	return n < 0 ? n : nr;
}

static void settle(struct replacing *r)
{
	struct gr_area *a = &r->area;
	uint64_t value = words(r)[0];

	if (value != r->written)
		gr_check_fail(a->env, GR_CLASS_DATA, "wrong-data",
			      "a page that was replaced holds %" PRIu64
			      " where %" PRIu64 " was written last",
			      value, r->written);
	for (size_t i = 0; i < PAGES; i++)
		*(volatile char *)gr_area_page(a, i) += 0;
	(void)gr_area_ask(a, GR_DMIRROR_CHECK_EXCLUSIVE, 0, PAGES, 0,
			  "the question for pages that the device has lost");
	if (!gr_area_ask(a, GR_DMIRROR_READ, 0, PAGES, PAGES,
			 "reading a range of which one page was replaced"))
		return;
	if (is_fresh(r, r->written) && are_kept(r) &&
	    memcmp(a->d->room, a->base, PAGES * GR_CHECK_PAGE))
		gr_check_fail(a->env, GR_CLASS_DATA, "stale-mirror",
			      "the device reads another page than the "
			      "processor, after one was replaced often");
}

static int race(struct replacing *r)
{
	struct gr_check_env *env = r->area.env;
	ssize_t nr;
	int ret;

	gr_check_op(env, "a page is replaced in a range that a device takes");
	ret = -pthread_create(&r->thread, NULL, replace, r);
	if (ret)
		return gr_err(ret, "cannot start a thread");
	nr = ask(r, env->deadline_ns);
	__atomic_store_n(&r->stop, 1, __ATOMIC_RELEASE);
	(void)pthread_join(r->thread, NULL); /* ours, joined once */
	if (r->ret)
		return gr_err(r->ret, "cannot replace a page");
	if (nr > 0)
		settle(r);
	else if (!nr)
		gr_check_skip(env, "the range was never to be had exclusively");
	return 0;
}

/* What is read from it is zeros as well; it keeps what it was given before. */
static int clear_store(const char *dev)
{
	int ret, fd = gr_open(dev, O_RDWR | O_DIRECT);
	void *zeros;
	ssize_t n;

	if (fd < 0)
		return fd;
	ret = gr_mmap(GR_CHECK_PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, &zeros);
	if (!ret) {
		n = gr_pwrite(fd, zeros, GR_CHECK_PAGE, 0);
		ret = n == GR_CHECK_PAGE ? 0 : n < 0 ? (int)n : -EIO;
		(void)gr_munmap(zeros, GR_CHECK_PAGE); /* only scratch */
	}
	(void)gr_close(fd); /* O_DIRECT: what was written is written */
	return ret;
}

static int run(struct gr_check_env *env)
{
	bool store = env->ctx->store[0];
	struct replacing r = {.nr_ways = GR_ARRAY_SIZE(ways) - !store};
	int ret = store ? clear_store(env->ctx->store) : 0;

	if (ret)
		return gr_err(ret, "cannot write to '%s'", env->ctx->store);
	ret = gr_area_map(&r.area, env, PAGES, TAG);
	if (ret)
		return ret;
	gr_run_on(0);
	r.before = malloc(PAGES * GR_CHECK_PAGE);
	if (r.before)
		memcpy(r.before, r.area.base, PAGES * GR_CHECK_PAGE);
	ret = r.before ? race(&r) : gr_err(-ENOMEM, "cannot keep a copy");
	free(r.before);
	gr_area_unmap(&r.area);
	return ret;
}

const struct gr_check_ops gr_check_hmm_replaced = {
	.name = "hmm_replaced",
	.summary = "a device takes a range while a page of it is replaced",
	.needs = {.root = true},
	.wants = GR_TARGET_EXCLUSIVE,
	.run = run,
};

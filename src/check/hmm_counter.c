// SPDX-License-Identifier: GPL-2.0-only
/*
 * Check hmm_counter: counters in a page that a device has for itself alone again and again.
 * Two processors increment theirs meanwhile: no increment may be lost, and what the device
 * reads may not run backwards, as it would from a page that it should have been told to
 * forget. Then processor and device increment one counter in turns, while another thread
 * lets the device take the page.
 *
 * The device of test_hmm cannot add by itself: it reads, and writes a whole page, so its
 * turn has to be its own.
 * Source: mm/rmap.c make_device_exclusive_range(); lib/test_hmm.c dmirror_exclusive().
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "check/hmm_internal.h"
#include "sys/process.h"

#define NR_THREADS 2
#define TURNS 200

struct counting {
	struct gr_area area;
	uint32_t stop;
	uint64_t added[NR_THREADS];
	int nr_started;
	pthread_t thread[NR_THREADS];
	struct adder {
		struct counting *c;
		int index;
	} adder[NR_THREADS];
};

/* Each has a word of its own, on one page. */
static uint64_t *word(const struct counting *c, int index)
{
	return (uint64_t *)(void *)c->area.base + index;
}

static bool stopped(const struct counting *c)
{
	return __atomic_load_n(&c->stop, __ATOMIC_ACQUIRE);
}

static void *add(void *arg)
{
	struct adder *a = arg;
	uint64_t nr = 0;

	gr_run_on(a->index);
	for (; !stopped(a->c); nr++)
		(void)__atomic_fetch_add(word(a->c, a->index), 1,
					 __ATOMIC_SEQ_CST);
	a->c->added[a->index] = nr;
	return NULL;
}

static void *take_away(void *arg)
{
	struct adder *a = arg;
	struct gr_area area = a->c->area;

	gr_run_on(a->index);
	while (!stopped(a->c)) /* it may be locked at any time */
		(void)gr_dmirror_do(area.d, GR_DMIRROR_EXCLUSIVE, area.base, 1);
	return NULL;
}

static int start(struct counting *c, int index, void *(*run)(void *))
{
	c->adder[index] = (struct adder){c, index};
	c->nr_started = index + 1;
	return -pthread_create(&c->thread[index], NULL, run, &c->adder[index]);
}

static void stop(struct counting *c)
{
	__atomic_store_n(&c->stop, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < c->nr_started; i++)
		(void)pthread_join(c->thread[i], NULL); /* ours, joined once */
}

/* What the device read must be at least what it has read before. */
static bool runs_on(struct counting *c, uint64_t seen[NR_THREADS])
{
	for (int i = 0; i < NR_THREADS; i++) {
		uint64_t now;

		memcpy(&now, c->area.d->room + (size_t)i * sizeof(now),
		       sizeof(now));
		if (now < seen[i]) {
			gr_check_fail(c->area.env, GR_CLASS_DATA,
				      "counter-backwards",
				      "the device read %" PRIu64
				      " of a counter after %" PRIu64,
				      now, seen[i]);
			return false;
		}
		seen[i] = now;
	}
	return true;
}

static void count(struct counting *c, uint64_t until)
{
	uint64_t seen[NR_THREADS] = {0}, nr = 0;

	while (gr_now_ns() < until || !nr) {
		ssize_t n = gr_dmirror_do(c->area.d, GR_DMIRROR_EXCLUSIVE,
					  c->area.base, 1);

		if (n == 1 && !runs_on(c, seen))
			break;
		nr += n == 1;
		if (n < 0 && n != -EBUSY && n != -ENOENT) {
			gr_check_fail(
				c->area.env, GR_CLASS_POLICY,
				"request-answered",
				"taking a page that is counted in gave %s",
				strerror((int)-n));
			break;
		}
		if (gr_now_ns() > until + GR_NSEC_PER_SEC * 5)
			break; /* it was never had: nothing was tried */
	}
	if (!nr)
		gr_check_skip(c->area.env,
			      "the page was never to be had exclusively");
}

static int free_running(struct gr_check_env *env, uint64_t until)
{
	struct counting c = {.stop = 0};
	int ret = gr_area_map(&c.area, env, 1, 0);

	if (ret)
		return ret;
	memset(c.area.base, 0, GR_CHECK_PAGE);
	gr_check_op(env, "two processors count in a page that a device takes");
	for (int i = 0; i < NR_THREADS && !ret; i++)
		ret = start(&c, i, add);
	if (!ret)
		count(&c, until);
	stop(&c);
	for (int i = 0; i < NR_THREADS && !ret; i++)
		if (*word(&c, i) != c.added[i])
			gr_check_fail(env, GR_CLASS_DATA, "increment-lost",
				      "a counter is %" PRIu64 " after %" PRIu64
				      " increments",
				      *word(&c, i), c.added[i]);
	gr_area_unmap(&c.area);
	return ret ? gr_err(ret, "cannot start a thread") : 0;
}

/* -EBUSY, after many tries: others are too fast; that ends the turns, no more. */
static bool device_does(struct gr_area *a, enum gr_dmirror_op op)
{
	ssize_t n = gr_dmirror_do(a->d, op, a->base, 1);

	if (n != 1 && n != -EBUSY)
		gr_check_fail(a->env, GR_CLASS_POLICY, "request-answered",
			      "a turn of the device gave %zd (%s)", n,
			      n < 0 ? strerror((int)-n) : "pages");
	return n == 1;
}

/* The device's turn: what it reads is what the processor left. */
static bool device_adds(struct counting *c, uint64_t must)
{
	struct gr_area *a = &c->area;
	uint64_t value;

	if (!device_does(a, GR_DMIRROR_READ))
		return false;
	memcpy(&value, a->d->room, sizeof(value));
	if (value != must) {
		gr_check_fail(a->env, GR_CLASS_DATA, "increment-lost",
			      "the device read %" PRIu64
			      " of a counter that is %" PRIu64,
			      value, must);
		return false;
	}
	value++;
	memcpy(a->d->room, &value, sizeof(value));
	return device_does(a, GR_DMIRROR_WRITE);
}

static void take_turns(struct counting *c)
{
	for (uint64_t i = 0; i < TURNS; i++) {
		uint64_t now =
			__atomic_add_fetch(word(c, 0), 1, __ATOMIC_SEQ_CST);

		if (now != 2 * i + 1) {
			gr_check_fail(c->area.env, GR_CLASS_DATA,
				      "increment-lost",
				      "a counter is %" PRIu64 " after %" PRIu64
				      " increments in turns",
				      now, 2 * i + 1);
			return;
		}
		if (!device_adds(c, now))
			return;
	}
}

static int in_turns(struct gr_check_env *env)
{
	struct counting c = {.stop = 0};
	struct gr_dmirror *second;
	int ret = gr_area_map(&c.area, env, 1, 0);

	if (ret)
		return ret;
	memset(c.area.base, 0, GR_CHECK_PAGE);
	/* a mirror of its own, so that only the taking is at the same time */
	ret = gr_dmirror_open(env->target->dev, GR_CHECK_PAGE, &second);
	if (ret)
		return gr_err(ret, "cannot open '%s'", env->target->dev);
	gr_check_op(env, "processor and device count in turns");
	{
		struct counting taker = c;

		taker.area.d = second;
		ret = start(&taker, 0, take_away);
		if (!ret)
			take_turns(&c);
		stop(&taker);
	}
	(void)gr_dmirror_close(second);
	gr_area_unmap(&c.area);
	return ret ? gr_err(ret, "cannot start a thread") : 0;
}

static int run(struct gr_check_env *env)
{
	int ret = in_turns(env);

	return ret ? ret : free_running(env, env->deadline_ns);
}

const struct gr_check_ops gr_check_hmm_counter = {
	.name = "hmm_counter",
	.summary = "no increment is lost in a page that a device takes",
	.needs = {.root = true},
	.wants = GR_TARGET_EXCLUSIVE,
	.run = run,
};

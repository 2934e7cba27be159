// SPDX-License-Identifier: GPL-2.0-only
#include "engine/victim.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "contract.h"
#include "core/registry.h"
#include "sys/call.h"
#include "sys/process.h"

#define LOAD(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define STORE(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

static int map(const struct gr_target *t, const struct gr_map_req *req,
	       struct gr_mapping *m)
{
	m->fd = -1;
	m->range.len = req->len;
	return t->size ? gr_mmap(req->len, req->prot,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0,
				 &m->range.addr)
		       : -ENXIO;
}

static int unmap(struct gr_mapping *m)
{
	return gr_munmap(m->range.addr, m->range.len);
}

static const struct gr_target_ops target_ops = {
	.name = "memory",
	.map = map,
	.unmap = unmap,
};

static int setup(const struct gr_ctx *ctx, struct gr_pin *pin,
		 const struct iovec *iov, int nr)
{
	(void)ctx, (void)pin, (void)iov;
	return nr == 1 ? 0 : -EINVAL;
}

static void teardown(struct gr_pin *pin)
{
	(void)pin;
}

static ssize_t pin_at_once(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	(void)pin, (void)nr;
	return (ssize_t)iov->iov_len;
}

static ssize_t pin_for_ever(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	uint32_t never = 0;

	(void)pin, (void)iov;
	while (nr)
		(void)gr_futex_wait(&never, 0, 1000000000);
	return 0;
}

static ssize_t pin_dies(struct gr_pin *pin, const struct iovec *iov, int nr)
{
	(void)pin, (void)iov, (void)nr;
	gr_exit_now(0);
}

static int unpin(struct gr_pin *pin)
{
	(void)pin;
	gr_exit_now(9); /* a victim has no unpin but its end */
}

static const struct gr_pin_ops held = {
	.name = "held",
	.kind = GR_PIN_HELD,
	.setup = setup,
	.pin = pin_at_once,
	.unpin = unpin,
	.teardown = teardown,
};
static const struct gr_pin_ops looped = {
	.name = "looped",
	.kind = GR_PIN_TRANSIENT,
	.setup = setup,
	.pin = pin_at_once,
	.teardown = teardown,
};
static const struct gr_pin_ops endless = {
	.name = "endless",
	.kind = GR_PIN_TRANSIENT,
	.setup = setup,
	.pin = pin_for_ever,
	.teardown = teardown,
};
static const struct gr_pin_ops suicidal = {
	.name = "suicidal",
	.kind = GR_PIN_HELD,
	.setup = setup,
	.pin = pin_dies,
	.teardown = teardown,
};

struct bench {
	struct gr_stage *st;
	struct gr_grip grip;
	struct gr_victim_seat seat;
};

static void bench_new(struct bench *b, const struct gr_pin_ops *pin)
{
	struct gr_pin_facts *facts;
	void *mem;

	memset(b, 0, sizeof(*b));
	assert_int_equal(gr_shared_new(sizeof(*b->st), &mem), 0);
	b->st = mem;
	facts = &b->st->facts.pin[0];
	b->st->c.pin = pin;
	b->st->c.inv = gr_invalidate_find("proc_exit");
	b->st->target.ops = &target_ops;
	b->st->target.spec.align = GR_TEST_PAGE;
	b->st->target.size = (uint64_t)64 * GR_TEST_PAGE;
	b->st->facts.iteration = 1;
	b->st->facts.nr_pinners = 1;
	assert_int_equal(
		gr_grip_init(&b->grip, NULL, &b->st->c, &b->st->target, facts),
		0);
	b->seat = (struct gr_victim_seat){
		.st = b->st,
		.w = &b->st->worker[GR_ROLE_PINNER],
		.grip = &b->grip,
		.race = {facts, &b->st->facts.inv},
		.facts = facts,
	};
	assert_int_equal(gr_victim_init(&b->seat), 0);
}

/* No child is left. */
static void bench_free(struct bench *b)
{
	int status;

	assert_int_equal(gr_reap(-1, 0, &status), -ECHILD);
	gr_victim_fini(&b->seat);
	gr_grip_fini(&b->grip);
	gr_shared_free(b->st, sizeof(*b->st));
}

/* What the pinner does between MAP and AFTER. */
static void end_by(struct bench *b, const char *name)
{
	struct gr_invalidate inv = {
		.ops = gr_invalidate_find(name),
		.victim = gr_victim_handle(&b->seat),
	};

	gr_victim_doomed(&b->seat);
	gr_invalidate_timed(&inv, &b->st->facts.inv);
	assert_int_equal(b->st->facts.inv.ret, 0);
	assert_int_equal(gr_victim_bury(&b->seat), 0);
}

static void held_pin_overlaps_its_end(void **state)
{
	const char *const names[] = {"proc_exit", "proc_kill"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct bench b;
		const struct gr_pin_facts *f;

		bench_new(&b, &held);
		f = b.seat.facts;
		assert_int_equal(gr_victim_start(&b.seat), 0);
		assert_true(f->pid > 0 && f->pid == b.st->facts.inv.pid);
		assert_true(f->map_addr && !f->held_ns);
		assert_int_equal(gr_victim_pin(&b.seat), 0);
		assert_true(f->held_ns && !f->unpin_ns);
		end_by(&b, names[i]);
		assert_true(f->unpinned_ns >= f->held_ns);
		assert_true(f->unpinned_ns <= b.st->facts.inv.begin_ns);
		assert_int_equal(f->nr_overlaps, 1);
		assert_int_equal(f->nr_attempts, 1);
		assert_int_equal(f->map_addr, 0);
		bench_free(&b);
	}
}

/* Killed in its first pin: that pin was in flight, and was one. */
static void death_in_a_pin_overlaps(void **state)
{
	struct bench b;
	struct gr_pin_facts *f;

	(void)state;
	bench_new(&b, &endless);
	f = b.seat.facts;
	assert_int_equal(gr_victim_start(&b.seat), 0);
	assert_int_equal(gr_victim_pin(&b.seat), 0);
	while (!LOAD(&f->in_pin))
		;
	end_by(&b, "proc_kill");
	assert_int_equal(f->nr_overlaps, 1);
	assert_int_equal(f->nr_attempts, 1);
	assert_int_equal(f->in_pin, 0);
	assert_int_equal(f->by_errno[0].nr, 0); /* what it gave nobody knows */
	bench_free(&b);
}

/* Pins that were over when its end began do not count. */
static void loop_goes_on_until_its_end(void **state)
{
	struct bench b;
	struct gr_pin_facts *f;
	uint64_t in_flight;

	(void)state;
	bench_new(&b, &looped);
	f = b.seat.facts;
	for (uint32_t i = 1; i < 4; i++) {
		uint64_t before = f->nr_attempts;

		b.st->facts.iteration = i;
		STORE(&b.st->facts.inv.phase, GR_PHASE_AHEAD);
		assert_int_equal(gr_victim_start(&b.seat), 0);
		assert_int_equal(gr_victim_pin(&b.seat), 0);
		while (LOAD(&f->nr_attempts) < before + 100)
			;
		end_by(&b, "proc_exit");
		assert_true(f->nr_attempts >= before + 100);
	}
	in_flight = f->nr_overlaps;
	assert_true(in_flight < f->nr_attempts);
	/* one that died in its user-space part has lost its count at the most */
	assert_true(f->by_errno[0].nr + 3 >= f->nr_attempts);
	bench_free(&b);
}

static void end_without_an_order_is_an_error(void **state)
{
	struct bench b;
	struct gr_test_log log;

	(void)state;
	bench_new(&b, &suicidal);
	assert_int_equal(gr_victim_start(&b.seat), 0);
	gr_test_log_to(&log);
	assert_int_equal(gr_victim_pin(&b.seat), -ECHILD);
	gr_test_log_to(NULL);
	assert_int_equal(log.nr, 1);
	bench_free(&b);
}

static void no_grip_is_told(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, &held);
	b.st->target.size = 0;
	assert_int_equal(gr_victim_start(&b.seat), -ENXIO);
	bench_free(&b);
}

/* An invalidation that never came, or failed, leaves nobody behind. */
static void bury_ends_what_lives(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, &held);
	assert_int_equal(gr_victim_start(&b.seat), 0);
	assert_int_equal(gr_victim_pin(&b.seat), 0);
	assert_int_equal(gr_victim_bury(&b.seat), 0);
	assert_int_equal(b.seat.facts->nr_overlaps, 0);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(held_pin_overlaps_its_end),
		cmocka_unit_test(death_in_a_pin_overlaps),
		cmocka_unit_test(loop_goes_on_until_its_end),
		cmocka_unit_test(end_without_an_order_is_an_error),
		cmocka_unit_test(no_grip_is_told),
		cmocka_unit_test(bury_ends_what_lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

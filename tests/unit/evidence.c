// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the stage shows beside a finding: of a pin that outlived a teardown, or died in
 * it, and of a struct page that went with it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "core/invalidate.h"
#include "engine/supervise_internal.h"
#include "test.h"

#define PINNER 77
#define START 0x200000000ull
#define BYTES (256ull << 20)
#define GONE (0xffffea0000000000ull + START / 4096 * 64 + 8)

static const struct gr_invalidate_ops tears = {
	.name = "tears",
	.flags = GR_INV_TEARDOWN,
};
static const struct gr_invalidate_ops cuts = {
	.name = "cuts",
	.flags = GR_INV_FILE,
};

/* A teardown that is under way, beside one pinner; the memory has gone. */
struct scene {
	struct gr_supervision s;
	struct gr_pin_facts *pin;
	struct gr_inv_facts *inv;
	struct gr_finding f;
};

static void begin(struct scene *x)
{
	memset(x, 0, sizeof(*x));
	x->s.st = calloc(1, sizeof(*x->s.st));
	x->s.run = calloc(1, sizeof(*x->s.run));
	assert_true(x->s.st && x->s.run);
	x->s.run->vmemmap = gr_vmemmap_plain;
	x->s.st->c.inv = &tears;
	x->s.st->target.whole_start = START;
	x->s.st->target.whole_size = BYTES;
	x->s.st->facts.nr_pinners = 1;
	x->pin = &x->s.st->facts.pin[0];
	x->inv = &x->s.st->facts.inv;
	x->pin->pid = PINNER;
	x->inv->begin_ns = 10;
	x->f = (struct gr_finding){
		.class = GR_CLASS_CRASH,
		.pid = PINNER,
		.address = GONE,
	};
}

static void end(struct scene *x)
{
	free(x->s.st);
	free(x->s.run);
}

static void a_held_pin_outlives(void **state)
{
	struct scene x;

	(void)state;
	begin(&x);
	x.f.class = GR_CLASS_WARNING;
	x.pin->held_ns = 5;
	gr_evidence_add(&x.s, &x.f);
	assert_false(x.f.pin_in_flight); /* it has not returned yet */
	x.inv->end_ns = 20;
	x.pin->unpin_ns = 15;
	gr_evidence_add(&x.s, &x.f);
	assert_false(x.f.pin_in_flight); /* dropped in time */
	x.pin->unpin_ns = 25;
	gr_evidence_add(&x.s, &x.f);
	assert_true(x.f.pin_in_flight);
	end(&x);
}

/* Its own task, in a pin or an unpin, once the teardown had begun. */
static void a_pinner_that_dies_was_in_flight(void **state)
{
	static const struct {
		enum gr_class class;
		pid_t pid;
		uint64_t begin_ns, held_ns, unpin_ns, unpinned_ns;
		uint32_t in_pin;
		bool died;
	} rows[] = {
		{GR_CLASS_CRASH, PINNER, 10, 0, 0, 0, 1, true},
		{GR_CLASS_CRASH, PINNER, 10, 0, 0, 0, 0, false},
		{GR_CLASS_CRASH, PINNER + 1, 10, 0, 0, 0, 1, false},
		{GR_CLASS_CRASH, 0, 10, 0, 0, 0, 1, false},
		{GR_CLASS_CRASH, PINNER, 0, 0, 0, 0, 1, false},
		{GR_CLASS_WARNING, PINNER, 10, 0, 0, 0, 1, false},
		{GR_CLASS_CRASH, PINNER, 10, 5, 15, 0, 0, true},
		{GR_CLASS_CRASH, PINNER, 10, 5, 15, 16, 0, false},
		{GR_CLASS_CRASH, PINNER, 10, 5, 0, 0, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		struct scene x;

		begin(&x);
		x.f.class = rows[i].class;
		x.f.pid = rows[i].pid;
		x.inv->begin_ns = rows[i].begin_ns;
		x.pin->held_ns = rows[i].held_ns;
		x.pin->unpin_ns = rows[i].unpin_ns;
		x.pin->unpinned_ns = rows[i].unpinned_ns;
		x.pin->in_pin = rows[i].in_pin;
		gr_evidence_add(&x.s, &x.f);
		assert_int_equal(x.f.pin_in_flight, rows[i].died);
		end(&x);
	}
}

static void a_page_that_has_gone_is_told(void **state)
{
	struct scene x;

	(void)state;
	begin(&x);
	gr_evidence_add(&x.s, &x.f);
	assert_true(x.f.gone_page);
	/* it was; that it has come back since changes nothing */
	x.s.st->facts.attached = 1;
	gr_evidence_add(&x.s, &x.f);
	assert_true(x.f.gone_page);
	end(&x);
}

static void no_other_page_has_gone(void **state)
{
	static const struct {
		uint64_t address, begin_ns, start;
		uint32_t attached;
		const struct gr_invalidate_ops *inv;
	} rows[] = {
		{GONE, 10, START, 1, &tears},
		{GONE, 0, START, 0, &tears},
		{GONE, 10, START, 0, &cuts},
		{GONE, 10, START, 0, NULL}, /* a check */
		{GONE, 10, UINT64_MAX, 0, &tears},
		{GONE, 10, START + BYTES, 0, &tears},
		{GONE + BYTES / 64, 10, START, 0, &tears},
		{0, 10, START, 0, &tears},
	};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		struct scene x;

		begin(&x);
		x.f.address = rows[i].address;
		x.inv->begin_ns = rows[i].begin_ns;
		x.s.st->target.whole_start = rows[i].start;
		x.s.st->facts.attached = rows[i].attached;
		x.s.st->c.inv = rows[i].inv;
		gr_evidence_add(&x.s, &x.f);
		assert_false(x.f.gone_page);
		end(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_held_pin_outlives),
		cmocka_unit_test(a_pinner_that_dies_was_in_flight),
		cmocka_unit_test(a_page_that_has_gone_is_told),
		cmocka_unit_test(no_other_page_has_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

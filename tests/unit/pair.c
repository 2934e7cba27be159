// SPDX-License-Identifier: GPL-2.0-only
#include "core/pair.h"

#include "base/size.h"
#include "base/util.h"
#include "test.h"

static const struct gr_target_ops dax = {.flags = GR_TARGET_MAPS_DEVICE};
static const struct gr_target_ops file = {
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_FILE,
};
static const struct gr_target_ops disk = {.flags = 0};
static const struct gr_target_ops moves = {
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_MOVES,
};
static const struct gr_target_ops coherent = {
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_MOVES | GR_TARGET_PIN_STAYS,
};

static const struct gr_pin_ops held = {.kind = GR_PIN_HELD};
static const struct gr_pin_ops in_flight = {
	.kind = GR_PIN_HELD,
	.flags = GR_PIN_IN_FLIGHT,
};
static const struct gr_pin_ops loop = {.kind = GR_PIN_TRANSIENT};
static const struct gr_pin_ops io = {
	.kind = GR_PIN_TRANSIENT,
	.flags = GR_PIN_BLOCKDEV,
};

static const struct row {
	const char *what;
	const struct gr_target_ops *target;
	const struct gr_pin_ops *pin;
	unsigned int inv; /* flags */
	uint64_t align;
	bool legal;
} rows[] = {
	{"a teardown of a mapping", &dax, &loop, GR_INV_TEARDOWN, 4096, true},
	{"a teardown of a disk", &disk, &io, GR_INV_TEARDOWN, 4096, true},
	{"I/O of no mapping", &dax, &io, GR_INV_TEARDOWN, 4096, false},
	{"a mapping of a disk", &disk, &loop, GR_INV_TEARDOWN, 4096, false},
	{"munmap beside I/O", &disk, &io, GR_INV_SAME_MM, 4096, false},
	{"a process that does I/O", &disk, &io, GR_INV_VICTIM, 4096, false},
	{"a file", &file, &loop, GR_INV_FILE, 4096, true},
	{"no file", &dax, &loop, GR_INV_FILE, 4096, false},
	{"a pin that lasts", &file, &held, GR_INV_FILE | GR_INV_UNMAPPED, 4096,
	 true},
	{"a pin that does not", &file, &loop, GR_INV_FILE | GR_INV_UNMAPPED,
	 4096, false},
	{"a huge leaf", &file, &loop, GR_INV_FILE | GR_INV_HUGE, 2 * GR_MIB,
	 true},
	{"the end of who holds a pin", &file, &held, GR_INV_VICTIM, 4096, true},
	{"an end that would wait for it", &file, &in_flight, GR_INV_VICTIM,
	 4096, false},
	{"a request in flight", &file, &in_flight, GR_INV_FILE, 4096, true},
	{"pages that move", &moves, &loop, GR_INV_SAME_MM | GR_INV_MOVES, 4096,
	 true},
	{"pages that do not", &dax, &loop, GR_INV_SAME_MM | GR_INV_MOVES, 4096,
	 false},
	{"a teardown of no namespace", &moves, &loop, GR_INV_TEARDOWN, 4096,
	 false},
	{"munmap of what moves", &moves, &held, GR_INV_SAME_MM, 4096, true},
	{"no huge leaf", &file, &loop, GR_INV_FILE | GR_INV_HUGE, 4096, false},
};

static void knows_what_is_a_race(void **state)
{
	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];
		const struct gr_invalidate_ops inv = {.flags = r->inv};
		const struct gr_target_spec spec = {.align = r->align};

		if (gr_pair_is_legal(r->target, &spec, r->pin, &inv) !=
		    r->legal)
			fail_msg("%s", r->what);
	}
}

/* Only of one file system can blocks be shared; others go on all of them. */
static void knows_what_can_share(void **state)
{
	const struct gr_invalidate_ops share = {
		.flags = GR_INV_FILE | GR_INV_REFLINK,
	};
	const struct gr_invalidate_ops other = {.flags = GR_INV_FILE};

	(void)state;
	for (int fs = 0; fs < GR_NR_FS; fs++) {
		const struct gr_target_spec spec = {
			.align = 4096,
			.fs = (enum gr_fs)fs,
		};

		assert_int_equal(gr_pair_is_legal(&file, &spec, &loop, &share),
				 fs == GR_FS_XFS_REFLINK);
		assert_true(gr_pair_is_legal(&file, &spec, &loop, &other));
	}
}

static void knows_what_a_check_is_for(void **state)
{
	static const struct {
		unsigned int wants, bars, has;
		bool fits;
	} of[] = {
		{0, 0, 0, true},
		{GR_TARGET_FILE, 0, GR_TARGET_FILE | GR_TARGET_MAPS_DEVICE,
		 true},
		{GR_TARGET_FILE, 0, GR_TARGET_MAPS_DEVICE, false},
		{GR_TARGET_FILE | GR_TARGET_MAPS_DEVICE, 0, GR_TARGET_FILE,
		 false},
		{0, GR_TARGET_MOVES, GR_TARGET_MAPS_DEVICE, true},
		{GR_TARGET_MAPS_DEVICE, GR_TARGET_MOVES | GR_TARGET_FILE,
		 GR_TARGET_MAPS_DEVICE | GR_TARGET_FILE, false},
	};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(of); i++) {
		const struct gr_target_ops target = {.flags = of[i].has};
		const struct gr_check_ops check = {
			.wants = of[i].wants,
			.bars = of[i].bars,
		};

		if (gr_check_fits(&target, &check) != of[i].fits)
			fail_msg("row %zu", i);
	}
}

/* A pin that takes its page from the device is nothing that its end waits for. */
static void knows_what_waits(void **state)
{
	static const struct gr_pin_ops longterm = {
		.kind = GR_PIN_HELD,
		.flags = GR_PIN_LONGTERM,
	};
	static const struct {
		const struct gr_target_ops *target;
		const struct gr_pin_ops *pin;
		unsigned int inv;
		bool stays, waits;
	} of[] = {
		{&dax, &longterm, GR_INV_TEARDOWN, true, true},
		{&dax, &held, GR_INV_SAME_MM, true, false},
		{&file, &held, GR_INV_FILE | GR_INV_WAITS, true, true},
		{&moves, &held, GR_INV_MOVES | GR_INV_WAITS, false, false},
		{&coherent, &held, GR_INV_MOVES | GR_INV_WAITS, true, true},
		{&coherent, &longterm, GR_INV_MOVES | GR_INV_WAITS, false,
		 false},
		/* what moves pages of a mapping must not move a pinned one */
		{&moves, &held, GR_INV_SAME_MM | GR_INV_MOVES | GR_INV_WAITS,
		 false, true},
		{&moves, &held, GR_INV_SAME_MM | GR_INV_MOVES, false, false},
	};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(of); i++) {
		const struct gr_invalidate_ops inv = {.flags = of[i].inv};

		assert_int_equal(gr_pin_stays(of[i].target, of[i].pin),
				 of[i].stays);
		assert_int_equal(gr_pair_waits(of[i].target, of[i].pin, &inv),
				 of[i].waits);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_what_a_check_is_for),
		cmocka_unit_test(knows_what_can_share),
		cmocka_unit_test(knows_what_is_a_race),
		cmocka_unit_test(knows_what_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "core/oracle.h"

#include <stdlib.h>
#include <string.h>

#include "core/ctx.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/registry.h"
#include "test.h"

static int occupy(struct gr_target *t, uint32_t iteration,
		  struct gr_data_facts *data)
{
	(void)t, (void)iteration, (void)data;
	return 0;
}

static const struct gr_target_ops file = {.name = "file", .occupy = occupy};
static const struct gr_target_ops device = {.name = "device"};
static const struct gr_invalidate_ops frees = {.name = "truncate",
					       .flags = GR_INV_FREES};
static const struct gr_invalidate_ops keeps = {.name = "munmap"};
static const struct gr_pin_ops pin = {.name = "odirect_held"};

/* One race, and what its keeper saw. */
struct life {
	struct gr_oracle o;
	struct gr_case c;
	struct gr_target target;
	struct gr_facts facts;
	struct gr_scene scene;
	struct gr_findings found;
	struct gr_reason why;
	struct gr_figures figures;
};

static void begin(struct life *l)
{
	memset(l, 0, sizeof(*l));
	l->o.ops = gr_oracle_find("integrity");
	l->o.priv = calloc(1, l->o.ops->priv_size);
	assert_non_null(l->o.priv);
	l->c = (struct gr_case){
		.kind = GR_CASE_RACE, .inv = &frees, .pin = &pin};
	l->target = (struct gr_target){.ops = &file, .ns = "namespace0.0"};
	l->scene = (struct gr_scene){
		.c = &l->c,
		.target = &l->target,
		.facts = &l->facts,
		.op = "",
	};
	assert_int_equal(l->o.ops->begin(&l->o, &l->scene), 0);
	l->facts.data = (struct gr_data_facts){
		.nr_asked = 2,
		.nr_freed = 18,
		.nr_reused = 17,
		.nr_canary = 17,
		.nr_kept = 3,
	};
}

static void sample(struct life *l)
{
	l->o.ops->sample(&l->o, &l->scene, GR_POINT_POLL, &l->found);
}

static enum gr_sight end(struct life *l)
{
	enum gr_sight sight =
		l->o.ops->judge(&l->o, &l->scene, &l->found, &l->why);

	l->o.ops->figures(&l->o, &l->figures);
	free(l->o.priv);
	return sight;
}

static void late_write(struct life *l)
{
	struct gr_data_wrong w = {
		.is_canary = true,
		.has_tag = true,
		.iteration = 2,
		.off = 12288,
		.dev = 0x812000,
		.at = 512,
		.must = {GR_TAG_CANARY, 12288, 2},
		.found = {GR_TAG_PIN, 4096, 0},
		.bytes = {0x72, 0x61},
	};

	gr_data_wrong_add(&l->facts.data, &w);
}

static void all_in_place_is_clean(void **state)
{
	struct life l;

	(void)state;
	begin(&l);
	sample(&l);
	assert_int_equal(end(&l), GR_SIGHT_CLEAN);
	assert_int_equal(l.found.nr, 0);
	assert_int_equal(l.figures.nr_freed, 18);
	assert_int_equal(l.figures.nr_reused, 17);
	assert_int_equal(l.figures.nr_verified, 20);
}

static void late_write_names_all(void **state)
{
	static const char *const in_summary[] = {
		"truncate", "namespace0.0", "odirect_held",
		"12288",    "0x812000",	    "data of the pin at 4096",
	};
	static const char *const in_evidence[] = {
		"canary file",
		"byte 512",
		"expected: data of the canary at 12288, generation 2",
		"found: data of the pin at 4096, generation 0",
		"72 61 00",
	};
	const struct gr_finding *f;
	struct life l;

	(void)state;
	begin(&l);
	late_write(&l);
	sample(&l);
	assert_int_equal(end(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 1);
	f = &l.found.of[0];
	assert_int_equal(f->class, GR_CLASS_STALE_DMA);
	assert_string_equal(f->oracle, "integrity");
	assert_string_equal(f->signature, "foreign-tag-in-canary");
	for (size_t i = 0; i < GR_ARRAY_SIZE(in_summary); i++)
		assert_non_null(strstr(f->summary, in_summary[i]));
	for (size_t i = 0; i < GR_ARRAY_SIZE(in_evidence); i++)
		assert_non_null(strstr(f->evidence, in_evidence[i]));
}

/* Each of the four kinds has its word, and a tag decides the class. */
static void kinds_are_told_apart(void **state)
{
	static const struct {
		bool is_canary, has_tag;
		enum gr_class class;
		const char *signature;
	} rows[] = {
		{false, false, GR_CLASS_DATA, "wrong-bytes-in-file"},
		{false, true, GR_CLASS_STALE_DMA, "foreign-tag-in-file"},
		{true, false, GR_CLASS_DATA, "wrong-bytes-in-canary"},
		{true, true, GR_CLASS_STALE_DMA, "foreign-tag-in-canary"},
	};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		struct gr_data_wrong w = {
			.is_canary = rows[i].is_canary,
			.has_tag = rows[i].has_tag,
		};
		struct life l;

		begin(&l);
		gr_data_wrong_add(&l.facts.data, &w);
		assert_int_equal(end(&l), GR_SIGHT_VIOLATED);
		assert_int_equal(l.found.nr, 1);
		assert_int_equal(l.found.of[0].class, rows[i].class);
		assert_string_equal(l.found.of[0].signature, rows[i].signature);
	}
}

static void the_first_one_is_told_once(void **state)
{
	struct gr_data_wrong later = {.off = 99};
	struct life l;

	(void)state;
	begin(&l);
	late_write(&l);
	sample(&l);
	gr_data_wrong_add(&l.facts.data, &later);
	sample(&l);
	assert_int_equal(end(&l), GR_SIGHT_VIOLATED);
	assert_int_equal(l.found.nr, 1);
	assert_int_equal(l.facts.data.first.off, 12288);
	assert_int_equal(l.facts.data.nr_wrong, 2);
}

static void nothing_reused_is_blind(void **state)
{
	struct life l;

	(void)state;
	begin(&l);
	l.facts.data.nr_reused = 0;
	assert_int_equal(end(&l), GR_SIGHT_BLIND);
	assert_non_null(strstr(l.why.text, "none of 18 blocks"));
	assert_true(l.o.ops->required_for & 1u << GR_CASE_RACE);
	begin(&l);
	l.facts.data.nr_reused = l.facts.data.nr_freed = 0;
	assert_int_equal(end(&l), GR_SIGHT_CLEAN);
}

/* Where nothing is freed, or nobody could be given it, it has no say. */
static void has_no_say_elsewhere(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct life l;

		begin(&l);
		l.facts.data.nr_reused = 0;
		late_write(&l);
		if (i == 0)
			l.target.ops = &device;
		else if (i == 1)
			l.c.inv = &keeps;
		else
			l.c.kind = GR_CASE_BALANCE;
		sample(&l);
		assert_int_equal(end(&l), GR_SIGHT_CLEAN);
		assert_int_equal(l.found.nr, 0);
	}
}

static void selftest_sees(void **state)
{
	const struct gr_oracle_ops *ops = gr_oracle_find("integrity");
	struct gr_ctx ctx = {0};
	struct gr_reason why = {""};

	(void)state;
	assert_int_equal(ops->selftest(&ctx, &why), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_in_place_is_clean),
		cmocka_unit_test(late_write_names_all),
		cmocka_unit_test(kinds_are_told_apart),
		cmocka_unit_test(the_first_one_is_told_once),
		cmocka_unit_test(nothing_reused_is_blind),
		cmocka_unit_test(has_no_say_elsewhere),
		cmocka_unit_test(selftest_sees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

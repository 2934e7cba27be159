// SPDX-License-Identifier: GPL-2.0-only
#include "core/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/size.h"
#include "base/util.h"
#include "contract.h"
#include "core/check.h"
#include "core/invalidate.h"
#include "core/pair.h"
#include "core/registry.h"

#define HEAD "[scenario]\nname = mine\n"
#define RACE "[race a]\ntarget = devdax\npin = vmsplice\ninvalidate = munmap\n"

static int parse(const char *text, struct gr_scenario *s, char *message,
		 size_t len)
{
	struct gr_test_log log;
	int ret;

	gr_test_log_to(&log);
	ret = gr_scenario_parse(text, "f.ini", s);
	gr_test_log_to(NULL);
	assert_int_equal(log.nr, ret ? 1 : 0); /* reported once */
	snprintf(message, len, "%s", log.text);
	return ret;
}

/* What is wrong, and what is said of it: from its begin, and somewhere. */
static const struct {
	const char *text;
	const char *begin;
	const char *says;
} bad[] = {
	{"", "f.ini:1: ", "no 'name'"},
	{RACE, "f.ini:1: ", "no 'name'"},
	{"; mine\n[scenario]\nsummary = x\n", "f.ini:2: ", "no 'name'"},
	{HEAD, "f.ini:1: ", "no [check X], [race X] or [balance X]"},
	{HEAD "nonsense\n", "f.ini:3: ", "key = value"},
	{HEAD "colour = red\n", "f.ini:3: ", "'colour' is not a key"},
	{HEAD "table = perhaps\n", "f.ini:3: ", "'perhaps' is not yes or no"},
	{HEAD "time = soon\n", "f.ini:3: ", "'soon' is not a duration"},
	{"pin = vmsplice\n" HEAD, "f.ini:1: ", "is not a section"},
	{HEAD "[rase a]\npin = vmsplice\n",
	 "f.ini:4: ", "'rase a' is not a section"},
	{HEAD "[race]\npin = vmsplice\n", "f.ini:4: ", "'race' is not a"},
	{HEAD RACE "colour = red\n", "f.ini:7: ", "'colour' is not a key"},
	{HEAD RACE "check = pin_touched\n",
	 "f.ini:7: ", "'check' is not a key of this kind"},
	{HEAD "[check a]\npin = vmsplice\n",
	 "f.ini:4: ", "'pin' is not a key of this kind"},
	{HEAD RACE "target = tape\n", "f.ini:7: ", "'tape' is not a target"},
	{HEAD RACE "target = devdax pmem\n",
	 "f.ini:7: ", "'pmem' is one too many"},
	{HEAD RACE "align = 8K\n", "f.ini:7: ", "'8K' is not an alignment"},
	{HEAD RACE "align = 4K big\n", "f.ini:7: ", "'big' is not an align"},
	{HEAD RACE "source = tap\n", "f.ini:7: ", "'tap' is not a source"},
	{HEAD "[balance a]\ntarget = devdax\npin = vmsplice\nsource = anon\n",
	 "f.ini:3: ", "memory of target 'devdax' has no source"},
	{HEAD "[check a]\ntarget = devdax\ncheck = map_sync hmm_access\n",
	 "f.ini:3: ", "check 'hmm_access' is not for target 'devdax'"},
	{HEAD "[check a]\ntarget = fsdax\ncheck = stale_dma\n",
	 "f.ini:3: ", "check 'stale_dma' is not for target 'fsdax'"},
	{HEAD RACE "map = disk\n", "f.ini:7: ", "'disk' is not a map"},
	{HEAD RACE "pin = needle\n", "f.ini:7: ", "'needle' is not a pin"},
	{HEAD RACE "invalidate = axe\n",
	 "f.ini:7: ", "'axe' is not an invalidator"},
	{HEAD RACE "range = wide\n", "f.ini:7: ", "'wide' is not a range"},
	{HEAD RACE "range = untouched\n",
	 "f.ini:7: ", "'untouched' is not a range of a race"},
	{HEAD RACE "range = short\n",
	 "f.ini:7: ", "'short' is not a range of a race"},
	{HEAD "[balance a]\ninvalidate = munmap\n",
	 "f.ini:4: ", "'invalidate' is not a key"},
	{HEAD "[balance a]\ntarget = devdax\n", "f.ini:3: ", "no 'pin'"},
	{HEAD "[balances a]\ntarget = devdax\n",
	 "f.ini:4: ", "'balances a' is not a section"},
	{HEAD RACE "pinners = 0\n", "f.ini:7: ", "'0' is not a number"},
	{HEAD RACE "pinners = 3\n", "f.ini:7: ", "'3' is not a number"},
	{HEAD RACE "pinners = 2x\n", "f.ini:7: ", "'2x' is not a number"},
	{HEAD RACE "pinners = 1 2\n", "f.ini:7: ", "'2' is one too many"},
	{HEAD RACE "witness = maybe\n", "f.ini:7: ", "'maybe' is not yes or"},
	{HEAD RACE "slice = long\n", "f.ini:7: ", "'long' is not a duration"},
	{HEAD RACE "pin =\n", "f.ini:7: ", "has no value"},
	{HEAD RACE "pin = ,\n", "f.ini:7: ", "has no value"},
	{HEAD "[check a]\ntarget = devdax\ncheck = it\n",
	 "f.ini:5: ", "'it' is not a check"},
	{HEAD "[check a]\ntarget = devdax\n", "f.ini:3: ", "no 'check'"},
	{HEAD "\n[race a]\npin = vmsplice\ninvalidate = munmap\n",
	 "f.ini:4: ", "no 'target'"},
	{HEAD "[race a]\ntarget = devdax\ninvalidate = munmap\n",
	 "f.ini:3: ", "no 'pin'"},
	{HEAD "[race a]\ntarget = devdax\npin = vmsplice\n",
	 "f.ini:3: ", "no 'invalidate'"},
	/* the second of two good ones that have the same heading */
	{"\n" HEAD RACE "[race b]\ntarget = devdax\npin = vmsplice\n"
	 "invalidate = munmap\n[race a]\ntarget = devdax\n",
	 "f.ini:12: ", "no 'pin'"},
};

static void errors_have_file_and_line(void **state)
{
	static struct gr_scenario s;
	char message[512];

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(bad); i++) {
		int ret = parse(bad[i].text, &s, message, sizeof(message));

		if (ret != -EINVAL ||
		    strncmp(message, bad[i].begin, strlen(bad[i].begin)) ||
		    !strstr(message, bad[i].says))
			fail_msg("row %zu gave %d and '%s'; want '%s ... %s'",
				 i, ret, message, bad[i].begin, bad[i].says);
	}
}

/* Appends nr times; in a buffer that a test can overflow. */
static char *repeat(char *buf, size_t size, const char *what, unsigned int nr)
{
	size_t used = strlen(buf);

	for (unsigned int i = 0; i < nr; i++)
		used += (size_t)snprintf(buf + used, size - used, "%s", what);
	assert_true(used < size);
	return buf;
}

static void lists_have_an_end(void **state)
{
	static const struct {
		const char *line;
		const char *says;
	} rows[] = {
		{"align = 4K\n", "alignments"},
		{"map = mem\n", "maps"},
		{"source = file\n", "sources"},
		{"pin = vmsplice\n", "pins"},
		{"range = page\n", "ranges"},
		{"invalidate = munmap\n", "invalidators"},
	};
	static struct gr_scenario s;
	char text[4096], message[512];

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		strcpy(text, HEAD RACE);
		repeat(text, sizeof(text), rows[i].line, GR_LIST_MAX + 1);
		assert_int_equal(parse(text, &s, message, sizeof(message)),
				 -EINVAL);
		assert_non_null(strstr(message, "more than 48"));
		assert_non_null(strstr(message, rows[i].says));
	}
	strcpy(text, HEAD "[check a]\ntarget = devdax\n");
	repeat(text, sizeof(text), "check = pin_touched\n", GR_LIST_MAX + 1);
	assert_int_equal(parse(text, &s, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "more than 48 checks"));
}

static void sections_have_an_end(void **state)
{
	static const char two[] = RACE "[race b]\ntarget = devdax\n"
				       "pin = vmsplice\ninvalidate = munmap\n";
	static struct gr_scenario s;
	char text[4096], message[512];

	(void)state;
	strcpy(text, HEAD);
	repeat(text, sizeof(text), two, GR_SCENARIO_BLOCKS_MAX / 2);
	assert_int_equal(parse(text, &s, message, sizeof(message)), 0);
	assert_int_equal(s.nr_blocks, GR_SCENARIO_BLOCKS_MAX);
	strcat(text, "[race one_more]\npin = vmsplice\n");
	assert_int_equal(parse(text, &s, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "f.ini:100: more than 24 sections"));
}

static void defaults_are_filled_in(void **state)
{
	static struct gr_scenario s;
	const struct gr_block *b = &s.block[0];
	char message[512];

	(void)state;
	assert_int_equal(parse(HEAD RACE, &s, message, sizeof(message)), 0);
	assert_string_equal(s.name, "mine");
	assert_int_equal(s.time_ns, 0);
	assert_int_equal(s.nr_blocks, 1);
	assert_int_equal(b->kind, GR_BLOCK_RACE);
	assert_string_equal(b->label, "a");
	assert_int_equal(b->line, 3);
	assert_int_equal(b->nr_aligns, 1);
	assert_int_equal(b->align[0], 4 * GR_KIB);
	assert_int_equal(b->nr_memmaps, 1);
	assert_int_equal(b->memmap[0], GR_MEMMAP_MEM);
	assert_int_equal(b->nr_shapes, 1);
	assert_int_equal(b->shape[0], GR_SHAPE_PAGE);
	assert_int_equal(b->nr_pinners, 1);
	assert_false(b->witness);
	assert_int_equal(b->slice_ns, 500 * GR_NSEC_PER_MSEC);
}

static void everything_is_read(void **state)
{
	static struct gr_scenario s;
	const struct gr_block *b = &s.block[0];
	char message[512];

	(void)state;
	assert_int_equal(parse("[scenario]\nname = mine\nsummary = what it is\n"
			       "time = 90s\n[race all]\ntarget = pmem\n"
			       "align = 1G, 2M\nmap = dev mem\n"
			       "pin = vmsplice\npin = uring_rw,odirect_read\n"
			       "invalidate = unbind\nrange = mixed cross page\n"
			       "pinners = 2\nwitness = yes\nslice = 2s\n",
			       &s, message, sizeof(message)),
			 0);
	assert_string_equal(s.summary, "what it is");
	assert_int_equal(s.time_ns, 90 * GR_NSEC_PER_SEC);
	assert_ptr_equal(b->target, gr_target_find("pmem"));
	assert_int_equal(b->nr_aligns, 2);
	assert_int_equal(b->align[0], GR_GIB);
	assert_int_equal(b->align[1], 2 * GR_MIB);
	assert_int_equal(b->nr_memmaps, 2);
	assert_int_equal(b->memmap[0], GR_MEMMAP_DEV);
	/* a key that is given again goes on with its list */
	assert_int_equal(b->nr_pins, 3);
	assert_ptr_equal(b->pin[0], gr_pin_find("vmsplice"));
	assert_ptr_equal(b->pin[2], gr_pin_find("odirect_read"));
	assert_ptr_equal(b->inv[0], gr_invalidate_find("unbind"));
	assert_int_equal(b->nr_shapes, 3);
	assert_int_equal(b->shape[0], GR_SHAPE_MIXED);
	assert_int_equal(b->nr_pinners, 2);
	assert_true(b->witness);
	assert_int_equal(b->slice_ns, 2 * GR_NSEC_PER_SEC);
}

/* What is added to the registry later is taken, too. */
static void all_is_every_one(void **state)
{
	static struct gr_scenario s;
	const struct gr_block *b = &s.block[0];
	char message[512];
	unsigned int i, nr;

	(void)state;
	assert_int_equal(parse("[scenario]\nname = mine\ntable = yes\n"
			       "[race all]\ntarget = devdax\npin = all\n"
			       "invalidate = all\n[check all]\n"
			       "target = devdax\ncheck = all\n",
			       &s, message, sizeof(message)),
			 0);
	assert_true(s.table);
	for (i = 0; gr_pins()[i]; i++)
		assert_ptr_equal(b->pin[i], gr_pins()[i]);
	assert_int_equal(b->nr_pins, i);
	for (i = 0; gr_invalidators()[i]; i++)
		assert_ptr_equal(b->inv[i], gr_invalidators()[i]);
	assert_int_equal(b->nr_invs, i);
	for (i = 0, nr = 0; gr_checks()[i]; i++)
		if (gr_check_fits(b->target, gr_checks()[i]))
			assert_ptr_equal(s.block[1].check[nr++],
					 gr_checks()[i]);
	assert_int_equal(s.block[1].nr_checks, nr);
	assert_int_equal(parse(HEAD RACE, &s, message, sizeof(message)), 0);
	assert_false(s.table);
}

/* A person begins by copying one: they must be good. */
static void built_in_ones_are_good(void **state)
{
	const struct gr_scenario_text *t = gr_scenario_texts();
	static struct gr_scenario s;
	unsigned int nr = 0;
	char message[512];

	(void)state;
	for (; t->name; t++, nr++) {
		assert_int_equal(parse(t->text, &s, message, sizeof(message)),
				 0);
		assert_string_equal(s.name, t->name);
		assert_true(s.summary[0] && s.time_ns);
	}
	assert_true(nr > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_have_file_and_line),
		cmocka_unit_test(lists_have_an_end),
		cmocka_unit_test(sections_have_an_end),
		cmocka_unit_test(defaults_are_filled_in),
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(all_is_every_one),
		cmocka_unit_test(built_in_ones_are_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

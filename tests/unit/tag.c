// SPDX-License-Identifier: GPL-2.0-only
#include "core/tag.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

#define BLOCKS 3u

static char *make(const struct gr_tag *tag)
{
	char *buf = malloc((size_t)BLOCKS * GR_TAG_BLOCK);

	assert_non_null(buf);
	gr_tag_fill(buf, (size_t)BLOCKS * GR_TAG_BLOCK, tag);
	return buf;
}

static const struct gr_tag tag = {GR_TAG_FILE, 8192, 7};

static struct gr_tag of_block(unsigned int i)
{
	struct gr_tag t = tag;

	t.off += i * GR_TAG_BLOCK;
	return t;
}

static void each_block_is_its_own(void **state)
{
	char *buf = make(&tag);

	(void)state;
	for (unsigned int i = 0; i < BLOCKS; i++)
		for (unsigned int j = 0; j < BLOCKS; j++) {
			struct gr_tag must = of_block(j);

			assert_int_equal(
				gr_tag_check(buf + i * GR_TAG_BLOCK, &must),
				i == j ? -1 : 0);
		}
	free(buf);
}

/* Any single byte, and whole copies of another block. */
static void damage_shows_where_it_is(void **state)
{
	char *buf = make(&tag),
	     *other = make(&(struct gr_tag){.owner = GR_TAG_PIN});

	(void)state;
	for (size_t at = 0; at < GR_TAG_BLOCK; at++) {
		buf[at] ^= 1;
		assert_int_equal(gr_tag_check(buf, &tag),
				 at / GR_TAG_BYTES * GR_TAG_BYTES);
		buf[at] ^= 1;
	}
	memcpy(buf + 1024, other, GR_TAG_BLOCK - 1024);
	assert_int_equal(gr_tag_check(buf, &tag), 1024);
	free(other);
	free(buf);
}

static void every_copy_can_be_read(void **state)
{
	char *buf = make(&tag);

	(void)state;
	for (size_t at = 0; at < (size_t)BLOCKS * GR_TAG_BLOCK;
	     at += GR_TAG_BYTES) {
		struct gr_tag got;

		assert_true(gr_tag_read(buf + at, &got));
		assert_int_equal(got.owner, GR_TAG_FILE);
		assert_int_equal(got.off,
				 tag.off + at / GR_TAG_BLOCK * GR_TAG_BLOCK);
		assert_int_equal(got.gen, 7);
	}
	free(buf);
}

static void what_is_no_tag_is_none(void **state)
{
	char *buf = make(&tag);
	char zeros[GR_TAG_BYTES] = {0};
	struct gr_tag got;

	(void)state;
	assert_false(gr_tag_read(zeros, &got));
	assert_int_equal(got.owner, 0);
	for (size_t at = 0; at < GR_TAG_BYTES; at++) {
		buf[at] ^= 0x10;
		assert_false(gr_tag_read(buf, &got));
		buf[at] ^= 0x10;
	}
	assert_true(gr_tag_read(buf, &got));
	free(buf);
}

static void is_named_for_people(void **state)
{
	char text[64];

	(void)state;
	assert_string_equal(gr_tag_format(&tag, text, sizeof(text)),
			    "data of the file at 8192, generation 7");
	assert_string_equal(gr_tag_owner_name(GR_TAG_CANARY), "canary");
	assert_string_equal(gr_tag_owner_name(0), "nobody");
	assert_string_equal(gr_tag_owner_name(99), "nobody");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_block_is_its_own),
		cmocka_unit_test(damage_shows_where_it_is),
		cmocka_unit_test(every_copy_can_be_read),
		cmocka_unit_test(what_is_no_tag_is_none),
		cmocka_unit_test(is_named_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "core/tag.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/util.h"

#define MAGIC 0x67617465636172ull
#define WORDS (GR_TAG_BYTES / sizeof(uint64_t))

/* A copy on the device: no word of it is zero, and the last closes the sum. */
enum word {
	WORD_MAGIC,
	WORD_OWNER,
	WORD_OFF,
	WORD_GEN,
	WORD_SUM = WORDS - 1,
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15ull;
	return x ^ x >> 29;
}

static void encode(const struct gr_tag *tag, uint64_t copy[WORDS])
{
	uint64_t sum = MAGIC;

	copy[WORD_MAGIC] = MAGIC;
	copy[WORD_OWNER] = ~(uint64_t)tag->owner;
	copy[WORD_OFF] = ~tag->off;
	copy[WORD_GEN] = ~tag->gen;
	for (size_t i = WORD_OWNER; i <= WORD_GEN; i++)
		sum = mix(sum ^ copy[i]);
	for (size_t i = WORD_GEN + 1; i < WORDS; i++)
		copy[i] = sum = mix(sum + i);
}

bool gr_tag_read(const void *copy, struct gr_tag *tag)
{
	uint64_t is[WORDS], must[WORDS];

	memcpy(is, copy, sizeof(is));
	tag->owner = (uint32_t)~is[WORD_OWNER];
	tag->off = ~is[WORD_OFF];
	tag->gen = ~is[WORD_GEN];
	encode(tag, must);
	if (!memcmp(is, must, sizeof(is)))
		return true;
	memset(tag, 0, sizeof(*tag));
	return false;
}

/* What has been filled is doubled until the block is full. */
static void fill_block(char *block, const struct gr_tag *tag)
{
	uint64_t copy[WORDS];

	encode(tag, copy);
	memcpy(block, copy, sizeof(copy));
	for (size_t done = sizeof(copy); done < GR_TAG_BLOCK; done *= 2)
		memcpy(block + done, block, done);
}

void gr_tag_fill(void *buf, size_t len, const struct gr_tag *tag)
{
	struct gr_tag next = *tag;
	char *block = buf;

	for (size_t done = 0; done < len; done += GR_TAG_BLOCK) {
		next.off = tag->off + done;
		fill_block(block + done, &next);
	}
}

ssize_t gr_tag_check(const void *block, const struct gr_tag *tag)
{
	const char *b = block;
	uint64_t copy[WORDS];

	encode(tag, copy);
	/* the first one is right, and each is as the one before it */
	if (!memcmp(b, copy, sizeof(copy)) &&
	    !memcmp(b, b + GR_TAG_BYTES, GR_TAG_BLOCK - GR_TAG_BYTES))
		return -1;
	for (size_t at = 0; at < GR_TAG_BLOCK; at += GR_TAG_BYTES)
		if (memcmp(b + at, copy, sizeof(copy)))
			return (ssize_t)at;
	return -1;
}

bool gr_tag_same(const struct gr_tag *a, const struct gr_tag *b)
{
	return a->owner == b->owner && a->off == b->off && a->gen == b->gen;
}

const char *gr_tag_owner_name(uint32_t owner)
{
	static const char *const names[] = {
		[GR_TAG_FILE] = "file",
		[GR_TAG_CANARY] = "canary",
		[GR_TAG_PIN] = "pin",
	};

	return owner && owner < GR_ARRAY_SIZE(names) ? names[owner] : "nobody";
}

char *gr_tag_format(const struct gr_tag *tag, char *buf, size_t len)
{
	(void)snprintf(buf, len,
		       "data of the %s at %" PRIu64 ", generation %" PRIu64,
		       gr_tag_owner_name(tag->owner), tag->off, tag->gen);
	return buf;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tags: what every byte of a block says of where it belongs, so that data in the
 * wrong place can be told from data that is wrong, and both sides can be named.
 * A block is full of copies of its tag, so damage of a part of it shows as well.
 */
#ifndef GR_CORE_TAG_H
#define GR_CORE_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of a block, and of the copies that it is made of. */
#define GR_TAG_BLOCK 4096u
#define GR_TAG_BYTES 64u

/* Whose data it is. */
enum gr_tag_owner {
	GR_TAG_FILE = 1, /* the target's file */
	GR_TAG_CANARY, /* a file that was given what had been freed */
	GR_TAG_PIN, /* the other end of a pin that writes */
};

struct gr_tag {
	uint32_t owner; /* enum gr_tag_owner */
	uint64_t off; /* bytes in the file at which the block was written */
	uint64_t gen; /* of the file: the one that was meant */
};

/**
 * gr_tag_fill() - blocks of one owner, one after the other.
 * @buf: @len bytes, a multiple of GR_TAG_BLOCK.
 * @tag: of the first one; @off goes up by a block with each.
 */
void gr_tag_fill(void *buf, size_t len, const struct gr_tag *tag);

/**
 * gr_tag_check() - is a block as gr_tag_fill() made it?
 * @block: GR_TAG_BLOCK bytes.
 *
 * Return: -1 it is, else the offset of the first copy that differs.
 */
ssize_t gr_tag_check(const void *block, const struct gr_tag *tag);

/**
 * gr_tag_read() - the tag that a copy is.
 * @copy: GR_TAG_BYTES bytes.
 *
 * Return: true when it is one, with magic and checksum; else *@tag is zeroed.
 */
bool gr_tag_read(const void *copy, struct gr_tag *tag);

/** gr_tag_same() - do both say the same? */
bool gr_tag_same(const struct gr_tag *a, const struct gr_tag *b);

/** gr_tag_owner_name() - "file", "canary", "pin"; never NULL. */
const char *gr_tag_owner_name(uint32_t owner);

/**
 * gr_tag_format() - for people: "data of the file at 4096, generation 3".
 * @buf: filled.
 *
 * Return: @buf.
 */
char *gr_tag_format(const struct gr_tag *tag, char *buf, size_t len);

#endif /* GR_CORE_TAG_H */

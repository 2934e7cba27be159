/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scenarios: ini files that say which cases to make. The built-in ones are
 * compiled in from scenarios/; a person's own is read from a file.
 *
 *	[scenario]		name, summary, time, table
 *	[check LABEL]		check, target, fs, mapping, source, align, map, slice
 *	[race LABEL]		pin, invalidate, target, fs, mapping, source, align,
 *				map, range, pinners, witness, slice
 *	[balance LABEL]		pin, target, fs, mapping, source, align, map, range,
 *				slice
 *
 * Lists are separated by blanks or commas; pin, invalidate and check know the
 * word "all". Each block makes every combination of
 * what they have; pairs that are no race (core/pair.h) make none.
 */
#ifndef GR_CORE_SCENARIO_H
#define GR_CORE_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/case.h"

#define GR_SCENARIO_BLOCKS_MAX 24
#define GR_LIST_MAX 48

enum gr_block_kind {
	GR_BLOCK_CHECK,
	GR_BLOCK_RACE,
	GR_BLOCK_BALANCE,
};

struct gr_block {
	enum gr_block_kind kind;
	char label[32];
	unsigned int line; /* of its heading */
	const struct gr_target_ops *target;
	unsigned int nr_fs, nr_plain, nr_sources, nr_aligns, nr_memmaps,
		nr_checks, nr_pins, nr_invs, nr_shapes;
	enum gr_fs fs[GR_LIST_MAX];
	bool plain[GR_LIST_MAX];
	enum gr_source source[GR_LIST_MAX];
	uint64_t align[GR_LIST_MAX];
	enum gr_memmap memmap[GR_LIST_MAX];
	const struct gr_check_ops *check[GR_LIST_MAX];
	const struct gr_pin_ops *pin[GR_LIST_MAX];
	const struct gr_invalidate_ops *inv[GR_LIST_MAX];
	enum gr_range_shape shape[GR_LIST_MAX];
	unsigned int nr_pinners;
	bool all_checks; /* said so, and not by their names */
	bool witness;
	uint64_t slice_ns;
};

struct gr_scenario {
	char name[32];
	char summary[160];
	uint64_t time_ns; /* what the whole takes about; 0 = not said */
	bool table; /* reports for people end in a table of pairs */
	unsigned int nr_blocks;
	struct gr_block block[GR_SCENARIO_BLOCKS_MAX];
};

/* A scenario that is compiled in. */
struct gr_scenario_text {
	const char *name;
	const char *text;
};

/** gr_scenario_texts() - all built-in ones, ends with a NULL name. */
const struct gr_scenario_text *gr_scenario_texts(void);

/**
 * gr_scenario_parse() - read one scenario.
 * @text: the ini text.
 * @file: its name, for messages.
 * @out:  filled on success.
 *
 * Return: 0, or -EINVAL: reported with file and line.
 */
int gr_scenario_parse(const char *text, const char *file,
		      struct gr_scenario *out);

#endif /* GR_CORE_SCENARIO_H */

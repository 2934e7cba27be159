// SPDX-License-Identifier: GPL-2.0-only
#include "sys/fit.h"

#include <stddef.h>

#include "base/size.h"
#include "base/util.h"

/* SZ_8K: what the kernel keeps in front for labels and the superblock. */
#define SUPER_BYTES (8 * GR_KIB)
/* MAX_STRUCT_PAGE_SIZE for each page of PAGE_SIZE. */
#define PAGE_BYTES 4096ull
#define STRUCT_PAGE_BYTES 64ull
/* memremap_compat_align(): a subsection of memory on x86. */
#define COMPAT_ALIGN (2 * GR_MIB)

static uint64_t align_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) / align * align;
}

static uint64_t real_align(const struct gr_fit *fit)
{
	return GR_MAX(fit->align, COMPAT_ALIGN);
}

/* Bytes in front of the data. */
static uint64_t front(const struct gr_fit *fit)
{
	uint64_t bytes = SUPER_BYTES;

	if (fit->dev_map)
		bytes += (fit->size - SUPER_BYTES) / PAGE_BYTES *
			 STRUCT_PAGE_BYTES;
	return align_up(fit->start + bytes, real_align(fit)) - fit->start;
}

uint64_t gr_fit_usable(const struct gr_fit *fit)
{
	uint64_t before, tail;

	if (fit->size <= SUPER_BYTES)
		return 0;
	before = front(fit);
	tail = (fit->start + fit->size) % real_align(fit);
	if (before + tail >= fit->size)
		return 0;
	return fit->size - before - tail;
}

uint64_t gr_fit_min_size(const struct gr_fit *fit)
{
	struct gr_fit try = *fit;

	/* From one aligned address to the next, until data fit between. */
	try.size = align_up(fit->start, real_align(fit)) - fit->start;
	while (!gr_fit_usable(&try))
		try.size += real_align(fit);
	return try.size;
}

uint64_t gr_fit_max_align(const struct gr_fit *fit)
{
	static const uint64_t aligns[] = {
		GR_GIB,
		2 * GR_MIB,
		4 * GR_KIB,
	};
	struct gr_fit try = *fit;

	for (size_t i = 0; i < GR_ARRAY_SIZE(aligns); i++) {
		try.align = aligns[i];
		if (gr_fit_usable(&try))
			return aligns[i];
	}
	return 0;
}

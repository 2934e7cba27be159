// SPDX-License-Identifier: GPL-2.0-only
/* The table of the oracle policy: what is right, and where that is written. */
#include <errno.h>
#include <stddef.h>

#include "oracle/policy_internal.h"

/* Pins whose requests the block layer takes for asynchronous. */
static const char *const asynchronous[] = {"aio", "odirect_held", "uring_rw",
					   "uring_sqpoll", NULL};

const struct gr_policy_row gr_policy_rows[GR_NR_POLICIES] = {
	[GR_POLICY_MAP_PRIVATE] =
		{
			.signature = "private-mapping",
			.what = "a private mapping",
			.right = EINVAL,
			.source = "drivers/dax/device.c check_vma()",
			.file = {0,
				 "mm/memory.c do_cow_fault(), which copies the page"},
		},
	[GR_POLICY_MAP_SYNC] =
		{
			.signature = "sync-mapping",
			.what = "a mapping with MAP_SYNC",
			.right = 0,
			.source = "drivers/dax/device.c dax_fops",
			.file = {0,
				 "fs/ext4/file.c, fs/xfs/xfs_file.c: daxdev_mapping_supported()"},
		},
	[GR_POLICY_MAP_OFFSET] =
		{
			.signature = "unaligned-offset",
			.what = "a mapping of an unaligned offset",
			.right = EINVAL,
			.source = "drivers/dax/device.c "
				  "dax_get_unmapped_area(), check_vma()",
		},
	[GR_POLICY_MAP_OFFSET_FIXED] =
		{
			.signature = "unaligned-offset-fixed",
			.what = "a mapping of an unaligned offset at an "
				"aligned address",
			.right = EINVAL,
			.source = "drivers/dax/device.c check_vma(); "
				  "9702cffdbf21 says that mmap() wants the "
				  "offset aligned",
		},
	[GR_POLICY_MAP_LENGTH] =
		{
			.signature = "unaligned-length",
			.what = "a mapping of an unaligned length",
			.right = EINVAL,
			.source = "drivers/dax/device.c check_vma()",
		},
	[GR_POLICY_MAP_DEAD] =
		{
			.signature = "dead-mapping",
			.what = "a mapping, by a descriptor from before the "
				"disable,",
			.spends = true,
			.right = ENXIO,
			.source = "drivers/dax/device.c check_vma()",
		},
	[GR_POLICY_PIN_LONGTERM] =
		{
			.signature = "long-term-pin",
			.what = "a long-term pin",
			.right = 0,
			.source = "mm/gup.c check_vma_flags()",
			.file = {EOPNOTSUPP,
				 "mm/gup.c check_vma_flags(), check_dax_vmas(); 2bb6d2837083"},
		},
	[GR_POLICY_PIN_REGISTERED] =
		{
			.signature = "registered-buffer",
			.what = "a registered buffer",
			.right = 0,
			.other = EOPNOTSUPP,
			.differs = gr_policy_refuses_files,
			.source = "io_uring io_pin_pages(); the check of files "
				  "was left to gup in 6.5",
			.file = {EOPNOTSUPP,
				 "mm/gup.c check_vma_flags(), check_dax_vmas(); 2bb6d2837083"},
		},
	[GR_POLICY_PIN_READONLY] =
		{
			.signature = "readonly-pinned",
			.what = "a pin for writing of a read-only mapping",
			.right = EFAULT,
			.other = EIO,
			.differs = gr_policy_async_io_says_eio,
			.other_who = asynchronous,
			.source = "mm/gup.c check_vma_flags(); ef947b2529f9",
		},
	[GR_POLICY_READONLY_BYTES] =
		{
			.signature = "readonly-written",
			.what = "a read-only mapping, after a refused write,",
			.bytes = true,
			.right = 0,
			.source = "mm/gup.c; ef947b2529f9",
		},
	[GR_POLICY_WRITE_UPGRADED] =
		{
			.signature = "upgrade-refused",
			.what = "a write to a page just made writable",
			.access = true,
			.right = 0,
			.source = "drivers/dax/device.c dev_dax_huge_fault()",
			.file = {0, "fs/dax.c dax_iomap_fault()"},
		},
	[GR_POLICY_OLD_TOUCHED] =
		{
			.signature = "mapping-survived",
			.what = "an access, after disable, to a touched page",
			.access = true,
			.spends = true,
			.right = ENXIO,
			.source = "drivers/dax/bus.c kill_dev_dax()",
		},
	[GR_POLICY_OLD_UNTOUCHED] =
		{
			.signature = "fault-survived",
			.what = "an access, after disable, to a fresh page",
			.access = true,
			.spends = true,
			.right = ENXIO,
			.source =
				"drivers/dax/device.c, the fault's check_vma()",
		},
	[GR_POLICY_SOFT_OFFLINE] =
		{
			.signature = "soft-offline",
			.what = "MADV_SOFT_OFFLINE",
			.right = EIO,
			.source = "mm/memory-failure.c soft_offline_page()",
		},
	[GR_POLICY_UNMAP_PART] =
		{
			.signature = "part-unmapped",
			.what = "munmap() of a part of a leaf",
			.right = EINVAL,
			.source = "drivers/dax/device.c dev_dax_may_split()",
		},
	[GR_POLICY_PROTECT_PART] =
		{
			.signature = "part-protected",
			.what = "mprotect() of a part of a leaf",
			.right = EINVAL,
			.source = "drivers/dax/device.c dev_dax_may_split()",
		},
	[GR_POLICY_MOVE_PART] =
		{
			.signature = "part-moved",
			.what = "mremap() of a part of a leaf",
			.right = EINVAL,
			.other = 0,
			.differs = gr_policy_moves_before_it_asks,
			.late = true,
			.source = "mm/mremap.c; asks first since 73d5e0629919 "
				  "(5.11), beside the rename dd3b614f858d",
		},
	[GR_POLICY_MOVED_PART] =
		{
			.signature = "moved-part",
			.what = "an access to a part moved by mremap()",
			.access = true,
			.right = ENXIO,
			.source = "drivers/dax/device.c dev_dax_huge_fault()",
		},
	[GR_POLICY_CUT_TOUCHED] =
		{
			.signature = "cut-survived",
			.what = "an access, after a cut, to a touched page",
			.access = true,
			.spends = true,
			.right = ENXIO,
			.source = "mm/truncate.c truncate_pagecache()",
		},
	[GR_POLICY_CUT_UNTOUCHED] =
		{
			.signature = "beyond-end",
			.what = "an access, after a cut, to a fresh page",
			.access = true,
			.spends = true,
			.right = ENXIO,
			.source = "fs/dax.c dax_iomap_pte_fault()",
		},
	[GR_POLICY_CUT_PINNED] =
		{
			.signature = "pinned-beyond-end",
			.what = "a pin, after a cut, of a touched page",
			.spends = true,
			.right = EFAULT,
			.source = "mm/gup.c faultin_page()",
		},
};

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract of a target: a way to get a range of device memory.
 *
 * acquire -> attach -> (map -> unmap)* -> release. acquire(), attach() and
 * release() run in the case's keeper process and may block in the kernel; map()
 * and unmap() run in worker processes. struct gr_target has no heap of its own
 * and lies in memory that all processes of a case share.
 */
#ifndef GR_CORE_TARGET_H
#define GR_CORE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/needs.h"
#include "core/reason.h"

struct gr_ctx;
struct gr_data_facts;
struct gr_facts;
struct gr_target;

/* Where the struct pages of the namespace lie (ndctl: --map). */
enum gr_memmap {
	GR_MEMMAP_MEM, /* in ordinary memory */
	GR_MEMMAP_DEV, /* in the namespace itself (altmap) */
};

/* The file system on the namespace of a GR_TARGET_FILE. */
enum gr_fs {
	GR_FS_EXT4,
	GR_FS_XFS, /* without reflink */
	GR_FS_XFS_REFLINK,
	GR_NR_FS,
};

/* What the memory of a GR_TARGET_MOVES was before it is moved. */
enum gr_source {
	GR_SOURCE_ANON, /* anonymous memory; with leaves of 2 MiB huge pages */
	GR_SOURCE_FILE, /* private copies of pages of a file */
};

struct gr_target_spec {
	uint64_t align; /* bytes of a leaf: 4 KiB, 2 MiB or 1 GiB */
	enum gr_fs fs; /* of a GR_TARGET_FILE */
	enum gr_source source; /* of a GR_TARGET_MOVES */
	bool plain; /* map a file without asking for MAP_SYNC */
	bool crowded; /* next to no block is free: what is freed is reused */
	uint64_t min_size; /* bytes that must be usable; 0 = two leaves */
	enum gr_memmap memmap;
	char ns[32]; /* "namespaceX.Y"; "" = any one handed over */
	char not_ns[32]; /* a namespace that is taken already; "" = none */
};

struct gr_range {
	void *addr;
	size_t len; /* bytes */
};

struct gr_mapping {
	struct gr_range range;
	int fd; /* the open node; -1 = closed */
	/* of the target: a libpmem2 map, of a GR_TARGET_MOVES a gr_dmirror */
	void *handle;
};

struct gr_map_req {
	uint64_t off; /* bytes from the start of the target */
	size_t len; /* bytes, a multiple of the alignment */
	int prot; /* PROT_* */
};

enum gr_target_flag {
	GR_TARGET_MAPS_DEVICE = 1 << 0, /* map() gives device memory */
	GR_TARGET_FILE = 1 << 1, /* of a file, whose blocks can be taken away */
	GR_TARGET_NO_LONGTERM = 1 << 2, /* long-term pins must be refused */
	/* private memory of a process, which place() moves to the device */
	GR_TARGET_MOVES = 1 << 3,
	/* of these: pins that are not long-term leave it there */
	GR_TARGET_PIN_STAYS = 1 << 4,
	/* of these: it stays in the system, a device has it for itself alone */
	GR_TARGET_EXCLUSIVE = 1 << 5,
};

struct gr_target_ops {
	const char *name;
	const char *summary;
	unsigned int flags; /* enum gr_target_flag */
	struct gr_needs needs;
	const char
		*last; /* invalidator that ends each case; NULL = ns_disable */

	/**
	 * @probe: is there a namespace for @spec among those handed over? May
	 * be NULL. Return: 0, or -errno with @why.
	 */
	int (*probe)(const struct gr_ctx *ctx,
		     const struct gr_target_spec *spec, struct gr_reason *why);

	/**
	 * @prepare: load the drivers that acquire() needs, ahead of the first case.
	 * In guests only: those that follow then have them. NULL where there is
	 * nothing to load. What fails is told by acquire().
	 */
	void (*prepare)(const struct gr_target_spec *spec);

	/**
	 * @acquire: configure a namespace as t->spec says and enable it.
	 * A namespace that already is so is taken as it is.
	 * Errors: -ENODEV none that fits (the reason names sizes), -EBUSY or
	 * -EPERM a guard refused it, others from the kernel; reported by
	 * gr_err().
	 */
	int (*acquire)(const struct gr_ctx *ctx, struct gr_target *t);

	/**
	 * @attach: find the node again after an invalidation was undone; fills
	 * t->dev and t->size. Waits for the node to appear, 5 s at most. Of a
	 * GR_TARGET_FILE it mounts the file system, or makes it anew when it is
	 * dead, and lays the file out, as far as that is not so already.
	 * Errors: -ENODEV it did not come back.
	 */
	int (*attach)(const struct gr_ctx *ctx, struct gr_target *t);

	/** @map: open the node and map @req; @m is written on success only. */
	int (*map)(const struct gr_target *t, const struct gr_map_req *req,
		   struct gr_mapping *m);

	/**
	 * @place: of a GR_TARGET_MOVES: have the device take pages of a mapping,
	 * whatever has become of them; pins and accesses may take them back.
	 * @addr, @len: whole pages of @m.
	 *
	 * Context: the process that mapped; race windows too.
	 * Return: 0, or -errno, not reported: -EBUSY not all could be had.
	 */
	int (*place)(const struct gr_mapping *m, const void *addr, size_t len);

	/** @unmap: undo map(); legal after the device has gone. */
	int (*unmap)(struct gr_mapping *m);

	/**
	 * @occupy: of a GR_TARGET_FILE that is crowded, after blocks of its file
	 * were freed: give them to canary files at once, and fill them with tags
	 * of @iteration. Counts in @data what was freed and what of that canaries
	 * really got, by where it lies on the device. attach() takes the canaries
	 * away. NULL where it cannot be done.
	 * Errors: of the file system; reported.
	 */
	int (*occupy)(struct gr_target *t, uint32_t iteration,
		      struct gr_data_facts *data);

	/**
	 * @verify: after occupy(), when all pins are over: read every block of
	 * the canaries, and every block that the file still has, other than what
	 * @facts says that pins may write. What is wrong goes to @data.
	 * Errors: it could not be read; reported.
	 */
	int (*verify)(const struct gr_target *t, const struct gr_facts *facts,
		      struct gr_data_facts *data);

	/**
	 * @release: give the namespace back: unmount it. Legal after a failed
	 * acquire(), and twice. NULL where there is nothing to be undone.
	 */
	int (*release)(const struct gr_ctx *ctx, struct gr_target *t);
};

struct gr_target {
	const struct gr_target_ops *ops;
	struct gr_target_spec spec;
	char ns[32]; /* "namespace0.0" */
	char region[32]; /* "region0" */
	char nd_dev[32]; /* what the nd bus binds: "dax0.0", "pfn0.0" */
	char dev[96]; /* "/dev/dax0.0" */
	uint64_t size; /* usable bytes */
	uint64_t
		data_start; /* physical address of byte 0; UINT64_MAX = not told */
	uint64_t ns_size; /* bytes of the namespace when raw */

	/* of a GR_TARGET_FILE, whose dev is the file */
	char blockdev[96]; /* "/dev/pmem0" */
	char mnt[64]; /* where it is mounted; "" = it is not */
	uint64_t file_off; /* offset in the file of byte 0 of the target */
	uint64_t file_start; /* where byte 0 of the file is on blockdev */
	uint64_t gen; /* of the tags that the file is full of; 0 = of none */

	/* all pages of the namespace, also those that map() cannot reach */
	uint64_t whole_start; /* physical address; UINT64_MAX = not told */
	uint64_t whole_size; /* bytes */
};

/** gr_target_has() - does the page @pfn belong to the target's device? */
static inline bool gr_target_has(const struct gr_target *t, uint64_t pfn)
{
	return pfn >= t->whole_start / 4096 &&
	       pfn < (t->whole_start + t->whole_size) / 4096;
}

/** gr_target_fs_name() - "ext4", "xfs", "xfs-reflink"; never NULL. */
const char *gr_target_fs_name(enum gr_fs fs);

/** gr_target_fs_parse() - 0, or -EINVAL no such file system. */
int gr_target_fs_parse(const char *name, enum gr_fs *fs);

#endif /* GR_CORE_TARGET_H */

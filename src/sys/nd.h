/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * NVDIMM namespaces through libndctl and the nd bus in sysfs: list, make,
 * reconfigure, disable, enable, destroy. No guard is asked here: who calls a
 * function that changes a namespace has asked gr_guard_check() before.
 *
 * A context remembers what libndctl has read; it is reused for speed and is
 * not shared by threads. A process that forks opens a context of its own.
 */
#ifndef GR_SYS_ND_H
#define GR_SYS_ND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define GR_ND_NAME_MAX 32

struct gr_nd;

enum gr_nd_mode {
	GR_ND_RAW,
	GR_ND_FSDAX,
	GR_ND_DEVDAX,
	GR_ND_SECTOR,
};

/* Where the struct pages of a namespace lie. */
enum gr_nd_map {
	GR_ND_MAP_NONE, /* it has none (raw, sector) */
	GR_ND_MAP_MEM, /* in ordinary memory */
	GR_ND_MAP_DEV, /* in the namespace itself (altmap) */
};

struct gr_nd_info {
	char name[GR_ND_NAME_MAX]; /* "namespace0.0" */
	char region[GR_ND_NAME_MAX]; /* "region0" */
	char bus[GR_ND_NAME_MAX]; /* provider: "e820", "ACPI.NFIT" */
	enum gr_nd_mode mode;
	enum gr_nd_map map;
	uint64_t size; /* bytes that can be used, as ndctl prints them */
	uint64_t raw_size; /* bytes of the namespace without a mode */
	uint64_t start; /* physical address; UINT64_MAX = not told */
	uint64_t data_start; /* of the first byte that can be used; the same */
	uint64_t align; /* bytes; 0 where the mode has none */
	uint64_t sector_size; /* bytes; 0 where there is no block device */
	bool enabled;
	bool has_labels; /* false: e820; it cannot be divided or deleted */
	char blockdev[GR_ND_NAME_MAX]; /* "pmem0", or "" */
	char chardev[GR_ND_NAME_MAX]; /* "dax0.0", or "" */
	char nd_dev[GR_ND_NAME_MAX]; /* what the nd bus binds: "dax0.0", ... */
	char uuid[40]; /* of the mode's superblock, else of the label, or "" */
	char alt_name[64]; /* the label's name, or "" */
	int numa_node; /* -1 = unknown */
};

struct gr_nd_config {
	const char *ns; /* reconfigure this one; NULL = make one */
	const char *region; /* make it there; NULL = in any that has room */
	enum gr_nd_mode mode;
	enum gr_nd_map map; /* fsdax and devdax; NONE = dev, as ndctl does */
	uint64_t align; /* bytes; 0 = 2 MiB */
	uint64_t size; /* bytes of the whole namespace; 0 = all there are */
	uint64_t sector_size; /* bytes; 0 = 4096 for sector mode */
	const char *name; /* for the label; NULL = none */
};

/**
 * gr_nd_open() - a context on all buses of the machine.
 * @nd: filled on success, NULL on failure.
 *
 * Context: any process; not inside a race window (reads all of the bus).
 * Return: 0 or -errno.
 * Errors: -ENXIO there is no bus (no pmem, or its modules are not loaded);
 *         -ENOMEM. Not reported: the caller knows what it wanted.
 */
int gr_nd_open(struct gr_nd **nd);

/** gr_nd_close() - end a context; NULL is legal. */
void gr_nd_close(struct gr_nd *nd);

/**
 * gr_nd_reload() - forget all that was read, after changes by others.
 *
 * Return: 0, or as gr_nd_open(); the context stays usable either way.
 */
int gr_nd_reload(struct gr_nd *nd);

/** gr_nd_mode_name() - "raw", "fsdax", "devdax", "sector". */
const char *gr_nd_mode_name(enum gr_nd_mode mode);

/**
 * gr_nd_mode_parse() - a mode as typed; ndctl's old words "memory", "dax" and
 * "safe" mean fsdax, devdax and sector.
 *
 * Return: 0, or -EINVAL no such mode.
 */
int gr_nd_mode_parse(const char *text, enum gr_nd_mode *mode);

/** gr_nd_map_name() - "none", "mem", "dev". */
const char *gr_nd_map_name(enum gr_nd_map map);

/**
 * gr_nd_map_parse() - "mem" or "dev" as typed.
 *
 * Return: 0, or -EINVAL neither.
 */
int gr_nd_map_parse(const char *text, enum gr_nd_map *map);

/**
 * gr_nd_list() - every namespace that has a size, enabled or not.
 * @out: room for @max of them.
 *
 * Return: how many there are, which may be more than @max; never negative.
 */
ssize_t gr_nd_list(struct gr_nd *nd, struct gr_nd_info *out, size_t max);

/**
 * gr_nd_find() - one namespace by its name.
 * @name: "namespaceX.Y", or the name of a node of it: "pmemN", "daxX.Y".
 * @out:  filled on success.
 *
 * Return: 0, or -ENODEV there is none of that name (not reported).
 */
int gr_nd_find(struct gr_nd *nd, const char *name, struct gr_nd_info *out);

/**
 * gr_nd_create() - make a namespace, or give one another mode.
 * @cfg: what it shall be. With cfg->ns set that namespace is disabled, changed
 *       and enabled; else one is made where a region with labels has room. A
 *       namespace that exists is never taken without being named.
 * @out: what it has become, filled on success; may be NULL.
 *
 * Of the old mode only its superblock is overwritten. The new superblock's
 * UUID goes into the journal before the superblock is written.
 *
 * Context: blocks until the kernel has probed it and its node exists; waits in
 *          the kernel for pinned pages of the old mode.
 * Return: 0 or -errno; reported by gr_err(), with the size or alignment that
 *         would do where that is the reason. On failure after the old mode was
 *         undone the namespace is left raw and disabled.
 * Errors: -ENODEV no such namespace or region; -ENOSPC no room; -EINVAL the
 *         alignment or size cannot be; -EOPNOTSUPP the kernel lacks the mode;
 *         -EBUSY the old mode is in use; -ENXIO the kernel did not enable it;
 *         -ETIMEDOUT its node did not appear.
 */
int gr_nd_create(struct gr_nd *nd, const struct gr_nd_config *cfg,
		 struct gr_nd_info *out);

/**
 * gr_nd_disable() - unbind the namespace's driver.
 * @ns: "namespaceX.Y"; a disabled one is left as it is.
 *
 * Context: waits in the kernel (state D) until every page is free; a process
 *          that must not hang does not call it. One context serves many
 *          cycles without reading the bus again.
 * Return: 0 or -errno. Not reported.
 * Errors: -ENODEV no such namespace.
 */
int gr_nd_disable(struct gr_nd *nd, const char *ns);

/**
 * gr_nd_enable() - bind the driver again, in the mode it had.
 * @ns: "namespaceX.Y"; an enabled one is left as it is.
 *
 * Context: blocks while the kernel makes the struct pages.
 * Return: 0 or -errno. Not reported.
 * Errors: -ENODEV no such namespace; -ENXIO the kernel would not bind it: see
 *         the kernel's log.
 */
int gr_nd_enable(struct gr_nd *nd, const char *ns);

/**
 * gr_nd_destroy() - disable a namespace, overwrite its mode's superblock and,
 * where there are labels, delete it. Without labels it is raw and disabled
 * after it.
 *
 * Context: as gr_nd_disable().
 * Return: 0 or -errno. Not reported.
 * Errors: -ENODEV no such namespace; -EBUSY it could not be disabled.
 */
int gr_nd_destroy(struct gr_nd *nd, const char *ns);

/**
 * gr_nd_region_disable() - unbind a region and so all of its namespaces.
 * @region: "regionX".
 *
 * Context: as gr_nd_disable().
 * Return: 0 or -errno. Not reported.
 * Errors: -ENODEV no such region.
 */
int gr_nd_region_disable(struct gr_nd *nd, const char *region);

/**
 * gr_nd_region_enable() - bind a region again. The kernel then binds its
 * namespaces by what their superblocks say.
 *
 * Return: 0 or -errno. Not reported.
 * Errors: -ENODEV no such region.
 */
int gr_nd_region_enable(struct gr_nd *nd, const char *region);

/**
 * gr_nd_driver() - the driver under /sys/bus/nd/drivers that binds
 * @info->nd_dev: "dax_pmem" for devdax, "nd_pmem" for all else.
 */
const char *gr_nd_driver(const struct gr_nd_info *info);

/**
 * gr_nd_unbind() - write @nd_dev to /sys/bus/nd/drivers/DRIVER/unbind.
 * @driver: "nd_pmem", "dax_pmem".
 * @nd_dev: "dax0.0", "pfn0.0", "namespace0.0".
 *
 * Context: as gr_nd_disable(); two system calls and a close, nothing else.
 * Return: 0 or -errno. Not reported.
 * Errors: -ENODEV it is not bound to that driver; -ENOENT no such driver.
 * Source: Documentation/ABI/testing/sysfs-bus-pci (unbind, for all buses).
 */
int gr_nd_unbind(const char *driver, const char *nd_dev);

/**
 * gr_nd_bind() - write @nd_dev to /sys/bus/nd/drivers/DRIVER/bind.
 *
 * Return: 0 or -errno. Not reported.
 * Errors: -ENODEV bound already or refused by the driver; -ENXIO the probe
 *         failed; -ENOENT no such driver.
 */
int gr_nd_bind(const char *driver, const char *nd_dev);

/**
 * gr_nd_wait_node() - wait until a device node exists and can be opened.
 * @path:       "/dev/dax0.0", "/dev/pmem0"; devtmpfs or udev makes it.
 * @timeout_ns: nanoseconds; 0 = look once.
 *
 * Context: ordinary processes; wakes by inotify, not by polling.
 * Return: 0 or -errno. Not reported.
 * Errors: -ETIMEDOUT it did not come; others from inotify(7).
 */
int gr_nd_wait_node(const char *path, uint64_t timeout_ns);

#endif /* GR_SYS_ND_H */

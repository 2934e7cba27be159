/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's test of heterogeneous memory management, test_hmm: a driver that
 * stands in for a GPU. Who opens one of its devices lets it mirror the address
 * space: the device reads and writes that memory, pages of it migrate to the device
 * and back, and it takes them for itself alone.
 *
 * A device has private memory, which the processor cannot reach, or coherent
 * memory, which it can. Coherent ones need two ranges of physical memory that are
 * no RAM; guprace vm sets them aside and names them on the guest's command line,
 * guprace.spm=0xADDRESS,0xADDRESS.
 *
 * Source: lib/test_hmm.c, lib/test_hmm_uapi.h, CONFIG_TEST_HMM, which
 * distributions leave out.
 */
#ifndef GR_SYS_DMIRROR_H
#define GR_SYS_DMIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** GR_DMIRROR_MODULE - the driver; its devices are /dev/hmm_dmirrorN. */
#define GR_DMIRROR_MODULE "test_hmm"

/** GR_DMIRROR_BYTES - memory that a device has at first, DEVMEM_CHUNK_SIZE. */
#define GR_DMIRROR_BYTES (256ull << 20)

/* Devices 0 and 1 are private ones, 2 and 3 coherent ones. */
#define GR_DMIRROR_PRIVATE 0u
#define GR_DMIRROR_COHERENT 2u

enum gr_dmirror_op {
	GR_DMIRROR_READ, /* memory to @room */
	GR_DMIRROR_WRITE, /* @room to memory */
	GR_DMIRROR_TO_DEVICE, /* migrate; its data to @room */
	GR_DMIRROR_TO_SYSTEM, /* migrate back */
	GR_DMIRROR_SNAPSHOT, /* a byte for each page to @room, GR_DMIRROR_IS_* */
	GR_DMIRROR_EXCLUSIVE, /* take for the device alone; its data to @room */
	GR_DMIRROR_CHECK_EXCLUSIVE, /* -EPERM: it still has a page for itself */
	GR_DMIRROR_RELEASE, /* all that the device has goes back, from everybody */
	GR_NR_DMIRROR_OPS,
};

/* What a snapshot says of a page: one of these, or GR_DMIRROR_IS_ERROR. */
#define GR_DMIRROR_IS_ERROR 0xffu
#define GR_DMIRROR_IS_READ 0x01u
#define GR_DMIRROR_IS_WRITE 0x02u
#define GR_DMIRROR_IS_PMD 0x04u
#define GR_DMIRROR_IS_ZERO 0x10u
#define GR_DMIRROR_IS_PRIVATE 0x20u /* here; 0x30 = at another device */
#define GR_DMIRROR_IS_COHERENT 0x40u /* here; 0x50 = at another device */
#define GR_DMIRROR_IS_AWAY 0x10u /* beside one of these two: at another */

struct gr_dmirror {
	int fd; /* as long as it is open, this process is mirrored */
	const unsigned char
		*numbers; /* of the requests, by enum gr_dmirror_op */
	unsigned char *room; /* data that goes to the device or comes from it */
	size_t room_len; /* bytes, whole pages */
	uint64_t nr_faults; /* that the last READ or WRITE took */
};

/**
 * gr_dmirror_spm() - the ranges for coherent devices, from /proc/cmdline.
 * @addr: physical addresses.
 *
 * Return: 0, -ENOENT there are none, -EINVAL they are not as they should be.
 */
int gr_dmirror_spm(uint64_t addr[2]);

/**
 * gr_dmirror_load() - load the driver, with coherent devices where there are ranges
 * for them.
 *
 * Return: 0, also when it is loaded; -ENOENT this kernel has none; others of
 *         init_module(2).
 */
int gr_dmirror_load(void);

/**
 * gr_dmirror_unload() - remove the driver with its devices, never waiting for who
 * has one open; what it does itself may wait.
 *
 * Return: 0 (also when it is not loaded), -EAGAIN or -EBUSY one is open.
 */
int gr_dmirror_unload(void);

/**
 * gr_dmirror_open() - let a device mirror the calling process.
 * @path: "/dev/hmm_dmirrorN".
 * @room: bytes that requests move at most, whole pages.
 * @d:    filled on success, else NULL.
 *
 * The requests have other numbers before 6.0, where a device had no RELEASE and no
 * way back but a fault: which they are is tried out.
 * Context: allocates.
 * Return: 0 or -errno (-ENOENT no such device).
 */
int gr_dmirror_open(const char *path, size_t room, struct gr_dmirror **d);

/**
 * gr_dmirror_close() - end the mirror; what it holds of the device's memory goes
 * back to the system. NULL is legal.
 *
 * Return: 0 or -errno of close(2).
 */
int gr_dmirror_close(struct gr_dmirror *d);

/**
 * gr_dmirror_do() - one request.
 * @addr:  first page.
 * @nr:    pages, that @room has a place for (of a SNAPSHOT a byte each).
 *
 * Context: race windows too; the kernel allocates.
 * Return: pages that it was done to, or -errno.
 * Errors: -EBUSY EXCLUSIVE could not take all of them; -ENOENT a
 *         page did not come to the device; -EPERM, -EFAULT the memory does not
 *         allow it; -EINVAL no such memory; -EOPNOTSUPP the driver has no such
 *         request; -ENOBUFS more than @room has a place for.
 */
ssize_t gr_dmirror_do(struct gr_dmirror *d, enum gr_dmirror_op op,
		      const void *addr, size_t nr);

/**
 * gr_dmirror_region() - where the memory of a private device lies, by one page of
 * it.
 * @phys:  physical address.
 * @start: of the region that has it, as /proc/iomem tells root.
 * @bytes: of that region.
 *
 * Return: 0, -ENOENT no such region, or -errno.
 */
int gr_dmirror_region(uint64_t phys, uint64_t *start, uint64_t *bytes);

#endif /* GR_SYS_DMIRROR_H */

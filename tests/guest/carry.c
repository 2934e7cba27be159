// SPDX-License-Identifier: GPL-2.0-only
#include "guest/carry.h"

#include <endian.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SECTOR 512
#define FIRST_LBA 2048
#define END_BYTES (16 << 20)

static void put32(uint8_t *to, uint32_t value)
{
	value = htole32(value);
	memcpy(to, &value, sizeof(value));
}

static void put64(uint8_t *to, uint64_t value)
{
	value = htole64(value);
	memcpy(to, &value, sizeof(value));
}

/* The reflected CRC-32; callers give the start value and invert the end. */
static uint32_t crc32(uint32_t crc, const uint8_t *bytes, size_t len)
{
	while (len--) {
		crc ^= *bytes++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

static bool write_at(const char *path, const void *buf, size_t len, off_t off)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = pwrite(fd, buf, len, off) == (ssize_t)len && !fsync(fd);
	return !close(fd) && ok;
}

static uint64_t device_bytes(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t bytes = 0;

	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &bytes))
		bytes = 0;
	close(fd);
	return bytes;
}

static void put_mbr(uint8_t *sector, uint8_t type, uint32_t lba, uint32_t nr)
{
	uint8_t *entry = sector + 446;

	entry[4] = type;
	put32(entry + 8, lba);
	put32(entry + 12, nr);
	sector[510] = 0x55;
	sector[511] = 0xaa;
}

bool carry_mbr(const char *path)
{
	uint64_t sectors = device_bytes(path) / SECTOR;
	uint8_t sector[SECTOR] = {0};

	put_mbr(sector, 0x83, FIRST_LBA, (uint32_t)sectors - FIRST_LBA);
	return write_at(path, sector, sizeof(sector), 0);
}

/* UEFI specification 2.9, chapter 5.3: primary header and entries only. */
bool carry_gpt(const char *path)
{
	static const uint8_t linux_data[16] = {
		0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47,
		0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4,
	};
	uint64_t last = device_bytes(path) / SECTOR - 1;
	uint8_t image[34 * SECTOR] = {0};
	uint8_t *header = image + SECTOR;
	uint8_t *entry = image + 2 * SECTOR;

	put_mbr(image, 0xee, 1, (uint32_t)last);
	memcpy(entry, linux_data, 16);
	memset(entry + 16, 0x5a, 16);
	put64(entry + 32, FIRST_LBA);
	put64(entry + 40, last - 34);
	memcpy(header, "EFI PART", 8);
	put32(header + 8, 0x10000);
	put32(header + 12, 92);
	put64(header + 24, 1);
	put64(header + 32, last);
	put64(header + 40, 34);
	put64(header + 48, last - 34);
	memset(header + 56, 0xa5, 16);
	put64(header + 72, 2);
	put32(header + 80, 128);
	put32(header + 84, 128);
	put32(header + 88, ~crc32(~0u, entry, 128 * 128));
	put32(header + 16, ~crc32(~0u, header, 92));
	return write_at(path, image, sizeof(image), 0);
}

/* struct label_header of LVM2, in the second sector. */
bool carry_lvm(const char *path)
{
	uint8_t label[SECTOR] = {0};

	memcpy(label, "LABELONE", 8);
	put64(label + 8, 1);
	put32(label + 20, 32);
	memcpy(label + 24, "LVM2 001", 8);
	memcpy(label + 32, "abcdefghijklmnopqrstuvwxyz012345", 32);
	put64(label + 64, device_bytes(path));
	put32(label + 16, crc32(0xf597a6cf, label + 20, SECTOR - 20));
	return write_at(path, label, sizeof(label), SECTOR);
}

/* union swap_header of the kernel, version 1. */
bool carry_swap(const char *path)
{
	uint8_t page[4096] = {0};

	put32(page + 1024, 1);
	put32(page + 1028, (uint32_t)(device_bytes(path) / 4096 - 1));
	memcpy(page + 4086, "SWAPSPACE2", 10);
	return write_at(path, page, sizeof(page), 0);
}

bool reread_partitions(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && !ioctl(fd, BLKRRPART);

	close(fd);
	return ok;
}

static bool hash_range(int fd, off_t off, void *buf, uint64_t *hash)
{
	const uint64_t *words = buf;

	if (pread(fd, buf, END_BYTES, off) != END_BYTES)
		return false;
	for (size_t i = 0; i < END_BYTES / sizeof(*words); i++)
		*hash = (*hash ^ words[i]) * 0x100000001b3; /* FNV-1a, words */
	return true;
}

uint64_t hash_ends(const char *path)
{
	off_t bytes = (off_t)device_bytes(path);
	int fd = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	uint64_t hash = 0xcbf29ce484222325;
	void *buf = NULL;

	if (fd < 0 || posix_memalign(&buf, 4096, END_BYTES) ||
	    !hash_range(fd, 0, buf, &hash) ||
	    !hash_range(fd, bytes - END_BYTES, buf, &hash))
		hash = 0; /* cannot be read */
	free(buf);
	close(fd);
	return hash;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "vm/bzimage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sys/file.h"
#include "vm/elf.h"
#include "vm/unpack.h"

/* Offsets in the setup header, Documentation/arch/x86/boot.rst. */
enum {
	SETUP_SECTS = 0x1f1,
	HEADER_MAGIC = 0x202,
	PROTOCOL = 0x206,
	KERNEL_VERSION = 0x20e,
	PAYLOAD_OFFSET = 0x248,
	PAYLOAD_LENGTH = 0x24c,
	HEADER_END = 0x250,
	SECTOR_BYTES = 512,
};

static uint32_t get_le(const void *image, size_t off, unsigned int bytes)
{
	const unsigned char *at = (const unsigned char *)image + off;
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

static bool is_bzimage(const void *image, size_t len)
{
	return len > HEADER_END &&
	       !memcmp((const char *)image + HEADER_MAGIC, "HdrS", 4);
}

static int release_of(const char *image, size_t len, char *release)
{
	size_t off;

	if (!is_bzimage(image, len))
		return -ENOEXEC;
	off = get_le(image, KERNEL_VERSION, 2) + SECTOR_BYTES;
	if (off >= len)
		return -ENOEXEC;
	snprintf(release, GR_RELEASE_MAX, "%.*s",
		 (int)strcspn(image + off, " "), image + off);
	return release[0] ? 0 : -ENOEXEC;
}

int gr_bzimage_release(const char *path, char *release)
{
	char *image;
	size_t len;
	int ret = gr_file_read(path, &image, &len);

	if (ret)
		return ret;
	ret = release_of(image, len, release);
	free(image);
	return ret;
}

int gr_bzimage_payload(const void *image, size_t len, size_t *off, size_t *size)
{
	unsigned int sects;

	if (!is_bzimage(image, len) || get_le(image, PROTOCOL, 2) < 0x208)
		return -ENOEXEC;
	sects = get_le(image, SETUP_SECTS, 1);
	if (!sects)
		sects = 4;
	*off = (sects + 1) * (size_t)SECTOR_BYTES +
	       get_le(image, PAYLOAD_OFFSET, 4);
	*size = get_le(image, PAYLOAD_LENGTH, 4);
	if (*off > len || *size > len - *off || *size < 8)
		return -ENOEXEC;
	/* All but gzip, which has it inside, are followed by their length. */
	if (get_le(image, *off, 2) != 0x8b1f)
		*size -= 4;
	return 0;
}

static int unpack_kernel(const char *path, char **vmlinux, size_t *len)
{
	size_t off, size, image_len;
	char *image;
	int ret = gr_file_read(path, &image, &image_len);

	if (ret)
		return ret;
	ret = gr_bzimage_payload(image, image_len, &off, &size);
	if (!ret)
		ret = gr_unpack(image + off, size, vmlinux, len);
	free(image);
	return ret;
}

/* An empty file in the cache remembers that it cannot be booted directly. */
static int store(const char *path, const char *cached)
{
	char *vmlinux = NULL;
	size_t len = 0;
	bool usable;
	int ret = unpack_kernel(path, &vmlinux, &len);

	if (ret && ret != -ENOEXEC && ret != -EIO)
		return ret;
	usable = !ret && gr_elf_has_pvh(vmlinux, len);
	ret = gr_file_replace(cached, vmlinux, usable ? len : 0);
	free(vmlinux);
	if (ret)
		return ret;
	return usable ? 0 : -ENOEXEC;
}

static uint64_t hash(const char *text)
{
	uint64_t value = 14695981039346656037ull; /* FNV-1a */

	for (; *text; text++)
		value = (value ^ (unsigned char)*text) * 1099511628211ull;
	return value;
}

int gr_bzimage_vmlinux(const char *path, char *out)
{
	struct gr_stamp stamp, cached;
	char real[PATH_MAX];
	int ret = gr_path_real(path, real);

	if (!ret)
		ret = gr_file_stamp(real, &stamp);
	if (!ret)
		ret = gr_path_cache(
			out, "vmlinux/%016" PRIx64 "-%" PRIu64 "-%" PRIu64,
			hash(real), stamp.size_bytes, stamp.mtime_ns);
	if (ret)
		return ret;
	if (!gr_file_stamp(out, &cached))
		return cached.size_bytes ? 0 : -ENOEXEC;
	return store(real, out);
}

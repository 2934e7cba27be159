// SPDX-License-Identifier: GPL-2.0-only
#include "sys/vmemmap.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "sys/call.h"
#include "sys/kernel.h"
#include "sys/sysfs.h"

#define PAGE_BYTES 4096u
#define STRUCT_PAGE_BYTES 64u /* CONFIG_HAVE_ALIGNED_STRUCT_PAGE */

const struct gr_vmemmap gr_vmemmap_plain = {
	.nr = 2,
	.base = {0xffffea0000000000, 0xffd4000000000000},
};

static int read_at(int fd, void *buf, size_t len, uint64_t at)
{
	ssize_t n = gr_pread(fd, buf, len, (off_t)at);

	if (n < 0)
		return (int)n;
	return (size_t)n == len ? 0 : -EIO;
}

int gr_kcore_read(int fd, uint64_t address, void *buf, size_t len)
{
	Elf64_Ehdr head;
	int ret = read_at(fd, &head, sizeof(head), 0);

	if (ret)
		return ret;
	if (memcmp(head.e_ident, ELFMAG, SELFMAG) ||
	    head.e_ident[EI_CLASS] != ELFCLASS64 ||
	    head.e_phentsize != sizeof(Elf64_Phdr))
		return -EIO;
	for (unsigned int i = 0; i < head.e_phnum; i++) {
		Elf64_Phdr seg;

		ret = read_at(fd, &seg, sizeof(seg),
			      head.e_phoff + i * sizeof(seg));
		if (ret)
			return ret;
		if (seg.p_type == PT_LOAD && address >= seg.p_vaddr &&
		    address - seg.p_vaddr < seg.p_memsz &&
		    len <= seg.p_memsz - (address - seg.p_vaddr))
			return read_at(fd, buf, len,
				       seg.p_offset + (address - seg.p_vaddr));
	}
	return -EIO;
}

static bool is_plain(void)
{
	char line[4096];

	return !gr_sysfs_read(line, sizeof(line), "/proc/cmdline") &&
	       strstr(line, "nokaslr");
}

int gr_vmemmap_read(struct gr_vmemmap *map)
{
	struct gr_kernel_address symbol = {.name = "vmemmap_base"};
	int fd, ret;

	*map = (struct gr_vmemmap){.nr = 0};
	if (is_plain()) {
		*map = gr_vmemmap_plain;
		return 0;
	}
	ret = gr_kernel_addresses(&symbol, 1);
	if (ret || !symbol.address)
		return ret ? ret : -ENOENT;
	fd = gr_open("/proc/kcore", O_RDONLY);
	if (fd < 0)
		return fd;
	ret = gr_kcore_read(fd, symbol.address, &map->base[0],
			    sizeof(map->base[0]));
	(void)gr_close(fd); /* read only */
	map->nr = !ret;
	return ret;
}

bool gr_vmemmap_has(const struct gr_vmemmap *map, uint64_t start,
		    uint64_t bytes, uint64_t address)
{
	uint64_t from = start / PAGE_BYTES * STRUCT_PAGE_BYTES;
	uint64_t len = bytes / PAGE_BYTES * STRUCT_PAGE_BYTES;

	for (unsigned int i = 0; i < map->nr; i++)
		if (address >= map->base[i] + from &&
		    address - (map->base[i] + from) < len)
			return true;
	return false;
}

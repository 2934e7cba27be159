// SPDX-License-Identifier: GPL-2.0-only
#include "sys/kernel_maps.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "sys/call.h"
#include "sys/kernel.h"

#define PAGE_BYTES 4096u
#define STRUCT_PAGE_BYTES 64u /* CONFIG_HAVE_ALIGNED_STRUCT_PAGE */

const struct gr_kernel_maps gr_kernel_maps_plain[GR_NR_PLAIN_MAPS] = {
	{0xffff888000000000, 0xffffea0000000000},
	{0xff11000000000000, 0xffd4000000000000},
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

/* The value of a variable; @value stays as it is where there is no such one. */
static int read_variable(int fd, const struct gr_kernel_address *symbol,
			 uint64_t *value)
{
	return symbol->address ? gr_kcore_read(fd, symbol->address, value,
					       sizeof(*value))
			       : 0;
}

int gr_kernel_maps_read(struct gr_kernel_maps *maps)
{
	struct gr_kernel_address symbol[] = {
		{.name = "page_offset_base"},
		{.name = "vmemmap_base"},
		{.name = "memunmap_pages"},
	};
	struct gr_kernel_maps got = gr_kernel_maps_plain[0];
	int fd, ret = gr_kernel_addresses(symbol, 3);

	*maps = (struct gr_kernel_maps){0, 0};
	if (ret || !symbol[2].address) /* addresses are hidden */
		return ret ? ret : -EPERM;
	if (!symbol[0].address && !symbol[1].address) {
		*maps = got;
		return 0;
	}
	fd = gr_open("/proc/kcore", O_RDONLY);
	if (fd < 0)
		return fd;
	ret = read_variable(fd, &symbol[0], &got.direct);
	if (!ret)
		ret = read_variable(fd, &symbol[1], &got.structs);
	(void)gr_close(fd); /* read only */
	if (!ret)
		*maps = got;
	return ret;
}

static bool is_in(uint64_t base, uint64_t from, uint64_t bytes, uint64_t at)
{
	return at >= base + from && at - (base + from) < bytes;
}

bool gr_kernel_maps_have(const struct gr_kernel_maps *maps, uint64_t start,
			 uint64_t bytes, uint64_t address)
{
	uint64_t page = start / PAGE_BYTES * STRUCT_PAGE_BYTES;
	uint64_t pages = bytes / PAGE_BYTES * STRUCT_PAGE_BYTES;

	return maps->direct && (is_in(maps->direct, start, bytes, address) ||
				is_in(maps->structs, page, pages, address));
}

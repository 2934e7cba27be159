// SPDX-License-Identifier: GPL-2.0-only
#include "vm/elf.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "sys/file.h"

#define XEN_NOTE_PHYS32_ENTRY 18

/* True when [off, off + size) lies inside the file. */
static bool inside(size_t len, uint64_t off, uint64_t size)
{
	return off <= len && size <= len - off;
}

static bool header(const void *image, size_t len, Elf64_Ehdr *ehdr)
{
	if (len < sizeof(*ehdr))
		return false;
	memcpy(ehdr, image, sizeof(*ehdr));
	return !memcmp(ehdr->e_ident, ELFMAG, SELFMAG) &&
	       ehdr->e_ident[EI_CLASS] == ELFCLASS64 &&
	       ehdr->e_phentsize == sizeof(Elf64_Phdr) &&
	       inside(len, ehdr->e_phoff,
		      (uint64_t)ehdr->e_phnum * sizeof(Elf64_Phdr));
}

static Elf64_Phdr segment(const void *image, const Elf64_Ehdr *ehdr, size_t i)
{
	Elf64_Phdr phdr;

	memcpy(&phdr, (const char *)image + ehdr->e_phoff + i * sizeof(phdr),
	       sizeof(phdr));
	return phdr;
}

static uint64_t pad4(uint64_t size)
{
	return (size + 3) & ~3ull;
}

static bool note_is_pvh(const char *notes, uint64_t size)
{
	Elf64_Nhdr note;
	uint64_t all;

	while (size >= sizeof(note)) {
		memcpy(&note, notes, sizeof(note));
		all = sizeof(note) + pad4(note.n_namesz) + pad4(note.n_descsz);
		if (all > size)
			return false;
		if (note.n_type == XEN_NOTE_PHYS32_ENTRY &&
		    note.n_namesz == sizeof("Xen") &&
		    !memcmp(notes + sizeof(note), "Xen", sizeof("Xen")))
			return true;
		notes += all;
		size -= all;
	}
	return false;
}

bool gr_elf_has_pvh(const void *image, size_t len)
{
	Elf64_Ehdr ehdr;

	if (!header(image, len, &ehdr))
		return false;
	for (size_t i = 0; i < ehdr.e_phnum; i++) {
		Elf64_Phdr phdr = segment(image, &ehdr, i);

		if (phdr.p_type == PT_NOTE &&
		    inside(len, phdr.p_offset, phdr.p_filesz) &&
		    note_is_pvh((const char *)image + phdr.p_offset,
				phdr.p_filesz))
			return true;
	}
	return false;
}

int gr_elf_interpreter(const void *image, size_t len, char *buf)
{
	Elf64_Ehdr ehdr;

	buf[0] = '\0';
	if (!header(image, len, &ehdr))
		return -ENOEXEC;
	for (size_t i = 0; i < ehdr.e_phnum; i++) {
		Elf64_Phdr phdr = segment(image, &ehdr, i);

		if (phdr.p_type != PT_INTERP)
			continue;
		if (!phdr.p_filesz ||
		    !inside(len, phdr.p_offset, phdr.p_filesz))
			return -ENOEXEC;
		return gr_path(buf, "%.*s", (int)phdr.p_filesz - 1,
			       (const char *)image + phdr.p_offset);
	}
	return 0;
}

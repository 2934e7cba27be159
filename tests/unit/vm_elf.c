// SPDX-License-Identifier: GPL-2.0-only
#include "vm/elf.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "test.h"

/* An ELF file of one segment with 32 bytes of content. */
struct small {
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr;
	union {
		struct {
			Elf64_Nhdr head;
			char name[4];
			char desc[8];
		} note;
		char text[32];
	} content;
};

static struct small make(unsigned int type)
{
	struct small small = {0};

	memcpy(small.ehdr.e_ident, ELFMAG, SELFMAG);
	small.ehdr.e_ident[EI_CLASS] = ELFCLASS64;
	small.ehdr.e_phoff = offsetof(struct small, phdr);
	small.ehdr.e_phentsize = sizeof(Elf64_Phdr);
	small.ehdr.e_phnum = 1;
	small.phdr.p_type = type;
	small.phdr.p_offset = offsetof(struct small, content);
	small.phdr.p_filesz = sizeof(small.content.note);
	return small;
}

static struct small make_note(unsigned int note_type, const char *name)
{
	struct small small = make(PT_NOTE);

	small.content.note.head.n_type = note_type;
	small.content.note.head.n_namesz = 4;
	small.content.note.head.n_descsz = 8;
	memcpy(small.content.note.name, name, 4);
	return small;
}

static void finds_the_pvh_note(void **state)
{
	struct small small = make_note(18, "Xen");

	(void)state;
	assert_true(gr_elf_has_pvh(&small, sizeof(small)));
}

static void takes_no_other_note_for_it(void **state)
{
	const struct small smalls[] = {
		make_note(17, "Xen"),
		make_note(18, "GNU"),
		make(PT_LOAD),
	};

	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(smalls); i++)
		assert_false(gr_elf_has_pvh(&smalls[i], sizeof(smalls[i])));
}

static void survives_damage(void **state)
{
	struct small small = make_note(18, "Xen");

	(void)state;
	assert_false(gr_elf_has_pvh(&small, sizeof(small.ehdr) - 1));
	assert_false(gr_elf_has_pvh(&small, sizeof(small.ehdr)));
	small.content.note.head.n_descsz = UINT32_MAX;
	assert_false(gr_elf_has_pvh(&small, sizeof(small)));
	small = make_note(18, "Xen");
	small.phdr.p_offset = UINT64_MAX - 4;
	assert_false(gr_elf_has_pvh(&small, sizeof(small)));
	small = make_note(18, "Xen");
	small.ehdr.e_phoff = UINT64_MAX;
	assert_false(gr_elf_has_pvh(&small, sizeof(small)));
	small = make_note(18, "Xen");
	small.ehdr.e_ident[EI_CLASS] = ELFCLASS32;
	assert_false(gr_elf_has_pvh(&small, sizeof(small)));
}

static void finds_the_interpreter(void **state)
{
	struct small small = make(PT_INTERP);
	char path[PATH_MAX];

	(void)state;
	memcpy(small.content.text, "/lib64/ld.so", 13);
	small.phdr.p_filesz = 13;
	assert_int_equal(gr_elf_interpreter(&small, sizeof(small), path), 0);
	assert_string_equal(path, "/lib64/ld.so");
	small = make(PT_LOAD);
	assert_int_equal(gr_elf_interpreter(&small, sizeof(small), path), 0);
	assert_string_equal(path, "");
	assert_int_equal(gr_elf_interpreter("#!/bin/sh", 9, path), -ENOEXEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_pvh_note),
		cmocka_unit_test(takes_no_other_note_for_it),
		cmocka_unit_test(survives_damage),
		cmocka_unit_test(finds_the_interpreter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "sys/vmemmap.h"

#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/size.h"
#include "test.h"

#define START 0x200000000ull
#define BYTES (4 * GR_GIB)

/* Addresses of oopses in guests, and their neighbours. */
static void struct_pages_are_told(void **state)
{
	static const struct {
		uint64_t address;
		bool has;
	} rows[] = {
		{0xffffea0008810288, true},
		{0xffd4000008008008, true},
		{0xffffea0008000000, true},
		{0xffffea0007ffffff, false},
		{0xffffea000bffffff, true},
		{0xffffea000c000000, false},
		{0xffff8882209ff000, false},
		{0xffd4000000000008, false},
		{0x10, false},
		{0xdead000000000122, false},
	};
	const struct gr_vmemmap none = {.nr = 0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(gr_vmemmap_has(&gr_vmemmap_plain, START, BYTES,
						rows[i].address),
				 rows[i].has);
		assert_false(
			gr_vmemmap_has(&none, START, BYTES, rows[i].address));
	}
}

struct image {
	Elf64_Ehdr head;
	Elf64_Phdr seg[3];
	uint64_t data[2];
};

static int image_fd(const struct image *image)
{
	int fd = memfd_create("kcore", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, image, sizeof(*image)), sizeof(*image));
	return fd;
}

static struct image the_image(void)
{
	struct image image = {
		.head =
			{
				.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
					    ELFCLASS64},
				.e_phoff = offsetof(struct image, seg),
				.e_phentsize = sizeof(Elf64_Phdr),
				.e_phnum = 3,
			},
		.seg =
			{
				{.p_type = PT_NOTE, .p_memsz = UINT64_MAX},
				{
					.p_type = PT_LOAD,
					.p_vaddr = 0x1000,
					.p_memsz = 8,
					.p_offset =
						offsetof(struct image, data),
				},
				{
					.p_type = PT_LOAD,
					.p_vaddr = 0xffffffff82000000,
					.p_memsz = 8,
					.p_offset =
						offsetof(struct image, data[1]),
				},
			},
		.data = {1, 0xffffea0000000000},
	};

	return image;
}

static void a_variable_is_read_by_its_segment(void **state)
{
	const struct image image = the_image();
	int fd = image_fd(&image);
	uint64_t value = 0;

	(void)state;
	assert_int_equal(gr_kcore_read(fd, 0xffffffff82000000, &value, 8), 0);
	assert_int_equal(value, 0xffffea0000000000);
	assert_int_equal(gr_kcore_read(fd, 0x1000, &value, 8), 0);
	assert_int_equal(value, 1);
	assert_int_equal(gr_kcore_read(fd, 0x1004, &value, 8), -EIO);
	assert_int_equal(gr_kcore_read(fd, 0x2000, &value, 8), -EIO);
	close(fd);
}

static void what_is_no_image_is_refused(void **state)
{
	struct image image = the_image();
	uint64_t value;
	int fd;

	(void)state;
	image.head.e_ident[EI_CLASS] = ELFCLASS32;
	fd = image_fd(&image);
	assert_int_equal(gr_kcore_read(fd, 0x1000, &value, 8), -EIO);
	assert_int_equal(ftruncate(fd, 10), 0);
	assert_int_equal(gr_kcore_read(fd, 0x1000, &value, 8), -EIO);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(struct_pages_are_told),
		cmocka_unit_test(a_variable_is_read_by_its_segment),
		cmocka_unit_test(what_is_no_image_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

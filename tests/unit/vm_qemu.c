// SPDX-License-Identifier: GPL-2.0-only
#include "vm/qemu.h"

#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "test.h"

static const struct {
	uint64_t bytes;
	bool ok;
} sizes[] = {
	{16 * GR_MIB, true},	      {GR_GIB, true}, {16 * GR_MIB - 1, false},
	{8 * GR_MIB, false},	      {0, false},     {33 * GR_MIB, false},
	{256 * GR_MIB + 4096, false},
};

static void accepts_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < GR_ARRAY_SIZE(sizes); i++)
		assert_int_equal(gr_vm_pmem_ok(sizes[i].bytes), sizes[i].ok);
}

static const struct gr_kernel stock;
static const struct gr_kernel hmm = {.image = "/k/bzImage", .test_hmm = true};

/* Every range: above 4 GiB, aligned, in RAM, apart from the one before. */
static void check_ranges(const struct gr_vm_layout *layout)
{
	uint64_t ram_end = 4 * GR_GIB + layout->ram_bytes - layout->low_bytes;
	uint64_t free_from = 4 * GR_GIB;

	for (unsigned int i = 0; i < layout->nr; i++) {
		const struct gr_vm_range *range = &layout->pmem[i];
		uint64_t align = range->bytes >= GR_GIB ? GR_GIB : 128 * GR_MIB;

		assert_true(range->start >= free_from);
		assert_int_equal(range->start % align, 0);
		free_from = range->start + range->bytes;
		assert_true(free_from <= ram_end);
	}
}

static void lays_out_the_default(void **state)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;
	struct gr_vm_layout layout;

	(void)state;
	assert_int_equal(gr_vm_layout(&config, &stock, &layout), 0);
	assert_int_equal(layout.nr, 4);
	assert_int_equal(layout.pmem[0].start, 4 * GR_GIB);
	assert_int_equal(layout.pmem[0].bytes, 4 * GR_GIB);
	assert_int_equal(layout.pmem[1].start, 8 * GR_GIB);
	check_ranges(&layout);
}

static void lays_out_odd_sizes(void **state)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;
	struct gr_vm_layout layout;

	(void)state;
	config.nr_pmem = 4;
	config.pmem_bytes[0] = 16 * GR_MIB;
	config.pmem_bytes[1] = 130 * GR_MIB;
	config.pmem_bytes[2] = GR_GIB + 2 * GR_MIB;
	config.pmem_bytes[3] = 18 * GR_MIB;
	assert_int_equal(gr_vm_layout(&config, &stock, &layout), 0);
	check_ranges(&layout);
	config.bus = GR_VM_NFIT;
	assert_int_equal(gr_vm_layout(&config, &stock, &layout), 0);
	assert_int_equal(layout.ram_bytes, layout.low_bytes);
}

/* Two ranges of what a device takes, the last RAM there is. */
static void check_spm(const struct gr_vm_config *config)
{
	struct gr_vm_layout layout, without;
	uint64_t end;

	assert_int_equal(gr_vm_layout(config, &stock, &without), 0);
	assert_int_equal(without.nr_spm, 0);
	assert_int_equal(gr_vm_layout(config, &hmm, &layout), 0);
	assert_int_equal(layout.nr_spm, 2);
	end = 4 * GR_GIB + without.ram_bytes - without.low_bytes;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(layout.spm[i].start, end);
		assert_int_equal(layout.spm[i].bytes, 256 * GR_MIB);
		assert_int_equal(end % (128 * GR_MIB), 0);
		end += layout.spm[i].bytes;
	}
	assert_int_equal(layout.low_bytes, without.low_bytes);
	assert_int_equal(layout.ram_bytes, without.ram_bytes + 512 * GR_MIB);
}

static void reserves_for_test_hmm(void **state)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;

	(void)state;
	check_spm(&config);
	config.nr_pmem = 1;
	config.pmem_bytes[0] = 130 * GR_MIB;
	check_spm(&config);
	config.bus = GR_VM_NFIT;
	check_spm(&config);
	config.bus = GR_VM_VIRTIO_PMEM;
	check_spm(&config);
}

static void refuses_too_much(void **state)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;
	struct gr_vm_layout layout;

	(void)state;
	config.nr_pmem = 1;
	config.pmem_bytes[0] = 256 * GR_GIB;
	assert_int_equal(gr_vm_layout(&config, &stock, &layout), -E2BIG);
	config.pmem_bytes[0] = UINT64_MAX - 2 * GR_MIB + 1;
	assert_int_equal(gr_vm_layout(&config, &stock, &layout), -E2BIG);
}

/* The word after @flag whose text contains @part. */
static bool has_option(const struct gr_words *argv, const char *flag,
		       const char *part)
{
	for (size_t i = 0; i + 1 < argv->nr; i++)
		if (!strcmp(argv->word[i], flag) &&
		    strstr(argv->word[i + 1], part))
			return true;
	return false;
}

static void writes_the_command_line(void **state)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;
	struct gr_kernel kernel = {.image = "/k/bzImage"};
	struct gr_qemu qemu = {
		.program = "qemu",
		.kernel = &kernel,
		.config = &config,
		.accel = GR_VM_ACCEL_TCG,
		.initrd = "/i",
		.console = "socket,fd=3",
		.events = "null",
	};
	struct gr_words argv = {0};

	(void)state;
	config.append = "last=1";
	config.numa = 2;
	config.smp = 4;
	assert_int_equal(gr_qemu_words(&qemu, &argv), 0);
	assert_true(has_option(&argv, "-accel", "tcg,thread=multi"));
	assert_true(has_option(&argv, "-chardev", "socket,id=console,fd=3"));
	assert_true(has_option(&argv, "-chardev", "null,id=events"));
	assert_true(has_option(&argv, "-kernel", "/k/bzImage"));
	assert_true(has_option(&argv, "-append", "memmap=4G!4G "));
	assert_true(has_option(&argv, "-append", "memmap=384M!8704M last=1"));
	assert_true(
		has_option(&argv, "-numa", "nodeid=1,memdev=ram1,cpus=2-3"));
	gr_words_free(&argv);
}

static void prefers_the_elf_kernel(void **state)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;
	struct gr_kernel kernel = {.image = "/k/bzImage", .elf = "/k/vmlinux"};
	struct gr_qemu qemu = {.program = "qemu",
			       .kernel = &kernel,
			       .config = &config,
			       .accel = GR_VM_ACCEL_KVM,
			       .console = "null"};
	struct gr_words argv = {0};

	(void)state;
	config.bus = GR_VM_NFIT;
	assert_int_equal(gr_qemu_words(&qemu, &argv), 0);
	assert_true(has_option(&argv, "-kernel", "/k/vmlinux"));
	assert_true(has_option(&argv, "-machine", "nvdimm=on"));
	assert_true(has_option(&argv, "-device", "label-size=131072"));
	assert_false(has_option(&argv, "-append", "memmap"));
	assert_false(gr_words_has(&argv, "-initrd"));
	gr_words_free(&argv);
}

/* The words of -append, of a guest with 512M of persistent memory. */
static void check_append(enum gr_vm_bus bus, const struct gr_kernel *kernel,
			 const char *part, bool there)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;
	struct gr_qemu qemu = {.program = "qemu",
			       .kernel = kernel,
			       .config = &config,
			       .accel = GR_VM_ACCEL_TCG,
			       .console = "null"};
	struct gr_words argv = {0};

	config.bus = bus;
	config.nr_pmem = 1;
	config.pmem_bytes[0] = 512 * GR_MIB;
	config.append = "last=1";
	assert_int_equal(gr_qemu_words(&qemu, &argv), 0);
	assert_int_equal(has_option(&argv, "-append", part), there);
	gr_words_free(&argv);
}

static void tells_where_test_hmm_finds_memory(void **state)
{
	(void)state;
	check_append(GR_VM_E820, &hmm,
		     " memmap=512M!4G memmap=256M$4608M memmap=256M$4864M "
		     "guprace.spm=0x120000000,0x130000000 last=1",
		     true);
	check_append(GR_VM_NFIT, &hmm,
		     "quiet memmap=256M$4G memmap=256M$4352M "
		     "guprace.spm=0x100000000,0x110000000 last=1",
		     true);
	check_append(GR_VM_E820, &stock, " memmap=512M!4G last=1", true);
	check_append(GR_VM_E820, &stock, "spm", false);
}

/* A guest whose memory is a file becomes a template, or goes on from one. */
static void writes_the_line_of_a_copy(void **state)
{
	struct gr_vm_config config = GR_VM_CONFIG_INIT;
	struct gr_kernel kernel = {.image = "/k/bzImage"};
	struct gr_qemu qemu = {.program = "qemu",
			       .kernel = &kernel,
			       .config = &config,
			       .accel = GR_VM_ACCEL_TCG,
			       .console = "null",
			       .monitor = "socket,fd=7",
			       .ram = "/dev/fd/6"};
	struct gr_words argv = {0};

	(void)state;
	assert_int_equal(gr_qemu_words(&qemu, &argv), 0);
	assert_true(has_option(&argv, "-machine", "memory-backend=ram"));
	assert_true(
		has_option(&argv, "-object", "mem-path=/dev/fd/6,share=on"));
	assert_true(has_option(&argv, "-mon", "mode=control"));
	assert_false(gr_words_has(&argv, "-incoming"));
	gr_words_free(&argv);
	qemu.copy = true;
	assert_int_equal(gr_qemu_words(&qemu, &argv), 0);
	assert_true(has_option(&argv, "-object", "share=off"));
	assert_true(has_option(&argv, "-incoming", "defer"));
	gr_words_free(&argv);
	config.numa = 2; /* each node has memory of its own */
	assert_int_equal(gr_qemu_words(&qemu, &argv), 0);
	assert_false(has_option(&argv, "-machine", "memory-backend"));
	assert_false(has_option(&argv, "-object", "memory-backend-file"));
	gr_words_free(&argv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_sizes),
		cmocka_unit_test(lays_out_the_default),
		cmocka_unit_test(lays_out_odd_sizes),
		cmocka_unit_test(reserves_for_test_hmm),
		cmocka_unit_test(refuses_too_much),
		cmocka_unit_test(writes_the_command_line),
		cmocka_unit_test(prefers_the_elf_kernel),
		cmocka_unit_test(tells_where_test_hmm_finds_memory),
		cmocka_unit_test(writes_the_line_of_a_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The target on a fake bus, with a file system that is an ordinary folder: mkfs,
 * mount and where blocks lie are told, files are real.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "contract.h"
#include "core/facts.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "sys/call.h"
#include "sys/changes.h"
#include "sys/file.h"
#include "sys/fs.h"
#include "sys/kernel.h"
#include "sys/module.h"

static struct {
	bool has_mkfs, has_module, has_symbol;
	bool mounted;
	int mount_ret; /* of the next mount only */
	int umount_ret;
	int fallocate_ret;
	unsigned int nr_made, nr_mounts;
	uint64_t start; /* of the file on the device */
	uint64_t canary_start; /* the same, of the canary's first nine blocks */
	uint64_t free_bytes;
	unsigned int nr_reserve;
	bool in_way; /* of the file: its blocks are not aligned meanwhile */
	char type[16];
	bool reflink;
} fake;

static char folder[64];

bool __wrap_gr_fs_has_mkfs(const char *type);
bool __wrap_gr_fs_has_mkfs(const char *type)
{
	(void)type;
	return fake.has_mkfs;
}

bool __wrap_gr_module_available(const char *name);
bool __wrap_gr_module_available(const char *name)
{
	(void)name;
	return fake.has_module;
}

bool __wrap_gr_kernel_symbol(const char *name);
bool __wrap_gr_kernel_symbol(const char *name)
{
	assert_string_equal(name, "dax_remap_file_range_prep");
	return fake.has_symbol;
}

int __wrap_gr_fs_make(const struct gr_fs_spec *spec);
int __wrap_gr_fs_make(const struct gr_fs_spec *spec)
{
	fake.nr_made++;
	snprintf(fake.type, sizeof(fake.type), "%s", spec->type);
	fake.reflink = spec->reflink;
	assert_string_equal(spec->dev, "/dev/null");
	assert_true(spec->size >= gr_fs_min_size(spec->type));
	return 0;
}

int __wrap_gr_fs_mount(const char *type, const char *dev, const char *dir,
		       const char *options);
int __wrap_gr_fs_mount(const char *type, const char *dev, const char *dir,
		       const char *options)
{
	int ret = fake.mount_ret;

	(void)type, (void)dev;
	assert_string_equal(options, "dax=always");
	assert_string_equal(dir, "/run/guprace/mnt/namespace0.0");
	fake.nr_mounts++;
	fake.mount_ret = 0;
	fake.mounted = !ret;
	return ret;
}

int __wrap_gr_fs_umount(const char *dir, int flags);
int __wrap_gr_fs_umount(const char *dir, int flags)
{
	(void)dir;
	if (!fake.umount_ret || flags)
		fake.mounted = false;
	return flags ? 0 : fake.umount_ret;
}

bool __wrap_gr_fs_is_mounted(const char *dir);
bool __wrap_gr_fs_is_mounted(const char *dir)
{
	(void)dir;
	return fake.mounted;
}

int __wrap_gr_fs_fallocate(int fd, int mode, uint64_t off, uint64_t len);
int __wrap_gr_fs_fallocate(int fd, int mode, uint64_t off, uint64_t len)
{
	if (fake.fallocate_ret)
		return fake.fallocate_ret;
	return fallocate(fd, mode, (off_t)off, (off_t)len) ? -errno : 0;
}

int __wrap_gr_fs_sync(const char *dir);
int __wrap_gr_fs_sync(const char *dir)
{
	(void)dir;
	return 0;
}

int __wrap_gr_fs_free(const char *dir, uint64_t *bytes);
int __wrap_gr_fs_free(const char *dir, uint64_t *bytes)
{
	(void)dir;
	*bytes = fake.free_bytes;
	return 0;
}

int __wrap_gr_fs_reserve(const char *dir, const char *dev, unsigned int blocks);
int __wrap_gr_fs_reserve(const char *dir, const char *dev, unsigned int blocks)
{
	(void)dir, (void)dev;
	assert_true(blocks > 0);
	fake.nr_reserve++;
	return 0;
}

#define FILE_BYTES (9u * GR_TEST_PAGE)

/* What was the file's, perhaps, and what nobody has written. */
static int canary_extents(uint64_t bytes, struct gr_fs_extent *out)
{
	if (bytes < FILE_BYTES)
		return 0;
	out[0] = (struct gr_fs_extent){
		.start = fake.canary_start,
		.len = FILE_BYTES,
	};
	out[1] = (struct gr_fs_extent){
		.off = FILE_BYTES,
		.start = GR_GIB,
		.len = bytes - FILE_BYTES,
		.unwritten = true,
	};
	return 2;
}

/* One piece, which is as long as the file is. */
int __wrap_gr_fs_extents(int fd, struct gr_fs_extent *out, unsigned int max);
int __wrap_gr_fs_extents(int fd, struct gr_fs_extent *out, unsigned int max)
{
	struct gr_stamp stamp;
	char path[PATH_MAX], real[PATH_MAX];

	assert_true(max > 1);
	gr_path(path, "/proc/self/fd/%d", fd);
	assert_int_equal(gr_file_stamp(path, &stamp), 0);
	assert_int_equal(gr_path_real(path, real), 0);
	if (strstr(real, "/canary"))
		return canary_extents(stamp.size_bytes, out);
	gr_path(path, "%s/ballast", folder);
	if (fake.in_way && !gr_exists(path))
		return 0;
	*out = (struct gr_fs_extent){
		.start = fake.start,
		.len = stamp.size_bytes,
	};
	return stamp.size_bytes ? 1 : 0;
}

static struct gr_ctx ctx;

/* What is acquired mounts at a fixed place: a test gives the folder instead. */
static void begin(struct gr_target *t, enum gr_fs fs)
{
	gr_fake_nd_reset();
	gr_fake_nd.ns[0].raw_size = 400 * GR_MIB;
	gr_fake_nd.ns[0].data_start = 4 * GR_GIB;
	strcpy(gr_fake_nd.ns[0].blockdev, "null");
	memset(&fake, 0, sizeof(fake));
	fake.has_mkfs = fake.has_module = fake.has_symbol = true;
	fake.start = 8 * GR_MIB;
	memset(&ctx, 0, sizeof(ctx));
	ctx.in_guest = true;
	memset(t, 0, sizeof(*t));
	t->ops = gr_target_find("fsdax");
	t->spec.align = GR_TEST_PAGE;
	t->spec.fs = fs;
}

static void attached(struct gr_target *t, enum gr_fs fs)
{
	begin(t, fs);
	strcpy(t->ns, "namespace0.0");
	snprintf(t->mnt, sizeof(t->mnt), "%.60s", folder);
	t->whole_start = 4 * GR_GIB;
	fake.mounted = true;
	assert_int_equal(t->ops->attach(&ctx, t), 0);
}

static void names_what_is_missing(void **state)
{
	static const struct {
		bool *what;
		const char *says;
	} rows[] = {
		{&fake.has_mkfs, "mkfs.xfs"},
		{&fake.has_module, "module xfs"},
		{&fake.has_symbol, "reflink"},
	};
	struct gr_target t;

	(void)state;
	begin(&t, GR_FS_XFS_REFLINK);
	t.spec.align = GR_GIB;
	for (size_t i = 0; i <= 3; i++) {
		struct gr_reason why = {""};

		if (i)
			*rows[i - 1].what = false;
		assert_true(t.ops->probe(&ctx, &t.spec, &why) < 0);
		assert_non_null(
			strstr(why.text, i ? rows[i - 1].says : "1 GiB"));
		if (i)
			*rows[i - 1].what = true;
		t.spec.align = 2 * GR_MIB;
	}
	gr_fake_nd.ns[0].raw_size = 256 * GR_MIB;
	assert_int_equal(t.ops->probe(&ctx, &t.spec, &(struct gr_reason){""}),
			 -ENODEV);
	t.spec.fs = GR_FS_EXT4;
	assert_int_equal(t.ops->probe(&ctx, &t.spec, &(struct gr_reason){""}),
			 0);
}

static void has_one_leaf_in_front(void **state)
{
	struct gr_map_req req = {
		.off = GR_TEST_PAGE,
		.len = 2 * GR_TEST_PAGE,
		.prot = PROT_READ | PROT_WRITE,
	};
	char want = 'x', got[1];
	struct gr_test_holds before;
	struct gr_mapping m;
	struct gr_target t;

	(void)state;
	gr_test_holds(&before);
	attached(&t, GR_FS_EXT4);
	assert_int_equal(t.file_off, GR_TEST_PAGE);
	assert_int_equal(t.size, 8 * GR_TEST_PAGE);
	assert_int_equal(t.data_start, 4 * GR_GIB + fake.start + GR_TEST_PAGE);
	for (int plain = 0; plain < 2; plain++) {
		t.spec.plain = plain;
		assert_int_equal(t.ops->map(&t, &req, &m), 0);
		*(char *)m.range.addr = want;
		assert_int_equal(gr_pread(m.fd, got, 1, 2 * GR_TEST_PAGE), 1);
		assert_int_equal(got[0], want++);
		assert_int_equal(t.ops->unmap(&m), 0);
	}
	assert_int_equal(t.ops->release(&ctx, &t), 0);
	assert_int_equal(t.ops->release(&ctx, &t), 0);
	gr_test_assert_holds(&before);
}

/* What a race has made of the file is put right. */
static void makes_the_file_whole(void **state)
{
	struct gr_target t;
	struct gr_stamp stamp;

	(void)state;
	attached(&t, GR_FS_EXT4);
	assert_int_equal(gr_truncate(t.dev, 5), 0);
	assert_int_equal(t.ops->attach(&ctx, &t), 0);
	assert_int_equal(gr_file_stamp(t.dev, &stamp), 0);
	assert_int_equal(stamp.size_bytes, 9 * GR_TEST_PAGE);
	assert_int_equal(gr_unlink(t.dev), 0);
	assert_int_equal(t.ops->attach(&ctx, &t), 0);
	assert_int_equal(gr_exists(t.dev), 0);
	assert_int_equal(fake.nr_made, 0);
}

static void says_that_leaves_do_not_fit(void **state)
{
	struct gr_target t;
	struct gr_test_log log;

	(void)state;
	attached(&t, GR_FS_EXT4);
	fake.start = 8 * GR_MIB + 512;
	gr_test_log_to(&log);
	assert_int_equal(t.ops->attach(&ctx, &t), -ENOSPC);
	gr_test_log_to(NULL);
	assert_non_null(strstr(log.text, "one piece"));
}

static void says_that_it_is_full(void **state)
{
	struct gr_target t;
	struct gr_test_log log;

	(void)state;
	attached(&t, GR_FS_EXT4);
	strcpy(t.blockdev, "/dev/pmem0");
	assert_int_equal(gr_truncate(t.dev, 5), 0);
	fake.fallocate_ret = -ENOSPC;
	gr_test_log_to(&log);
	assert_int_equal(t.ops->attach(&ctx, &t), -ENOSPC);
	gr_test_log_to(NULL);
	assert_int_equal(log.nr, 1);
	assert_non_null(strstr(log.text, "the file system on '/dev/pmem0' is "
					 "full: '"));
	assert_non_null(strstr(log.text, "takes 36K of it; "));
}

/* What is mounted is in the journal for as long as it is. */
static void notes_what_it_mounts(void **state)
{
	const unsigned int mount = 1u << GR_CHANGE_MOUNT;
	struct gr_test_log log;
	struct gr_target t;

	(void)state;
	begin(&t, GR_FS_EXT4);
	gr_test_log_to(&log);
	/* the folder is not there: its file cannot be made, but it is mounted */
	assert_true(t.ops->acquire(&ctx, &t) < 0);
	gr_test_log_to(NULL);
	assert_true(fake.mounted);
	assert_true(gr_fake_nd.noted & mount);
	assert_true(gr_fake_nd.noted & 1u << GR_CHANGE_NAMESPACE);
	assert_int_equal(t.ops->release(&ctx, &t), 0);
	assert_false(gr_fake_nd.noted & mount);
	/* what cannot be noted is not done */
	begin(&t, GR_FS_EXT4);
	gr_fake_nd.journal_ret = -EROFS;
	assert_int_equal(t.ops->acquire(&ctx, &t), -EROFS);
	gr_fake_nd_assert_calls("");
	assert_int_equal(fake.nr_mounts, 0);
}

static void makes_and_mounts(void **state)
{
	struct gr_test_log log;
	struct gr_target t;

	(void)state;
	begin(&t, GR_FS_XFS_REFLINK);
	fake.mount_ret = -EINVAL;
	gr_test_log_to(&log);
	assert_int_equal(t.ops->acquire(&ctx, &t), -EINVAL);
	gr_test_log_to(NULL);
	assert_non_null(strstr(log.text, "dax=always"));
	gr_fake_nd_assert_calls("create namespace0.0 fsdax mem 2M;");
	assert_string_equal(fake.type, "xfs");
	assert_true(fake.reflink);
	assert_int_equal(fake.nr_made, 1);
	assert_string_equal(t.mnt, "");
	assert_false(gr_fake_nd.noted & 1u << GR_CHANGE_MOUNT);
}

static void unmounts_what_is_busy_at_last(void **state)
{
	struct gr_test_log log;
	struct gr_target t;

	(void)state;
	attached(&t, GR_FS_EXT4);
	fake.umount_ret = -EIO;
	gr_test_log_to(&log);
	assert_int_equal(t.ops->release(&ctx, &t), -EIO);
	gr_test_log_to(NULL);
	assert_non_null(strstr(log.text, "cannot unmount"));
	assert_false(fake.mounted);
	assert_int_equal(t.ops->release(&ctx, &t), 0);
}

/* A crowded file system; the file has lost all, and a canary has it. */
static void occupied(struct gr_target *t, struct gr_data_facts *data)
{
	begin(t, GR_FS_EXT4);
	t->spec.crowded = true;
	fake.free_bytes = 4 * GR_MIB;
	fake.canary_start = fake.start;
	strcpy(t->ns, "namespace0.0");
	strcpy(t->mnt, folder);
	fake.mounted = true;
	assert_int_equal(t->ops->attach(&ctx, t), 0);
	memset(data, 0, sizeof(*data));
	assert_int_equal(gr_truncate(t->dev, 0), 0);
	fake.free_bytes = 16 * GR_TEST_PAGE;
	assert_int_equal(t->ops->occupy(t, 3, data), 0);
}

static void file_of(char *path, const char *name)
{
	gr_path(path, "%s/%s", folder, name);
}

static void put(const char *name, uint64_t off, const void *data, size_t len)
{
	char path[PATH_MAX];
	int fd;

	file_of(path, name);
	fd = gr_open(path, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(gr_pwrite(fd, data, len, (off_t)off), len);
	assert_int_equal(gr_close(fd), 0);
}

static const struct gr_facts third = {.iteration = 3};

static void leaves_little_and_gives_it_away(void **state)
{
	struct gr_test_holds before;
	struct gr_data_facts data;
	struct gr_stamp stamp;
	char path[PATH_MAX];
	struct gr_target t;

	(void)state;
	gr_test_holds(&before);
	occupied(&t, &data);
	assert_int_equal(fake.nr_reserve, 1);
	file_of(path, "ballast");
	assert_int_equal(gr_file_stamp(path, &stamp), 0);
	assert_int_equal(stamp.size_bytes, 3 * GR_MIB - 8 * GR_TEST_PAGE);
	assert_int_equal(data.nr_freed, 9);
	assert_int_equal(data.nr_reused, 9);
	assert_int_equal(t.ops->verify(&t, &third, &data), 0);
	assert_int_equal(data.nr_canary, 9);
	assert_int_equal(data.nr_wrong, 0);
	assert_int_equal(t.ops->attach(&ctx, &t), 0);
	file_of(path, "canary");
	assert_int_equal(gr_file_stamp(path, &stamp), 0);
	assert_int_equal(stamp.size_bytes, 0);
	assert_int_equal(fake.nr_reserve, 1); /* all was there still */
	gr_test_assert_holds(&before);
}

static void does_not_count_what_it_did_not_get(void **state)
{
	struct gr_data_facts data;
	struct gr_target t;

	(void)state;
	occupied(&t, &data);
	fake.canary_start = fake.start + 6 * GR_TEST_PAGE;
	memset(&data, 0, sizeof(data));
	assert_int_equal(t.ops->occupy(&t, 3, &data), 0);
	assert_int_equal(data.nr_freed, 9);
	assert_int_equal(data.nr_reused, 3);
	fake.canary_start = GR_GIB;
	assert_int_equal(t.ops->occupy(&t, 3, &data), 0);
	assert_int_equal(data.nr_reused, 3);
}

static void finds_what_was_written_late(void **state)
{
	const struct gr_tag tag = {.owner = GR_TAG_PIN, .off = 4096};
	const struct gr_data_wrong *w;
	struct gr_data_facts data;
	char late[GR_TEST_PAGE];
	struct gr_target t;

	(void)state;
	occupied(&t, &data);
	w = &data.first;
	gr_tag_fill(late, sizeof(late), &tag);
	put("canary", 2 * GR_TEST_PAGE + 512, late, 512);
	put("canary", 5 * GR_TEST_PAGE, late, sizeof(late));
	assert_int_equal(t.ops->verify(&t, &third, &data), 0);
	assert_int_equal(data.nr_wrong, 2);
	assert_true(w->is_canary && w->has_tag);
	assert_int_equal(w->off, 2 * GR_TEST_PAGE);
	assert_int_equal(w->dev, fake.start + 2 * GR_TEST_PAGE);
	assert_int_equal(w->at, 512);
	assert_int_equal(w->iteration, 3);
	assert_true(gr_tag_same(&w->found, &tag));
	assert_int_equal(w->must.owner, GR_TAG_CANARY);
	assert_int_equal(w->must.gen, 3);
}

static void finds_bytes_of_nobody(void **state)
{
	struct gr_data_facts data;
	struct gr_target t;

	(void)state;
	occupied(&t, &data);
	put("canary", 100, "x", 1);
	assert_int_equal(t.ops->verify(&t, &third, &data), 0);
	assert_int_equal(data.nr_wrong, 1);
	assert_true(data.first.is_canary && !data.first.has_tag);
	assert_int_equal(data.first.at, 64);
}

/* The file has all its blocks: those that no pin may write are as they were. */
static void looks_at_what_the_file_kept(void **state)
{
	struct gr_facts facts = {
		.iteration = 3,
		.nr_pinners = 1,
		.pin = {{.nr_spans = 1, .span = {{0, GR_TEST_PAGE}}}},
	};
	static const char zeros[GR_TEST_PAGE];
	struct gr_data_facts data;
	struct gr_target t;

	(void)state;
	attached(&t, GR_FS_EXT4);
	memset(&data, 0, sizeof(data));
	put("data", GR_TEST_PAGE + 7, "pinned", 6);
	put("data", 3 * GR_TEST_PAGE + 512, zeros, 512);
	assert_int_equal(t.ops->verify(&t, &facts, &data), 0);
	assert_int_equal(data.nr_kept, 8);
	assert_int_equal(data.nr_wrong, 0);
	put("data", 64, "x", 1);
	assert_int_equal(t.ops->verify(&t, &facts, &data), 0);
	assert_int_equal(data.nr_wrong, 1);
	assert_false(data.first.is_canary || data.first.has_tag);
	assert_int_equal(data.first.at, 64);
	assert_int_equal(data.first.must.gen, t.gen);
}

/* What stands in the file's way may be the ballast. */
static void gives_the_ballast_up_for_the_file(void **state)
{
	struct gr_data_facts data;
	struct gr_target t;
	char path[PATH_MAX];

	(void)state;
	occupied(&t, &data);
	fake.free_bytes = 4 * GR_MIB;
	fake.in_way = true;
	assert_int_equal(t.ops->attach(&ctx, &t), 0);
	assert_int_equal(fake.nr_reserve, 2);
	file_of(path, "ballast");
	assert_int_equal(gr_exists(path), 0);
}

static int setup(void **state)
{
	(void)state;
	strcpy(folder, "./fsdax-test.tmp");
	gr_tree_remove(folder);
	return gr_mkdir(folder, 0700);
}

static int teardown(void **state)
{
	(void)state;
	gr_tree_remove(folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(has_one_leaf_in_front, setup,
						teardown),
		cmocka_unit_test_setup_teardown(makes_the_file_whole, setup,
						teardown),
		cmocka_unit_test_setup_teardown(says_that_leaves_do_not_fit,
						setup, teardown),
		cmocka_unit_test_setup_teardown(unmounts_what_is_busy_at_last,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			does_not_count_what_it_did_not_get, setup, teardown),
		cmocka_unit_test_setup_teardown(finds_bytes_of_nobody, setup,
						teardown),
		cmocka_unit_test_setup_teardown(finds_what_was_written_late,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			gives_the_ballast_up_for_the_file, setup, teardown),
		cmocka_unit_test_setup_teardown(leaves_little_and_gives_it_away,
						setup, teardown),
		cmocka_unit_test_setup_teardown(looks_at_what_the_file_kept,
						setup, teardown),
		cmocka_unit_test_setup_teardown(says_that_it_is_full, setup,
						teardown),
		cmocka_unit_test(notes_what_it_mounts),
		cmocka_unit_test(makes_and_mounts),
		cmocka_unit_test(names_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * reproduce FINDING [FS [HOW]]
 *
 * Runs in a guest: gives the first namespace the mode that the reproducer of
 * that name needs, with a file system if need be, then becomes it.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/size.h"
#include "base/util.h"
#include "sys/dmirror.h"
#include "sys/fs.h"
#include "sys/module.h"
#include "sys/nd.h"

#define MNT "/mnt/dax"
#define FILE_PATH MNT "/file"
#define OTHER_PATH MNT "/other"
#define SLOW "/dev/nullb0"
#define MIRROR "/dev/hmm_dmirror"

/* words of the reproducer's command line that are known here only */
static char node[64];
static char nd_dev[32];
static char how[16];

static const struct finding {
	const char *name;
	enum gr_nd_mode mode;
	bool slow; /* it needs a block device that takes a second */
	const char *words[4];
} findings[] = {
	{"coherent_twice_hmm", GR_ND_RAW, false, {MIRROR "2"}},
	{"dirty_unbound_fsdax", GR_ND_FSDAX, false, {FILE_PATH, nd_dev}},
	{"early_free_devdax", GR_ND_DEVDAX, false, {node, nd_dev}},
	{"early_free_fsdax", GR_ND_FSDAX, false, {FILE_PATH, nd_dev}},
	{"evict_removed_hmm", GR_ND_RAW, false, {MIRROR "2"}},
	{"gup_spins_fsdax", GR_ND_FSDAX, false, {FILE_PATH, nd_dev}},
	{"gup_unshares_fsdax", GR_ND_FSDAX, false, {FILE_PATH}},
	{"lost_wakeup_fsdax", GR_ND_FSDAX, true, {FILE_PATH, SLOW}},
	{"mapping_survives_fsdax",
	 GR_ND_FSDAX,
	 false,
	 {FILE_PATH, nd_dev, MNT}},
	/* what guprace replay --minimize has made */
	{"minimized_fsdax", GR_ND_FSDAX, false, {FILE_PATH, "/dev/null", how}},
	{"refault_fsdax", GR_ND_FSDAX, false, {FILE_PATH}},
	{"release_pinned_hmm", GR_ND_RAW, false, {MIRROR "2"}},
	{"remote_wakeup_fsdax", GR_ND_FSDAX, false, {FILE_PATH}},
	{"reread_private_hmm", GR_ND_RAW, false, {MIRROR "0"}},
	{"stale_exclusive_hmm", GR_ND_RAW, false, {MIRROR "0"}},
	{"unmapped_pin_fsdax",
	 GR_ND_FSDAX,
	 false,
	 {how, FILE_PATH, OTHER_PATH}},
};

static const struct finding *find(const char *name)
{
	for (size_t i = 0; i < GR_ARRAY_SIZE(findings); i++)
		if (!strcmp(findings[i].name, name))
			return &findings[i];
	return NULL;
}

/* A device of test_hmm instead of a namespace. */
static bool on_mirror(const struct finding *f)
{
	return !strncmp(f->words[0], MIRROR, strlen(MIRROR));
}

static int make_namespace(enum gr_nd_mode mode)
{
	struct gr_nd_config cfg = {
		.mode = mode,
		.map = GR_ND_MAP_MEM,
		.align = mode == GR_ND_DEVDAX ? 4096 : 2 * GR_MIB,
	};
	struct gr_nd_info info;
	struct gr_nd *nd;

	if (gr_nd_open(&nd) || gr_nd_list(nd, &info, 1) < 1)
		return -1;
	cfg.ns = info.name;
	if (gr_nd_create(nd, &cfg, &info))
		return -1;
	snprintf(node, sizeof(node), "/dev/%s",
		 mode == GR_ND_DEVDAX ? info.chardev : info.blockdev);
	snprintf(nd_dev, sizeof(nd_dev), "%s", info.nd_dev);
	gr_nd_close(nd);
	return 0;
}

/* the words that FS may be; a small one leaves a part of its device free */
static const struct fs {
	const char *name;
	const char *type;
	bool rmapbt;
	bool reflink;
	bool small;
} file_systems[] = {
	{"ext4", "ext4", .small = true},
	{"xfs", "xfs", .small = true},
	{"xfs-reflink", "xfs", .reflink = true, .small = true},
	{"xfs-rmapbt", "xfs", .rmapbt = true},
	{"xfs-rmapbt-small", "xfs", .rmapbt = true, .small = true},
};

static int make_fs(const struct fs *fs)
{
	const struct gr_fs_spec spec = {
		.type = fs->type,
		.dev = node,
		.size = fs->small ? 400 * GR_MIB : 0,
		.unit = 2 * GR_MIB,
		.rmapbt = fs->rmapbt,
		.reflink = fs->reflink,
	};

	if (gr_fs_make(&spec))
		return -1;
	return gr_fs_mount(fs->type, node, MNT, "dax=always");
}

static int find_and_make_fs(const char *name)
{
	for (size_t i = 0; i < GR_ARRAY_SIZE(file_systems); i++)
		if (!strcmp(file_systems[i].name, name))
			return make_fs(&file_systems[i]);
	return -1;
}

int main(int argc, char *argv[])
{
	const struct finding *f = argc > 1 ? find(argv[1]) : NULL;
	char path[64];

	if (!f || (on_mirror(f) ? gr_dmirror_load() : make_namespace(f->mode)))
		return 2;
	if (f->mode == GR_ND_FSDAX &&
	    find_and_make_fs(argc > 2 ? argv[2] : "ext4"))
		return 2;
	if (argc > 3)
		snprintf(how, sizeof(how), "%s", argv[3]);
	if (f->slow &&
	    gr_module_load("null_blk", "nr_devices=1 queue_mode=2 irqmode=2 "
				       "completion_nsec=1000000000"))
		return 2;
	snprintf(path, sizeof(path), "/usr/bin/%s", f->name);
	execl(path, f->name, f->words[0], f->words[1], f->words[2], f->words[3],
	      NULL);
	perror(f->name);
	return 2;
}

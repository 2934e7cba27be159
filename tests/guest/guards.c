// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guards, each tried on a namespace that is in use or carries something:
 * every command that would take it is refused with the sentence for it, and
 * its bytes stay as they are. Runs in a guest, with the guards of a host.
 *
 *     guards [NAMESPACE]      namespace0.0 by default; 512 MiB or more for xfs
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "guest/carry.h"
#include "guest/guest.h"
#include "guest/hold.h"
#include "sys/journal.h"
#include "sys/nd.h"

struct bed {
	const char *ns;
	char dev[64]; /* "/dev/pmem0" */
	char part[64]; /* "/dev/pmem0p1" */
	int fd; /* of what a scene holds open */
	pid_t pid; /* of what a scene runs */
};

struct scene {
	const char *name;
	const char *says; /* part of the refusal */
	bool (*arrange)(struct bed *bed);
	bool (*undo)(struct bed *bed); /* NULL = nothing is held */
};

/* ---- what the scenes are made of ---- */

static bool made(const char *const *argv)
{
	struct ran ran;

	run(&ran, argv);
	return check_ran(&ran, 0, "");
}

/* Nothing is left to be initialised later, when bytes must not change. */
static bool make_ext4(const char *dev)
{
	const char *const argv[] = {
		"mkfs.ext4",
		"-qFb4096",
		"-Elazy_itable_init=0,lazy_journal_init=0",
		dev,
		NULL,
	};

	return made(argv);
}

static bool ext4(struct bed *bed)
{
	return make_ext4(bed->dev);
}

static bool xfs(struct bed *bed)
{
	const char *const argv[] = {"mkfs.xfs", "-qf", bed->dev, NULL};

	return made(argv);
}

static bool lvm(struct bed *bed)
{
	return carry_lvm(bed->dev);
}

static bool mbr(struct bed *bed)
{
	return carry_mbr(bed->dev);
}

static bool gpt(struct bed *bed)
{
	return carry_gpt(bed->dev);
}

static bool swap_header(struct bed *bed)
{
	return carry_swap(bed->dev);
}

static bool swapped_on(struct bed *bed)
{
	return carry_swap(bed->dev) && !swapon(bed->dev, 0);
}

static bool swapped_off(struct bed *bed)
{
	return !swapoff(bed->dev);
}

static bool mounted(struct bed *bed)
{
	return make_ext4(bed->dev) && hold_mount(bed->dev, "ext4");
}

static bool unmounted(struct bed *bed)
{
	(void)bed;
	return drop_mount();
}

static bool mounted_partition(struct bed *bed)
{
	return carry_mbr(bed->dev) && reread_partitions(bed->dev) &&
	       !gr_nd_wait_node(bed->part, 5000000000ull) &&
	       make_ext4(bed->part) && hold_mount(bed->part, "ext4");
}

static bool mounted_elsewhere(struct bed *bed)
{
	return make_ext4(bed->dev) &&
	       hold_hidden_mount(bed->dev, "ext4", &bed->pid);
}

static bool unmounted_elsewhere(struct bed *bed)
{
	return drop_hidden_mount(bed->pid);
}

static bool mapped(struct bed *bed)
{
	return hold_dm(bed->dev);
}

static bool unmapped(struct bed *bed)
{
	(void)bed;
	return drop_dm();
}

static bool looped(struct bed *bed)
{
	return hold_loop(bed->dev, &bed->fd);
}

static bool unlooped(struct bed *bed)
{
	return drop_loop(bed->fd);
}

static bool opened(struct bed *bed)
{
	bed->fd = open(bed->dev, O_RDONLY | O_EXCL | O_CLOEXEC);
	return bed->fd >= 0;
}

static bool closed(struct bed *bed)
{
	return !close(bed->fd);
}

static bool not_ours(struct bed *bed)
{
	(void)bed;
	return !unlink(GR_JOURNAL_PATH);
}

static const struct scene scenes[] = {
	{"ext4", "signature of 'ext4'", ext4, NULL},
	{"xfs", "signature of 'xfs'", xfs, NULL},
	{"LVM", "signature of 'LVM2_member'", lvm, NULL},
	{"MBR", "signature of 'dos'", mbr, NULL},
	{"GPT", "signature of 'gpt'", gpt, NULL},
	{"swap header", "signature of 'swap'", swap_header, NULL},
	{"swapped on", "used as swap", swapped_on, swapped_off},
	{"mounted", "mounted on '" HOLD_MOUNT_POINT "'", mounted, unmounted},
	{"mounted partition", "mounted on '" HOLD_MOUNT_POINT "'",
	 mounted_partition, unmounted},
	{"mounted in another mount namespace", "opened exclusively",
	 mounted_elsewhere, unmounted_elsewhere},
	{"device-mapper", "(guards)", mapped, unmapped},
	{"loop device", "held by 'loop", looped, unlooped},
	{"opened exclusively", "opened exclusively", opened, closed},
	{"not made by guprace", "not made by guprace", not_ours, NULL},
};

/* ---- the trial ---- */

static bool find(const char *ns, struct gr_nd_info *info)
{
	struct gr_nd *nd;
	int ret = gr_nd_open(&nd);

	if (!ret)
		ret = gr_nd_find(nd, ns, info);
	gr_nd_close(nd);
	return check(!ret, "cannot find '%s': %s", ns, strerror(-ret));
}

/* A namespace of our own, empty, in fsdax mode. */
static bool make_bed(struct bed *bed)
{
	struct gr_nd_info info;
	struct ran ran;

	guprace(&ran, "create-namespace", "-f", "-m", "fsdax", "-e", bed->ns,
		NULL);
	if (!check_ran(&ran, 0, "") || !find(bed->ns, &info))
		return false;
	snprintf(bed->dev, sizeof(bed->dev), "/dev/%s", info.blockdev);
	snprintf(bed->part, sizeof(bed->part), "/dev/%sp1", info.blockdev);
	return true;
}

/* Signatures of the last scene go: the front, and a copy of GPT at the end. */
static bool clean(const struct bed *bed)
{
	static char zeros[4 << 20];
	int fd = open(bed->dev, O_WRONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return check(false, "cannot open '%s': %m", bed->dev);
	ok = pwrite(fd, zeros, sizeof(zeros), 0) == sizeof(zeros) &&
	     !fsync(fd) && reread_partitions(bed->dev);
	return check(!close(fd) && ok, "cannot clean '%s': %m", bed->dev);
}

static void refuses(const struct scene *scene, const char *ns)
{
	struct ran ran;

	guprace(&ran, "create-namespace", "-m", "devdax", "-e", ns, NULL);
	check_ran(&ran, 2, scene->says);
	guprace(&ran, "destroy-namespace", ns, NULL);
	check_ran(&ran, 2, scene->says);
	guprace(&ran, "disable-namespace", ns, NULL);
	check_ran(&ran, 2, scene->says);
	/* Not named: --force does not help. */
	guprace(&ran, "destroy-namespace", "--force", "all", NULL);
	check_ran(&ran, 2, scene->says);
	guprace(&ran, "disable-namespace", "--force", "all", NULL);
	check_ran(&ran, 2, scene->says);
}

static void try_scene(struct bed *bed, const struct scene *scene)
{
	struct gr_nd_info before, after;
	uint64_t hash;

	begin("%s", scene->name);
	if (!make_bed(bed) || !clean(bed) || !find(bed->ns, &before))
		return;
	if (!check(scene->arrange(bed), "cannot arrange it: %m"))
		return;
	hash = hash_ends(bed->dev);
	check(hash, "cannot read '%s': %m", bed->dev);
	refuses(scene, bed->ns);
	if (find(bed->ns, &after))
		check(after.enabled && !strcmp(before.uuid, after.uuid),
		      "the namespace is not what it was");
	check(hash_ends(bed->dev) == hash, "bytes of '%s' changed", bed->dev);
	if (scene->undo)
		check(scene->undo(bed), "cannot undo it: %m");
}

/* What may be taken is taken: a guard that always refuses is no guard. */
static void try_ours(struct bed *bed)
{
	struct ran ran;

	begin("ours and empty");
	if (!make_bed(bed) || !clean(bed))
		return;
	guprace(&ran, "disable-namespace", bed->ns, NULL);
	check_ran(&ran, 0, "disabled 1 namespace");
	guprace(&ran, "destroy-namespace", bed->ns, NULL);
	check_ran(&ran, 2, "enable it first");
	guprace(&ran, "enable-namespace", bed->ns, NULL);
	check_ran(&ran, 0, "enabled 1 namespace");
	guprace(&ran, "create-namespace", "-m", "devdax", "-e", bed->ns, NULL);
	check_ran(&ran, 0, "");
	guprace(&ran, "destroy-namespace", bed->ns, NULL);
	check_ran(&ran, 0, "destroyed 1 namespace");
}

static void try_force(struct bed *bed)
{
	struct ran ran;

	begin("named together with --force");
	if (!make_bed(bed) || !check(ext4(bed), "cannot make ext4"))
		return;
	guprace(&ran, "destroy-namespace", bed->ns, "--force", NULL);
	check_ran(&ran, 0, "destroyed 1 namespace");
}

/* Without the guards of a host the guest needs no --force. */
static void try_guest(struct bed *bed)
{
	struct ran ran;

	begin("in a guest");
	if (!make_bed(bed) || !check(ext4(bed), "cannot make ext4"))
		return;
	unsetenv("GUPRACE_GUARDS");
	guprace(&ran, "destroy-namespace", bed->ns, NULL);
	check_ran(&ran, 0, "destroyed 1 namespace");
}

int main(int argc, char **argv)
{
	struct bed bed = {.ns = argc > 1 ? argv[1] : "namespace0.0"};

	setenv("GUPRACE_GUARDS", "host", 1);
	begin("modules");
	load("ext4");
	load("dm_mod");
	load("loop");
	for (size_t i = 0; i < GR_ARRAY_SIZE(scenes); i++)
		try_scene(&bed, &scenes[i]);
	try_ours(&bed);
	try_force(&bed);
	try_guest(&bed);
	return finish();
}

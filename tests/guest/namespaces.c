// SPDX-License-Identifier: GPL-2.0-only
/*
 * Namespaces on a real kernel: every mode, map and alignment, what is told
 * about them against what the kernel tells, and going and coming back in each
 * way. Runs in a guest; takes one namespace of a region without labels.
 *
 *     namespaces [NAMESPACE]      namespace0.0 by default; less than 2 GiB
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <json-c/json.h>

#include "base/clock.h"
#include "base/size.h"
#include "guest/guest.h"
#include "sys/journal.h"
#include "sys/nd.h"

#define ND "/sys/bus/nd/devices"

static struct json_object *parse(const struct ran *ran)
{
	struct json_object *obj = json_tokener_parse(ran->out);

	check(obj, "this is no JSON: %s", ran->out);
	return obj;
}

static void has_text(struct json_object *obj, const char *key, const char *want)
{
	const char *text =
		json_object_get_string(json_object_object_get(obj, key));

	check(text && !strcmp(text, want), "'%s' is '%s', want '%s'", key,
	      text ? text : "nothing", want);
}

static void has_number(struct json_object *obj, const char *key, uint64_t want)
{
	uint64_t value =
		json_object_get_uint64(json_object_object_get(obj, key));

	check(value == want, "'%s' is %llu, want %llu", key,
	      (unsigned long long)value, (unsigned long long)want);
}

static bool find(struct gr_nd *nd, const char *ns, struct gr_nd_info *info)
{
	int ret = gr_nd_reload(nd);

	if (!ret)
		ret = gr_nd_find(nd, ns, info);
	return check(!ret, "cannot find '%s': %s", ns, strerror(-ret));
}

static void node_of(const struct gr_nd_info *info, char *path, size_t len)
{
	snprintf(path, len, "/dev/%s",
		 info->chardev[0] ? info->chardev : info->blockdev);
}

static bool is_node(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

/* ---- every mode, map and alignment ---- */

static const struct {
	const char *mode;
	const char *map; /* NULL: the mode has none */
	const char *align;
	uint64_t align_bytes;
	const char *kernel_mode; /* as the nd bus calls it */
	const char *kernel_map;
} kinds[] = {
	{"devdax", "mem", "4K", 4096, "dax", "ram"},
	{"devdax", "dev", "4K", 4096, "dax", "pmem"},
	{"devdax", "mem", "2M", 2 * GR_MIB, "dax", "ram"},
	{"devdax", "dev", "2M", 2 * GR_MIB, "dax", "pmem"},
	{"fsdax", "mem", "4K", 4096, "memory", "ram"},
	{"fsdax", "dev", "2M", 2 * GR_MIB, "memory", "pmem"},
	{"fsdax", "mem", "2M", 2 * GR_MIB, "memory", "ram"},
	{"sector", NULL, NULL, 0, "safe", NULL},
	{"raw", NULL, NULL, 0, "raw", NULL},
};

static void create(struct ran *ran, const char *ns, size_t kind)
{
	const char *argv[] = {"create-namespace", "-f", "-e", ns,   "-m",
			      kinds[kind].mode,	  NULL, NULL, NULL, NULL};

	if (kinds[kind].map) {
		argv[6] = "-M";
		argv[7] = kinds[kind].map;
		argv[8] = "-a";
		argv[9] = kinds[kind].align;
	}
	guprace(ran, argv[0], argv[1], argv[2], argv[3], argv[4], argv[5],
		argv[6], argv[7], argv[8], argv[9], NULL);
}

/* The kernel's own attributes, not libndctl's reading of them. */
static void agrees_with_kernel(size_t kind, const struct gr_nd_info *info)
{
	char text[32];

	if (kinds[kind].map) {
		snprintf(text, sizeof(text), "%llu",
			 (unsigned long long)kinds[kind].align_bytes);
		sysfs_has(text, ND "/%s/align", info->nd_dev);
		sysfs_has(kinds[kind].kernel_map, ND "/%s/mode", info->nd_dev);
		snprintf(text, sizeof(text), "%llu",
			 (unsigned long long)info->size);
		sysfs_has(text, ND "/%s/size", info->nd_dev);
	}
	/* Raw is told by the switch; its mode depends on the platform. */
	if (!strcmp(kinds[kind].mode, "raw"))
		sysfs_has("1", ND "/%s/force_raw", info->name);
	else
		sysfs_has(kinds[kind].kernel_mode, ND "/%s/mode", info->name);
	if (info->uuid[0])
		sysfs_has(info->uuid, ND "/%s/uuid", info->nd_dev);
}

static void agrees_with_json(size_t kind, const struct ran *ran,
			     const struct gr_nd_info *info)
{
	struct json_object *obj = parse(ran);

	if (!obj)
		return;
	has_text(obj, "dev", info->name);
	has_text(obj, "mode", kinds[kind].mode);
	has_number(obj, "size", info->size);
	if (kinds[kind].map) {
		has_text(obj, "map", kinds[kind].map);
		has_number(obj, "align", kinds[kind].align_bytes);
	}
	if (info->uuid[0])
		has_text(obj, "uuid", info->uuid);
	if (info->blockdev[0])
		has_text(obj, "blockdev", info->blockdev);
	json_object_put(obj);
}

static void try_kind(struct gr_nd *nd, const char *ns, size_t kind)
{
	struct gr_nd_info info;
	struct ran ran;
	char path[64];

	begin("%s, map %s, align %s", kinds[kind].mode,
	      kinds[kind].map ? kinds[kind].map : "none",
	      kinds[kind].align ? kinds[kind].align : "none");
	create(&ran, ns, kind);
	if (!check_ran(&ran, 0, "") || !find(nd, ns, &info))
		return;
	agrees_with_json(kind, &ran, &info);
	agrees_with_kernel(kind, &info);
	node_of(&info, path, sizeof(path));
	check(is_node(path), "there is no '%s'", path);
	check(gr_journal_has(GR_JOURNAL_PATH, info.uuid) == !!info.uuid[0],
	      "the journal is wrong on '%s'", info.uuid);
}

/* ---- what cannot be ---- */

static void try_refusals(const char *ns)
{
	static const struct {
		const char *option;
		const char *value;
		const char *says;
	} rows[] = {
		{"--align", "1G", "use --align=2M, or a namespace of"},
		{"--align", "8K", "this kernel can align to"},
		{"--align", "3M", "not a power of two"},
		{"--align", "x", "no alignment"},
		{"--size", "64M", "has no labels"},
		{"--mode", "x", "not a mode"},
		{"--map", "none", "not a map"},
		{"--region", "region77", "it is in 'region"},
		{"--reconfig", "namespace77.0", "cannot find"},
	};
	struct ran ran;

	for (size_t i = 0; i < GR_ARRAY_SIZE(rows); i++) {
		begin("refused: %s %s", rows[i].option, rows[i].value);
		guprace(&ran, "create-namespace", "-f", "-m", "devdax", "-e",
			ns, rows[i].option, rows[i].value, NULL);
		check_ran(&ran, 2, rows[i].says);
		check(!ran.out[0], "something was printed: %s", ran.out);
	}
	begin("refused: no room");
	guprace(&ran, "create-namespace", NULL);
	check_ran(&ran, 2, "cannot find room");
	begin("refused: no such namespace");
	guprace(&ran, "disable-namespace", "namespace77.0", NULL);
	check_ran(&ran, 2, "cannot find 'namespace77.0'");
}

/* A refusal leaves the namespace as it was. */
static void refusals_change_nothing(struct gr_nd *nd, const char *ns)
{
	struct gr_nd_info before, after;

	if (!find(nd, ns, &before))
		return;
	try_refusals(ns);
	begin("after the refusals");
	if (find(nd, ns, &after))
		check(after.enabled && !strcmp(before.uuid, after.uuid),
		      "'%s' has changed", ns);
}

/* ---- going and coming back ---- */

static void comes_back(struct gr_nd *nd, const struct gr_nd_info *before)
{
	struct gr_nd_info after;
	char path[64];

	if (gr_nd_find(nd, before->name, &after))
		return (void)check(false, "'%s' is not there", before->name);
	check(after.enabled, "it is not enabled");
	check(!strcmp(before->uuid, after.uuid), "it has another UUID");
	check(before->size == after.size && before->align == after.align,
	      "it has another size or alignment");
	node_of(&after, path, sizeof(path));
	check(!gr_nd_wait_node(path, 5 * GR_NSEC_PER_SEC), "no '%s'", path);
}

static void is_gone(struct gr_nd *nd, const struct gr_nd_info *before)
{
	struct gr_nd_info after;
	char path[64];

	node_of(before, path, sizeof(path));
	check(!is_node(path), "'%s' is still there", path);
	if (check(!gr_nd_find(nd, before->name, &after), "cannot find it"))
		check(!after.enabled, "it is still enabled");
}

static void try_cycles(struct gr_nd *nd, const char *ns)
{
	struct gr_nd_info info;

	begin("disable and enable");
	if (!find(nd, ns, &info))
		return;
	for (int i = 0; i < 3; i++) {
		check(!gr_nd_disable(nd, ns), "cannot disable");
		is_gone(nd, &info);
		check(!gr_nd_disable(nd, ns), "cannot disable it twice");
		check(!gr_nd_enable(nd, ns), "cannot enable");
		check(!gr_nd_enable(nd, ns), "cannot enable it twice");
		comes_back(nd, &info);
	}
	check(gr_nd_disable(nd, "namespace77.0") == -ENODEV, "found one");
	check(gr_nd_enable(nd, "namespace77.0") == -ENODEV, "found one");
}

static void try_binding(struct gr_nd *nd, const char *ns)
{
	struct gr_nd_info info;
	const char *driver;

	begin("unbind and bind");
	if (!find(nd, ns, &info))
		return;
	driver = gr_nd_driver(&info);
	check(!gr_nd_unbind(driver, info.nd_dev), "cannot unbind");
	is_gone(nd, &info);
	check(gr_nd_unbind(driver, info.nd_dev) == -ENODEV, "unbound twice");
	check(!gr_nd_bind(driver, info.nd_dev), "cannot bind");
	comes_back(nd, &info);
	check(gr_nd_unbind("nowhere", info.nd_dev) == -ENOENT, "a driver?");
	begin("unbind and enable");
	check(!gr_nd_unbind(driver, info.nd_dev), "cannot unbind");
	check(!gr_nd_enable(nd, ns), "cannot enable");
	comes_back(nd, &info);
}

static void try_region(struct gr_nd *nd, const char *ns)
{
	struct gr_nd_info info, gone;

	begin("region");
	if (!find(nd, ns, &info))
		return;
	check(!gr_nd_region_disable(nd, info.region), "cannot disable");
	check(gr_nd_find(nd, ns, &gone) == -ENODEV, "it is still there");
	check(!gr_nd_region_enable(nd, info.region), "cannot enable");
	comes_back(nd, &info);
	check(gr_nd_region_disable(nd, "region77") == -ENODEV, "found one");
	check(gr_nd_region_enable(nd, "region77") == -ENODEV, "found one");
}

/* One context while others, here our own commands, change the namespace. */
static void try_others(struct gr_nd *nd, const char *ns)
{
	struct gr_nd_info info;
	struct ran ran;

	begin("changes by others");
	if (!find(nd, ns, &info))
		return;
	guprace(&ran, "disable-namespace", ns, NULL);
	check_ran(&ran, 0, "disabled 1 namespace");
	guprace(&ran, "enable-namespace", ns, NULL);
	check_ran(&ran, 0, "enabled 1 namespace");
	check(!gr_nd_disable(nd, ns), "cannot disable");
	is_gone(nd, &info);
	check(!gr_nd_enable(nd, ns), "cannot enable");
	comes_back(nd, &info);
}

/* ---- data ---- */

static bool write_mark(const char *blockdev, const char *mark)
{
	char path[64], page[4096] = {0};
	int fd;
	bool ok;

	snprintf(path, sizeof(path), "/dev/%s", blockdev);
	snprintf(page, sizeof(page), "%s", mark);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ok = fd >= 0 && pwrite(fd, page, sizeof(page), 0) == sizeof(page) &&
	     !fsync(fd);
	close(fd);
	return ok;
}

static bool has_mark(const char *chardev, const char *mark)
{
	char path[64];
	void *addr;
	int fd;
	bool ok = false;

	snprintf(path, sizeof(path), "/dev/%s", chardev);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	addr = mmap(NULL, 2 * GR_MIB, PROT_READ, MAP_SHARED, fd, 0);
	if (addr != MAP_FAILED) {
		ok = !strcmp(addr, mark);
		munmap(addr, 2 * GR_MIB);
	}
	close(fd);
	return ok;
}

/* Of the old mode only the superblock goes. */
static void data_is_carried(struct gr_nd *nd, const char *ns)
{
	struct gr_nd_config cfg = {.ns = ns, .mode = GR_ND_FSDAX};
	struct gr_nd_info old, new;

	begin("data from fsdax to devdax");
	if (!check(!gr_nd_create(nd, &cfg, &old), "cannot make it fsdax"))
		return;
	check(write_mark(old.blockdev, old.uuid), "cannot write: %m");
	cfg.mode = GR_ND_DEVDAX;
	if (!check(!gr_nd_create(nd, &cfg, &new), "cannot make it devdax"))
		return;
	check(has_mark(new.chardev, old.uuid), "the data are not there");
	check(!has_mark(new.chardev, new.uuid), "any data would do");
	check(!gr_journal_has(GR_JOURNAL_PATH, old.uuid),
	      "the journal still has the old UUID");
	check(gr_journal_has(GR_JOURNAL_PATH, new.uuid),
	      "the journal lacks the new UUID");
}

static void try_destroy(struct gr_nd *nd, const char *ns)
{
	struct gr_nd_info before, after;

	begin("destroy");
	if (!find(nd, ns, &before))
		return;
	check(!gr_nd_destroy(nd, ns), "cannot destroy");
	check(gr_nd_destroy(nd, "namespace77.0") == -ENODEV, "found one");
	if (!find(nd, ns, &after))
		return;
	check(!after.enabled && !after.uuid[0], "something is left");
	check(!gr_nd_enable(nd, ns), "cannot enable");
	if (find(nd, ns, &after))
		check(after.size == after.raw_size && !after.uuid[0],
		      "its superblock is still there");
}

int main(int argc, char **argv)
{
	const char *ns = argc > 1 ? argv[1] : "namespace0.0";
	struct gr_nd *nd;

	begin("open");
	if (!check(!gr_nd_open(&nd), "there is no bus"))
		return finish();
	for (size_t i = 0; i < GR_ARRAY_SIZE(kinds); i++) {
		try_kind(nd, ns, i);
		try_cycles(nd, ns);
	}
	data_is_carried(nd, ns);
	refusals_change_nothing(nd, ns);
	try_binding(nd, ns);
	try_region(nd, ns);
	try_others(nd, ns);
	try_destroy(nd, ns);
	gr_nd_close(nd);
	return finish();
}

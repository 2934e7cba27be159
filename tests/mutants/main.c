// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants a bug in a running kernel, so that the oracles can be seen to find it.
 * Nothing is armed unless mode= names a plant; README.md lists them all.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/string.h>

#include "mutants.h"

static char *mode = "";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "the plant to arm; none when empty");

static unsigned int every = 1;
module_param(every, uint, 0644);
MODULE_PARM_DESC(every, "go wrong once in so many occasions");

static atomic64_t seen;
static atomic64_t hits;

static int counter_get(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%lld\n",
			 (long long)atomic64_read(kp->arg));
}

static int counter_set(const char *value, const struct kernel_param *kp)
{
	return -EPERM;
}

static const struct kernel_param_ops counter_ops = {
	.get = counter_get,
	.set = counter_set,
};
module_param_cb(seen, &counter_ops, &seen, 0444);
MODULE_PARM_DESC(seen, "occasions so far (read-only)");
module_param_cb(hits, &counter_ops, &hits, 0444);
MODULE_PARM_DESC(hits, "occasions that went wrong (read-only)");

static const struct plant *armed;

bool due(void)
{
	u32 n = max(READ_ONCE(every), 1U);
	u64 nr = atomic64_inc_return(&seen);

	if (do_div(nr, n))
		return false;
	/* as an error, so that the console of a quiet guest has it as well */
	if (atomic64_inc_return(&hits) == 1)
		pr_err("%s hits\n", mode);
	return true;
}

enum leaf planted_leaf(void)
{
	return armed ? armed->leaf : LEAF_ANY;
}

static const struct plant *const tables[] = {
	fsdax_plants, hmm_plants,    page_plants, path_plants,
	pgmap_plants, policy_plants, race_plants, teardown_plants,
};

static const struct plant *plant_find(const char *name)
{
	const struct plant *plant;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (plant = tables[i]; plant->name; plant++)
			if (sysfs_streq(plant->name, name))
				return plant;
	return NULL;
}

static int arm(const struct plant *plant)
{
	int ret;

	if (plant->missing) {
		pr_err("cannot plant '%s': %s\n", mode, plant->missing);
		return -EOPNOTSUPP;
	}
	if (plant->module)
		(void)request_module("%s", plant->module); /* places tell */
	armed = plant;
	ret = places_watch(plant);
	if (ret) {
		pr_err("cannot plant '%s' in this kernel (%d)\n", mode, ret);
		armed = NULL;
		return -EOPNOTSUPP;
	}
	pr_info("planted %s: %s, one in %u\n", plant->name, plant->summary,
		every);
	return 0;
}

static int __init gr_mutants_init(void)
{
	const struct plant *plant;

	if (!*mode)
		return 0;
	plant = plant_find(mode);
	if (!plant) {
		pr_err("no plant is called '%s'\n", mode);
		return -EINVAL;
	}
	if (!every) {
		pr_err("every must be at least 1\n");
		return -EINVAL;
	}
	return arm(plant);
}

static void __exit gr_mutants_exit(void)
{
	if (armed)
		places_leave();
}

module_init(gr_mutants_init);
module_exit(gr_mutants_exit);
MODULE_DESCRIPTION("plants bugs in the counting of device memory");
MODULE_LICENSE("GPL");

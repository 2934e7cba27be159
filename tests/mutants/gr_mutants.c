// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plants a bug in a running kernel, so that the oracles can be seen to find it.
 * Nothing is armed unless mode= names a plant; README.md lists them all.
 *
 * A plant is a row of plants[]: arm() registers its probes, disarm() takes them
 * away, and each place that could do wrong asks due() first, which says yes
 * once in every= times and counts.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/memremap.h>
#include <linux/module.h>
#include <linux/percpu-refcount.h>
#include <linux/string.h>
#include <linux/version.h>

/* pgmap->ref became a member in 5.16, was a pointer before */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
#define PGMAP_REF(pgmap) ((pgmap)->ref)
#else
#define PGMAP_REF(pgmap) (&(pgmap)->ref)
#endif

/* gup stopped to take references on the pgmap in 6.17 */
#define GUP_USES_PGMAP (LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0))

/**
 * struct plant - one bug that can be planted.
 * @name:    what mode= selects.
 * @summary: what goes wrong, for the kernel's log.
 * @arm:     registers the probes; 0 or -errno, with nothing left registered.
 * @disarm:  takes them away; waits until no handler runs any more.
 */
struct plant {
	const char *name;
	const char *summary;
	int (*arm)(void);
	void (*disarm)(void);
};

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

/* due() - is this occasion the one in @every that goes wrong? Any context. */
static bool due(void)
{
	u32 n = max(READ_ONCE(every), 1U);
	u64 nr = atomic64_inc_return(&seen);

	if (do_div(nr, n))
		return false;
	atomic64_inc(&hits);
	return true;
}

/* ---- pgmap_put, pgmap_get: the walk of gup-fast miscounts ---- */

#if GUP_USES_PGMAP
/*
 * A walk begins with get_dev_pagemap(pfn, NULL) and interrupts off; the slow
 * path and all other callers have them on. The reference just taken keeps the
 * pgmap alive while the handler miscounts, so the plant itself is no race.
 */
static int walk_entry(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return (regs->flags & X86_EFLAGS_IF) || regs->si ? 1 : 0;
}

static int walk_put(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct dev_pagemap *pgmap = (void *)regs_return_value(regs);

	if (pgmap && due())
		percpu_ref_put(PGMAP_REF(pgmap));
	return 0;
}

static int walk_get(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct dev_pagemap *pgmap = (void *)regs_return_value(regs);

	if (pgmap && due())
		percpu_ref_get(PGMAP_REF(pgmap));
	return 0;
}

static struct kretprobe walk_put_probe = {
	.kp.symbol_name = "get_dev_pagemap",
	.entry_handler = walk_entry,
	.handler = walk_put,
};

static struct kretprobe walk_get_probe = {
	.kp.symbol_name = "get_dev_pagemap",
	.entry_handler = walk_entry,
	.handler = walk_get,
};

static int pgmap_put_arm(void)
{
	return register_kretprobe(&walk_put_probe);
}

static void pgmap_put_disarm(void)
{
	unregister_kretprobe(&walk_put_probe);
	if (walk_put_probe.nmissed)
		pr_warn("%d walks missed\n", walk_put_probe.nmissed);
}

static int pgmap_get_arm(void)
{
	return register_kretprobe(&walk_get_probe);
}

static void pgmap_get_disarm(void)
{
	unregister_kretprobe(&walk_get_probe);
	if (walk_get_probe.nmissed)
		pr_warn("%d walks missed\n", walk_get_probe.nmissed);
}
#else
static int no_pgmap_arm(void)
{
	pr_err("gup of this kernel takes no reference on the pgmap\n");
	return -EOPNOTSUPP;
}
#define pgmap_put_arm no_pgmap_arm
#define pgmap_put_disarm NULL
#define pgmap_get_arm no_pgmap_arm
#define pgmap_get_disarm NULL
#endif

/* ---- keep_mappings: a dying device-dax stays mapped ---- */

/*
 * unregister_dev_dax() unmaps first, and the driver's dev_dax_kill() does it
 * again in the same task: the second call has to share the fate of the first.
 */
static struct {
	spinlock_t lock;
	const struct task_struct *task;
	const struct address_space *mapping;
} spared = {.lock = __SPIN_LOCK_UNLOCKED(spared.lock)};

/* Where a skipped function "returns" from; its own frame is never entered. */
static noinline notrace void return_at_once(void)
{
	barrier();
}

static bool calls_from(const struct pt_regs *regs, const char *function)
{
	char symbol[KSYM_SYMBOL_LEN];
	size_t len = strlen(function);

	sprint_symbol(symbol, *(const unsigned long *)regs->sp);
	return !strncmp(symbol, function, len) && symbol[len] == '+';
}

/* is_spared() - shall this call leave @mapping alone? Counts first calls. */
static bool is_spared(struct address_space *mapping, bool is_first)
{
	unsigned long flags;
	bool ret;

	spin_lock_irqsave(&spared.lock, flags);
	if (is_first) {
		ret = mapping_mapped(mapping) && due();
		spared.task = ret ? current : NULL;
		spared.mapping = ret ? mapping : NULL;
	} else {
		ret = spared.mapping == mapping && spared.task == current;
		if (ret)
			spared.mapping = NULL;
	}
	spin_unlock_irqrestore(&spared.lock, flags);
	return ret;
}

static int unmap_entry(struct kprobe *p, struct pt_regs *regs)
{
	struct address_space *mapping = (void *)regs->di;

	if (!is_spared(mapping, calls_from(regs, "unregister_dev_dax")))
		return 0;
	regs->ip = (unsigned long)return_at_once;
	return 1;
}

/* Its presence makes the probe one that may change the instruction pointer. */
static void unmap_post(struct kprobe *p, struct pt_regs *regs,
		       unsigned long flags)
{
}

static struct kprobe unmap_probe = {
	.symbol_name = "unmap_mapping_range",
	.pre_handler = unmap_entry,
	.post_handler = unmap_post,
};

static int keep_mappings_arm(void)
{
	return register_kprobe(&unmap_probe);
}

static void keep_mappings_disarm(void)
{
	unregister_kprobe(&unmap_probe);
}

/* ---- the table ---- */

static const struct plant plants[] = {
	{
		.name = "keep_mappings",
		.summary = "a dying device-dax stays mapped",
		.arm = keep_mappings_arm,
		.disarm = keep_mappings_disarm,
	},
	{
		.name = "pgmap_get",
		.summary = "gup-fast takes a pgmap reference too many",
		.arm = pgmap_get_arm,
		.disarm = pgmap_get_disarm,
	},
	{
		.name = "pgmap_put",
		.summary = "gup-fast drops a pgmap reference too many",
		.arm = pgmap_put_arm,
		.disarm = pgmap_put_disarm,
	},
};

static const struct plant *armed;

static const struct plant *plant_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(plants); i++)
		if (sysfs_streq(plants[i].name, name))
			return &plants[i];
	return NULL;
}

static int __init gr_mutants_init(void)
{
	const struct plant *plant;
	int ret;

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
	ret = plant->arm();
	if (ret) {
		pr_err("cannot plant '%s' in this kernel (%d)\n", mode, ret);
		return -EOPNOTSUPP;
	}
	armed = plant;
	pr_info("planted %s: %s, one in %u\n", plant->name, plant->summary,
		every);
	return 0;
}

static void __exit gr_mutants_exit(void)
{
	if (armed)
		armed->disarm();
}

module_init(gr_mutants_init);
module_exit(gr_mutants_exit);
MODULE_DESCRIPTION("plants bugs in the counting of device memory");
MODULE_LICENSE("GPL");

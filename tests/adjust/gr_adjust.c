// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes counts of device memory wrong by a number that is known, and right
 * again, so that what reads them can be seen to read them right. Only for a
 * guest: what is not taken back breaks the kernel.
 *
 *   echo "pgmap PHYS N" >/sys/module/gr_adjust/parameters/adjust
 *        adds N (which may be negative) to the references of the pgmap that
 *        owns the page at that physical address
 *   echo "page PHYS N"  adds N to the references of that very struct page
 *   echo "pin PHYS N"   adds N pins (FOLL_PIN) to the page, or to its head
 *
 * The address is that of enabled device memory; any other is refused where the
 * kernel can tell.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu-refcount.h>
#include <linux/version.h>

#define SINCE(a, b) (LINUX_VERSION_CODE >= KERNEL_VERSION(a, b, 0))

static struct dev_pagemap *pgmap_of(struct page *page)
{
#if SINCE(6, 15)
	return page_pgmap(page);
#else
	return compound_head(page)->pgmap;
#endif
}

static struct percpu_ref *ref_of(struct dev_pagemap *pgmap)
{
#if SINCE(5, 16)
	return &pgmap->ref;
#else
	return pgmap->ref;
#endif
}

static int adjust_pgmap(struct page *page, long by)
{
	struct percpu_ref *ref = ref_of(pgmap_of(page));

	if (by > 0)
		percpu_ref_get_many(ref, by);
	else
		percpu_ref_put_many(ref, -by);
	return 0;
}

static int adjust_page(struct page *page, long by)
{
	page_ref_add(page, by);
	return 0;
}

/* A large page counts its pins apart, and each as a reference as well. */
static int adjust_pin(struct page *page, long by)
{
	struct page *head = compound_head(page);

	if (!PageCompound(head)) {
		page_ref_add(head, by * GUP_PIN_COUNTING_BIAS);
		return 0;
	}
	page_ref_add(head, by);
#if SINCE(6, 3)
	atomic_add(by, &page_folio(head)->_pincount);
#elif SINCE(5, 18)
	atomic_add(by, compound_pincount_ptr(head));
#else
	return -EOPNOTSUPP; /* device memory is in single pages there */
#endif
	return 0;
}

static const struct {
	const char *name;
	int (*act)(struct page *page, long by);
} acts[] = {
	{"pgmap", adjust_pgmap},
	{"page", adjust_page},
	{"pin", adjust_pin},
};

static int adjust_set(const char *value, const struct kernel_param *kp)
{
	unsigned long long phys;
	struct page *page;
	char what[8];
	long by;
	int i;

	if (sscanf(value, "%7s %lli %li", what, (long long *)&phys, &by) != 3)
		return -EINVAL;
	if (!pfn_valid(PHYS_PFN(phys)))
		return -EINVAL;
	page = pfn_to_page(PHYS_PFN(phys));
	if (!is_zone_device_page(page))
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(acts); i++)
		if (!strcmp(what, acts[i].name))
			return acts[i].act(page, by);
	return -EINVAL;
}

static const struct kernel_param_ops adjust_ops = {
	.set = adjust_set,
};
module_param_cb(adjust, &adjust_ops, NULL, 0200);
MODULE_PARM_DESC(adjust, "pgmap, page or pin; physical address; number");

static int __init adjust_init(void)
{
	return 0;
}

static void __exit adjust_exit(void)
{
}

module_init(adjust_init);
module_exit(adjust_exit);
MODULE_DESCRIPTION("makes counts of device memory wrong by a known number");
MODULE_LICENSE("GPL");

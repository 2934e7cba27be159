// SPDX-License-Identifier: GPL-2.0-only
/*
 * Places: kprobes and kretprobes as the table of plants describes them, and
 * what their handlers ask about pages and page tables.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/string.h>

#include "mutants.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define RP_OF(ri) ((ri)->rp)
#else
#define RP_OF(ri) get_kretprobe(ri)
#endif

/* Calls in flight that leave() can follow; more are counted as missed. */
#define MAX_VISITS 64

struct span {
	unsigned long begin;
	unsigned long end;
};

static struct trap {
	const struct place *place;
	struct kprobe kp;
	struct kretprobe rp;
	struct span from[MAX_CALLERS];
	unsigned int nr_from;
} traps[MAX_PLACES];

static unsigned int nr_traps;

/* Where a skipped function "returns" from; its own frame is never entered. */
static noinline notrace void return_at_once(void)
{
	barrier();
}

bool skip(struct pt_regs *regs, unsigned long value)
{
	regs->ax = value;
	regs->ip = (unsigned long)return_at_once;
	return true;
}

bool is_call_from(const struct pt_regs *regs, const char *function)
{
	char symbol[KSYM_SYMBOL_LEN];
	size_t len = strlen(function);

	sprint_symbol(symbol, *(const unsigned long *)regs->sp);
	return !strncmp(symbol, function, len) && symbol[len] == '+';
}

/* span_find() - a probe finds the symbol, its printed form has the size. */
static int span_find(const char *name, struct span *span)
{
	struct kprobe kp = {.symbol_name = name};
	char symbol[KSYM_SYMBOL_LEN];
	unsigned long offset, size;
	int ret = register_kprobe(&kp);

	if (ret)
		return ret;
	span->begin = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	sprint_symbol(symbol, span->begin);
	if (!strchr(symbol, '+') ||
	    sscanf(strchr(symbol, '+'), "+0x%lx/0x%lx", &offset, &size) != 2)
		return -ENOENT;
	span->begin -= offset;
	span->end = span->begin + size;
	return 0;
}

static bool is_from(const struct trap *trap, const struct pt_regs *regs)
{
	unsigned long caller = *(const unsigned long *)regs->sp;
	unsigned int i;

	for (i = 0; i < trap->nr_from; i++)
		if (caller > trap->from[i].begin && caller <= trap->from[i].end)
			return true;
	return !trap->nr_from;
}

static int at_entry(struct kprobe *kp, struct pt_regs *regs)
{
	struct trap *trap = container_of(kp, struct trap, kp);

	return is_from(trap, regs) && trap->place->at(regs);
}

/* Its presence makes the probe one that may change the instruction pointer. */
static void after_entry(struct kprobe *kp, struct pt_regs *regs,
			unsigned long flags)
{
}

static int at_call(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct trap *trap = container_of(RP_OF(ri), struct trap, rp);
	struct visit *visit = (void *)ri->data;

	if (!is_from(trap, regs) ||
	    (trap->place->wanted && !trap->place->wanted(regs)))
		return 1;
	visit->arg[0] = regs->di;
	visit->arg[1] = regs->si;
	visit->arg[2] = regs->dx;
	visit->arg[3] = regs->cx;
	return 0;
}

static int at_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct trap *trap = container_of(RP_OF(ri), struct trap, rp);

	trap->place->leave((void *)ri->data, regs);
	return 0;
}

static int trap_set(struct trap *trap, const struct place *place)
{
	int ret = 0;

	memset(trap, 0, sizeof(*trap));
	trap->place = place;
	while (trap->nr_from < MAX_CALLERS && place->from[trap->nr_from]) {
		ret = span_find(place->from[trap->nr_from],
				&trap->from[trap->nr_from]);
		if (ret)
			return ret;
		trap->nr_from++;
	}
	if (place->at) {
		trap->kp.symbol_name = place->symbol;
		trap->kp.pre_handler = at_entry;
		trap->kp.post_handler = after_entry;
		return register_kprobe(&trap->kp);
	}
	trap->rp.kp.symbol_name = place->symbol;
	trap->rp.entry_handler = at_call;
	trap->rp.handler = at_return;
	trap->rp.data_size = sizeof(struct visit);
	trap->rp.maxactive = MAX_VISITS;
	return register_kretprobe(&trap->rp);
}

static void trap_clear(struct trap *trap)
{
	if (trap->place->at) {
		unregister_kprobe(&trap->kp);
		return;
	}
	unregister_kretprobe(&trap->rp);
	if (trap->rp.nmissed)
		pr_warn("%d calls of %s missed\n", trap->rp.nmissed,
			trap->place->symbol);
}

int places_watch(const struct plant *plant)
{
	int ret = 0;

	for (nr_traps = 0; nr_traps < MAX_PLACES; nr_traps++) {
		if (!plant->place[nr_traps].symbol)
			break;
		ret = trap_set(&traps[nr_traps], &plant->place[nr_traps]);
		if (ret)
			break;
	}
	if (ret)
		places_leave();
	return ret;
}

void places_leave(void)
{
	while (nr_traps)
		trap_clear(&traps[--nr_traps]);
}

#if HAS_LEAF_ORDER
static bool is_order(unsigned int order)
{
	switch (planted_leaf()) {
	case LEAF_PTE:
		return order == 0;
	case LEAF_PMD:
		return order == PMD_SHIFT - PAGE_SHIFT;
	case LEAF_PUD:
		return order == PUD_SHIFT - PAGE_SHIFT;
	default:
		return true;
	}
}

bool is_leaf_of(const struct dev_pagemap *pgmap)
{
	return is_order(pgmap->vmemmap_shift);
}

bool is_device(const struct page *page)
{
	return is_zone_device_page(page) &&
	       is_order(compound_order(compound_head((struct page *)page)));
}
#else
bool is_leaf_of(const struct dev_pagemap *pgmap)
{
	return planted_leaf() == LEAF_ANY;
}

bool is_device(const struct page *page)
{
	return is_zone_device_page(page);
}
#endif

/*
 * A walk begins with get_dev_pagemap(pfn, NULL) and interrupts off; the slow
 * path and all other callers have them on. The reference just taken keeps the
 * pgmap alive while a handler miscounts, so the plant itself is no race.
 */
bool walk_begins(const struct pt_regs *regs)
{
	return !(regs->flags & X86_EFLAGS_IF) && !regs->si;
}

#if GUP_USES_PGMAP
static enum leaf table_leaf(pmd_t pmd, unsigned long addr, bool *is_writable)
{
	pte_t pte;

	if (pmd_devmap(pmd)) {
		*is_writable = pmd_write(pmd);
		return LEAF_PMD;
	}
	if (pmd_none(pmd) || pmd_bad(pmd))
		return LEAF_ANY;
	pte = READ_ONCE(*pte_offset_kernel(&pmd, addr));
	if (!pte_present(pte) || !pte_devmap(pte))
		return LEAF_ANY;
	*is_writable = pte_write(pte);
	return LEAF_PTE;
}

static enum leaf walk(unsigned long addr, bool *is_writable)
{
	pgd_t *pgd = pgd_offset(current->mm, addr);
	p4d_t *p4d;
	pud_t *pudp, pud;

	if (pgd_none(*pgd) || pgd_bad(*pgd))
		return LEAF_ANY;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d) || p4d_bad(*p4d))
		return LEAF_ANY;
	pudp = pud_offset(p4d, addr);
	pud = READ_ONCE(*pudp);
	if (pud_devmap(pud)) {
		*is_writable = pud_write(pud);
		return LEAF_PUD;
	}
	if (pud_none(pud) || pud_bad(pud))
		return LEAF_ANY;
	return table_leaf(READ_ONCE(*pmd_offset(&pud, addr)), addr,
			  is_writable);
}

/* Interrupts are off, as in gup-fast, so that no table goes away meanwhile. */
enum leaf leaf_at(unsigned long addr, bool *is_writable)
{
	unsigned long flags;
	enum leaf leaf;

	*is_writable = false;
	if (!current->mm || addr >= TASK_SIZE_MAX)
		return LEAF_ANY;
	local_irq_save(flags);
	leaf = walk(addr, is_writable);
	local_irq_restore(flags);
	return leaf;
}
#else
enum leaf leaf_at(unsigned long addr, bool *is_writable)
{
	*is_writable = false;
	return LEAF_ANY;
}
#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle taint: the kernel's taint bits before and after a case. A new bit that
 * no line of the log explains is a finding of its own, so that a trouble whose
 * text the table of signatures does not know is still seen.
 *
 * It cannot tell when, and sees each bit once in the life of a kernel.
 * Source: Documentation/admin-guide/tainted-kernels.rst.
 */
#include <errno.h>
#include <string.h>

#include "core/oracle.h"
#include "sys/kernel.h"

#define NAME "taint"
#define NR_BITS 20

struct taint_oracle {
	uint64_t before;
	bool blind;
};

/* One row a bit: a kernel gets it by its own fault, or by what was loaded. */
static const struct {
	char letter;
	bool bad;
	const char *meaning;
} bits[NR_BITS] = {
	{'P', false, "a proprietary module was loaded"},
	{'F', false, "a module was loaded by force"},
	{'S', false, "the processor is out of specification"},
	{'R', false, "a module was removed by force"},
	{'M', true, "a machine check was reported"},
	{'B', true, "a bad page was found"},
	{'U', false, "taint was asked for by a program"},
	{'D', true, "the kernel died: an oops or a BUG"},
	{'A', false, "an ACPI table was overridden"},
	{'W', true, "the kernel warned"},
	{'C', false, "a staging driver was loaded"},
	{'I', false, "a firmware bug is worked around"},
	{'O', false, "a module from outside the tree was loaded"},
	{'E', false, "an unsigned module was loaded"},
	{'L', true, "a soft lockup was seen"},
	{'K', false, "the kernel is live patched"},
	{'X', false, "the distribution's own bit"},
	{'T', false, "the kernel's structures are randomised"},
	{'N', false, "an in-kernel test has run"},
	{'J', false, "a fwctl command was used"},
};

static int begin(struct gr_oracle *o, const struct gr_scene *scene)
{
	struct taint_oracle *t = o->priv;

	(void)scene;
	t->blind = gr_kernel_taint(&t->before) != 0;
	return 0;
}

/* Findings of the log explain the bits that the log's troubles set. */
static bool explained(const struct gr_findings *list)
{
	for (unsigned int i = 0; i < list->nr; i++)
		if (!strcmp(list->of[i].oracle, "kmsg"))
			return true;
	return false;
}

static bool add_bits(uint64_t new_bits, struct gr_findings *out)
{
	bool any = false;

	for (int i = 0; i < NR_BITS; i++) {
		if (!(new_bits & (1ull << i)) || !bits[i].bad)
			continue;
		(void)gr_finding_add(out, NAME, GR_CLASS_WARNING, "taint",
				     "new taint bit %c, which no line of the "
				     "log explains: %s",
				     bits[i].letter, bits[i].meaning);
		any = true;
	}
	return any;
}

static enum gr_sight judge(struct gr_oracle *o, const struct gr_scene *scene,
			   struct gr_findings *out, struct gr_reason *why)
{
	struct taint_oracle *t = o->priv;
	uint64_t after;

	(void)scene;
	if (t->blind || gr_kernel_taint(&after)) {
		gr_reason_set(why, "cannot read /proc/sys/kernel/tainted");
		return GR_SIGHT_BLIND;
	}
	if (explained(out) || !add_bits(after & ~t->before, out))
		return GR_SIGHT_CLEAN;
	return GR_SIGHT_VIOLATED;
}

static int selftest(const struct gr_ctx *ctx, struct gr_reason *why)
{
	static struct gr_findings found;
	uint64_t mask;

	(void)ctx;
	memset(&found, 0, sizeof(found));
	/* W and D are findings; O and E, of a module loaded, are not */
	if (!add_bits(1u << 9 | 1u << 7 | 1u << 12 | 1u << 13, &found) ||
	    found.nr != 2) {
		gr_reason_set(why, "saw %u of 2 bad bits", found.nr);
		return -EINVAL;
	}
	if (gr_kernel_taint(&mask)) {
		gr_reason_set(why, "cannot read /proc/sys/kernel/tainted");
		return -EOPNOTSUPP;
	}
	return 0;
}

const struct gr_oracle_ops gr_oracle_taint = {
	.name = "taint",
	.summary = "the kernel's taint bits before and after",
	.priv_size = sizeof(struct taint_oracle),
	.begin = begin,
	.judge = judge,
	.selftest = selftest,
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle policy: a table of what device-dax must refuse and what it must allow,
 * held against what checks were answered when they tried (facts.policy). A check
 * that was to try something and did not leaves it BLIND, so that silence is no
 * PASS.
 *
 * Where kernels differ by intent, a row has a second answer and a probe of the
 * kernel that says which is right; never the version. It judges what was tried
 * at rest, and nothing of races.
 * Source: each row has its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/util.h"
#include "core/check.h"
#include "core/oracle.h"
#include "oracle/policy_internal.h"

#define NAME "policy"

struct row {
	const char *signature;
	const char *what; /* for people, before "of device-dax" */
	bool bytes; /* 0 as before, else changed */
	bool access; /* tried by an access: errnos are those of gr_touch() */
	bool spends; /* success means that memory which is gone was reached */
	int right; /* positive errno; 0 = success */
	int other; /* right instead where differs() says so */
	bool (*differs)(const struct gr_ctx *ctx); /* NULL = nowhere */
	const char *const *other_who; /* for these pins only; NULL = for all */
	bool late; /* ask when it matters: a module may not be there yet */
	const char *source;
};

static const struct row rows[GR_NR_POLICIES] = {
	[GR_POLICY_MAP_PRIVATE] =
		{
			.signature = "private-mapping",
			.what = "a private mapping",
			.right = EINVAL,
			.source = "drivers/dax/device.c check_vma()",
		},
	[GR_POLICY_MAP_SYNC] =
		{
			.signature = "sync-mapping",
			.what = "a mapping with MAP_SYNC",
			.right = 0,
			.source = "drivers/dax/device.c dax_fops",
		},
	[GR_POLICY_MAP_OFFSET] =
		{
			.signature = "unaligned-offset",
			.what = "a mapping of an unaligned offset",
			.right = EINVAL,
			.source = "drivers/dax/device.c "
				  "dax_get_unmapped_area(), check_vma()",
		},
	[GR_POLICY_MAP_OFFSET_FIXED] =
		{
			.signature = "unaligned-offset-fixed",
			.what = "a mapping of an unaligned offset at an "
				"aligned address",
			.right = EINVAL,
			.source = "drivers/dax/device.c check_vma(); "
				  "9702cffdbf21 says that mmap() wants the "
				  "offset aligned",
		},
	[GR_POLICY_MAP_LENGTH] =
		{
			.signature = "unaligned-length",
			.what = "a mapping of an unaligned length",
			.right = EINVAL,
			.source = "drivers/dax/device.c check_vma()",
		},
	[GR_POLICY_MAP_DEAD] =
		{
			.signature = "dead-mapping",
			.what = "a mapping, by a descriptor from before the "
				"disable,",
			.spends = true,
			.right = ENXIO,
			.source = "drivers/dax/device.c check_vma()",
		},
	[GR_POLICY_PIN_LONGTERM] =
		{
			.signature = "long-term-pin",
			.what = "a long-term pin",
			.right = 0,
			.source = "mm/gup.c check_vma_flags()",
		},
	[GR_POLICY_PIN_REGISTERED] =
		{
			.signature = "registered-buffer",
			.what = "a registered buffer",
			.right = 0,
			.other = EOPNOTSUPP,
			.differs = gr_policy_refuses_files,
			.source = "io_uring io_pin_pages(); the check of files "
				  "was left to gup in 6.5",
		},
	[GR_POLICY_PIN_READONLY] =
		{
			.signature = "readonly-pinned",
			.what = "a pin for writing of a read-only mapping",
			.right = EFAULT,
			.other = EIO,
			.differs = gr_policy_async_eio,
			.other_who =
				(const char *const[]){"aio", "uring_rw",
						      "uring_sqpoll", NULL},
			.source = "mm/gup.c check_vma_flags(); ef947b2529f9",
		},
	[GR_POLICY_READONLY_BYTES] =
		{
			.signature = "readonly-written",
			.what = "a read-only mapping, after a refused write,",
			.bytes = true,
			.right = 0,
			.source = "mm/gup.c; ef947b2529f9",
		},
	[GR_POLICY_WRITE_UPGRADED] =
		{
			.signature = "upgrade-refused",
			.what = "a write to a page just made writable",
			.access = true,
			.right = 0,
			.source = "drivers/dax/device.c dev_dax_huge_fault()",
		},
	[GR_POLICY_OLD_TOUCHED] =
		{
			.signature = "mapping-survived",
			.what = "an access, after disable, to a touched page",
			.access = true,
			.spends = true,
			.right = ENXIO,
			.source = "drivers/dax/bus.c kill_dev_dax()",
		},
	[GR_POLICY_OLD_UNTOUCHED] =
		{
			.signature = "fault-survived",
			.what = "an access, after disable, to a fresh page",
			.access = true,
			.spends = true,
			.right = ENXIO,
			.source =
				"drivers/dax/device.c, the fault's check_vma()",
		},
	[GR_POLICY_SOFT_OFFLINE] =
		{
			.signature = "soft-offline",
			.what = "MADV_SOFT_OFFLINE",
			.right = EIO,
			.source = "mm/memory-failure.c soft_offline_page()",
		},
	[GR_POLICY_UNMAP_PART] =
		{
			.signature = "part-unmapped",
			.what = "munmap() of a part of a leaf",
			.right = EINVAL,
			.source = "drivers/dax/device.c dev_dax_may_split()",
		},
	[GR_POLICY_PROTECT_PART] =
		{
			.signature = "part-protected",
			.what = "mprotect() of a part of a leaf",
			.right = EINVAL,
			.source = "drivers/dax/device.c dev_dax_may_split()",
		},
	[GR_POLICY_MOVE_PART] =
		{
			.signature = "part-moved",
			.what = "mremap() of a part of a leaf",
			.right = EINVAL,
			.other = 0,
			.differs = gr_policy_moves_first,
			.late = true,
			.source = "mm/mremap.c; asks first since 73d5e0629919 "
				  "(5.11), beside the rename dd3b614f858d",
		},
	[GR_POLICY_MOVED_PART] =
		{
			.signature = "moved-part",
			.what = "an access to a part moved by mremap()",
			.access = true,
			.right = ENXIO,
			.source = "drivers/dax/device.c dev_dax_huge_fault()",
		},
};

enum answer {
	NOT_ASKED,
	FIRST,
	OTHER
};

struct policy_oracle {
	const struct gr_ctx *ctx;
	uint32_t nr_judged; /* facts of this case */
	bool found;
	/* of each row's differs() */
	enum answer answer[GR_NR_POLICIES];
};

static enum answer ask(const struct row *row, const struct gr_ctx *ctx)
{
	return row->differs(ctx) ? OTHER : FIRST;
}

/* What does I/O is asked now, while no case has harmed the kernel. */
static int open_policy(const struct gr_ctx *ctx, struct gr_oracle *o,
		       struct gr_reason *why)
{
	struct policy_oracle *p = o->priv;

	(void)why;
	p->ctx = ctx;
	for (int i = 0; i < GR_NR_POLICIES; i++)
		if (rows[i].differs && !rows[i].late)
			p->answer[i] = ask(&rows[i], ctx);
	return 0;
}

static int begin(struct gr_oracle *o, const struct gr_scene *scene)
{
	struct policy_oracle *p = o->priv;

	(void)scene;
	p->nr_judged = 0;
	p->found = false;
	return 0;
}

static bool named(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp(*list, name))
			return true;
	return false;
}

static int right_of(struct policy_oracle *p, const struct gr_policy_fact *fact)
{
	uint32_t id = fact->id;
	const struct row *row = &rows[id];

	if (!row->differs ||
	    (row->other_who && !named(row->other_who, fact->who)))
		return row->right;
	if (p->answer[id] == NOT_ASKED)
		p->answer[id] = ask(row, p->ctx);
	return p->answer[id] == OTHER ? row->other : row->right;
}

static const char *result_name(const struct row *row, int err)
{
	if (row->bytes)
		return err ? "other bytes" : "the same bytes";
	if (!row->access)
		return err ? strerror(err) : "success";
	return !err ? "its data" : err == ENXIO ? "SIGBUS" : "SIGSEGV";
}

static void judge_fact(struct policy_oracle *p, const struct gr_scene *s,
		       const struct gr_policy_fact *fact,
		       struct gr_findings *out)
{
	const struct row *row = &rows[fact->id];
	int right = right_of(p, fact);
	struct gr_finding *found;
	char align[24];

	if (fact->err == right)
		return;
	p->found = true;
	found = gr_finding_add(
		out, NAME, GR_CLASS_POLICY, row->signature,
		"%s of %s at %s%s%s gave %s where it must give %s (%s)",
		row->what, s->c->target->name,
		gr_size_format(fact->align, align, sizeof(align)),
		fact->who[0] ? " by " : "", fact->who,
		result_name(row, fact->err), result_name(row, right),
		row->source);
	found->spends_kernel = row->spends && !fact->err;
}

/* At once, not at the end: what follows may take the kernel along. */
static void sample(struct gr_oracle *o, const struct gr_scene *s,
		   enum gr_point point, struct gr_findings *out)
{
	const struct gr_policy_facts *facts = &s->facts->policy;
	uint32_t nr = __atomic_load_n(&facts->nr, __ATOMIC_ACQUIRE);
	struct policy_oracle *p = o->priv;

	(void)point;
	for (; p->nr_judged < nr; p->nr_judged++)
		if (facts->of[p->nr_judged].id < GR_NR_POLICIES)
			judge_fact(p, s, &facts->of[p->nr_judged], out);
}

/* Something that the check was to try, and did not; NULL = nothing. */
static const char *untried(const struct gr_scene *s)
{
	uint64_t want = s->c->check ? s->c->check->policies : 0;

	for (uint32_t i = 0; i < s->facts->policy.nr; i++)
		want &= ~(1ull << s->facts->policy.of[i].id);
	return want ? rows[__builtin_ctzll(want)].what : NULL;
}

static enum gr_sight judge(struct gr_oracle *o, const struct gr_scene *s,
			   struct gr_findings *out, struct gr_reason *why)
{
	struct policy_oracle *p = o->priv;
	const char *what;

	if (s->c->kind != GR_CASE_CHECK)
		return GR_SIGHT_CLEAN;
	sample(o, s, GR_POINT_END, out);
	if (p->found)
		return GR_SIGHT_VIOLATED;
	if (s->facts->policy.nr_lost) {
		gr_reason_set(why, "policy: %u results were lost",
			      s->facts->policy.nr_lost);
		return GR_SIGHT_BLIND;
	}
	what = untried(s);
	if (what)
		gr_reason_set(why, "policy: %s was not tried", what);
	return what ? GR_SIGHT_BLIND : GR_SIGHT_CLEAN;
}

/*
 * What a kernel that is wrong would answer, and what is right: written down a
 * second time, so that a row which was changed by mistake is told.
 */
static const struct sample_facts {
	enum answer answer;
	enum gr_policy id;
	int good;
	int bad;
	const char *who;
} samples[] = {
	{FIRST, GR_POLICY_MAP_PRIVATE, EINVAL, 0, ""},
	{FIRST, GR_POLICY_MAP_SYNC, 0, EOPNOTSUPP, ""},
	{FIRST, GR_POLICY_MAP_OFFSET, EINVAL, 0, ""},
	{FIRST, GR_POLICY_MAP_OFFSET_FIXED, EINVAL, 0, ""},
	{FIRST, GR_POLICY_MAP_LENGTH, EINVAL, 0, ""},
	{FIRST, GR_POLICY_MAP_DEAD, ENXIO, 0, ""},
	{FIRST, GR_POLICY_PIN_LONGTERM, 0, EOPNOTSUPP, ""},
	{FIRST, GR_POLICY_PIN_REGISTERED, 0, EOPNOTSUPP, ""},
	{OTHER, GR_POLICY_PIN_REGISTERED, EOPNOTSUPP, 0, ""},
	{FIRST, GR_POLICY_PIN_READONLY, EFAULT, 0, ""},
	{FIRST, GR_POLICY_PIN_READONLY, EFAULT, EIO, "uring_rw"},
	{OTHER, GR_POLICY_PIN_READONLY, EIO, 0, "uring_rw"},
	{OTHER, GR_POLICY_PIN_READONLY, EIO, EFAULT, "aio"},
	{OTHER, GR_POLICY_PIN_READONLY, EIO, EFAULT, "uring_sqpoll"},
	{OTHER, GR_POLICY_PIN_READONLY, EFAULT, EIO, "odirect_read"},
	{FIRST, GR_POLICY_READONLY_BYTES, 0, EIO, ""},
	{FIRST, GR_POLICY_WRITE_UPGRADED, 0, EFAULT, ""},
	{FIRST, GR_POLICY_OLD_TOUCHED, ENXIO, 0, ""},
	{FIRST, GR_POLICY_OLD_UNTOUCHED, ENXIO, 0, ""},
	{FIRST, GR_POLICY_SOFT_OFFLINE, EIO, 0, ""},
	{FIRST, GR_POLICY_UNMAP_PART, EINVAL, 0, ""},
	{FIRST, GR_POLICY_PROTECT_PART, EINVAL, 0, ""},
	{FIRST, GR_POLICY_MOVE_PART, EINVAL, 0, ""},
	{OTHER, GR_POLICY_MOVE_PART, 0, EINVAL, ""},
	{FIRST, GR_POLICY_MOVED_PART, ENXIO, 0, ""},
};

/* The sight that one fact alone gives; @id GR_NR_POLICIES = no fact at all. */
static enum gr_sight look_at(const struct sample_facts *x, uint32_t id, int err,
			     struct gr_findings *found)
{
	const struct gr_target_ops target = {.name = "selftest"};
	const struct gr_check_ops check = {.policies = 1ull << x->id};
	const struct gr_case c = {
		.kind = GR_CASE_CHECK,
		.target = &target,
		.check = &check,
	};
	struct gr_policy_fact fact = {.id = id, .err = err, .align = 4096};
	struct gr_facts facts = {.iteration = 1};
	struct gr_scene scene = {.c = &c, .facts = &facts};
	struct policy_oracle p = {.nr_judged = 0};
	struct gr_oracle o = {.priv = &p};
	struct gr_reason why;

	p.answer[x->id] = x->answer;
	(void)snprintf(fact.who, sizeof(fact.who), "%s", x->who);
	if (id < GR_NR_POLICIES)
		gr_policy_fact_add(&facts.policy, &fact);
	memset(found, 0, sizeof(*found));
	return judge(&o, &scene, found, &why);
}

static int selftest_one(const struct sample_facts *x, struct gr_findings *found,
			struct gr_reason *why)
{
	const char *signature = rows[x->id].signature;

	if (look_at(x, x->id, x->bad, found) != GR_SIGHT_VIOLATED ||
	    found->nr != 1 || strcmp(found->of[0].signature, signature)) {
		gr_reason_set(why, "gave %u findings for a bad '%s'", found->nr,
			      signature);
		return -EINVAL;
	}
	if (look_at(x, x->id, x->good, found) != GR_SIGHT_CLEAN || found->nr) {
		gr_reason_set(why, "found fault with a good '%s'", signature);
		return -EINVAL;
	}
	if (look_at(x, GR_NR_POLICIES, 0, found) != GR_SIGHT_BLIND) {
		gr_reason_set(why, "did not miss '%s'", signature);
		return -EINVAL;
	}
	return 0;
}

static int selftest(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_findings *found = malloc(sizeof(*found));
	uint64_t tried = 0;
	int ret = 0;

	(void)ctx;
	if (!found)
		return -ENOMEM;
	for (size_t i = 0; i < GR_ARRAY_SIZE(samples) && !ret; i++) {
		ret = selftest_one(&samples[i], found, why);
		tried |= 1ull << samples[i].id;
	}
	free(found);
	if (!ret && tried != (1ull << GR_NR_POLICIES) - 1) {
		gr_reason_set(why, "has a row without known-bad input");
		ret = -EINVAL;
	}
	return ret;
}

const struct gr_oracle_ops gr_oracle_policy = {
	.name = "policy",
	.summary = "what device-dax must refuse and allow, row by row",
	.required_for = 1u << GR_CASE_CHECK,
	.priv_size = sizeof(struct policy_oracle),
	.open = open_policy,
	.begin = begin,
	.sample = sample,
	.judge = judge,
	.selftest = selftest,
};

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle policy: a table of what the kernel must refuse and what it must allow,
 * of device-dax and of files with DAX, held against what checks were answered when they tried (facts.policy). A check
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
#include <sys/mman.h>

#include "base/size.h"
#include "base/util.h"
#include "core/check.h"
#include "core/oracle.h"
#include "core/pin.h"
#include "oracle/policy_internal.h"

#define NAME "policy"

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

static enum answer ask(const struct gr_policy_row *row,
		       const struct gr_ctx *ctx)
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
		if (gr_policy_rows[i].differs && !gr_policy_rows[i].late)
			p->answer[i] = ask(&gr_policy_rows[i], ctx);
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

static bool has_word(const char *const *words, const char *word)
{
	while (*words && strcmp(*words, word))
		words++;
	return *words;
}

/* Is there an answer of its own for files, and are these files? */
static bool is_for_files(const struct gr_policy_row *row,
			 const struct gr_scene *s)
{
	return row->file.source && s->c->target->flags & GR_TARGET_FILE;
}

static const char *source_of(const struct gr_policy_row *row,
			     const struct gr_scene *s)
{
	return is_for_files(row, s) ? row->file.source : row->source;
}

static int right_of(struct policy_oracle *p, const struct gr_scene *s,
		    const struct gr_policy_fact *fact)
{
	uint32_t id = fact->id;
	const struct gr_policy_row *row = &gr_policy_rows[id];

	if (is_for_files(row, s))
		return row->file.right;
	if (!row->differs ||
	    (row->other_who && !has_word(row->other_who, fact->who)))
		return row->right;
	if (p->answer[id] == NOT_ASKED)
		p->answer[id] = ask(row, p->ctx);
	return p->answer[id] == OTHER ? row->other : row->right;
}

static const char *result_name(const struct gr_policy_row *row, int err)
{
	if (row->bytes)
		return err ? "other bytes" : "the same bytes";
	if (!row->access)
		return err ? strerror(err) : "success";
	return !err ? "its data" : err == ENXIO ? "SIGBUS" : "SIGSEGV";
}

/* Refused, but with another error, is another bug than not refused. */
static const char *signature_of(const struct gr_policy_row *row, int err,
				int right, char signature[48])
{
	(void)snprintf(signature, 48, "%s%s", row->signature,
		       err && right ? "-errno" : "");
	return signature;
}

static void judge_fact(struct policy_oracle *p, const struct gr_scene *s,
		       const struct gr_policy_fact *fact,
		       struct gr_findings *out)
{
	const struct gr_policy_row *row = &gr_policy_rows[fact->id];
	int right = right_of(p, s, fact);
	struct gr_finding *found;
	char signature[sizeof(found->signature)], align[24];

	if (fact->err == right)
		return;
	p->found = true;
	found = gr_finding_add(
		out, NAME, GR_CLASS_POLICY,
		signature_of(row, fact->err, right, signature),
		"%s of %s at %s%s%s gave %s where it must give %s (%s)",
		row->what, s->c->target->name,
		gr_size_format(fact->align, align, sizeof(align)),
		fact->who[0] ? " by " : "", fact->who,
		result_name(row, fact->err), result_name(row, right),
		source_of(row, s));
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
	return want ? gr_policy_rows[__builtin_ctzll(want)].what : NULL;
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
	unsigned int flags; /* of the target */
} samples[] = {
	{FIRST, GR_POLICY_MAP_PRIVATE, EINVAL, 0, "", 0},
	{FIRST, GR_POLICY_MAP_SYNC, 0, EOPNOTSUPP, "", 0},
	{FIRST, GR_POLICY_MAP_OFFSET, EINVAL, 0, "", 0},
	{FIRST, GR_POLICY_MAP_OFFSET_FIXED, EINVAL, 0, "", 0},
	{FIRST, GR_POLICY_MAP_LENGTH, EINVAL, 0, "", 0},
	{FIRST, GR_POLICY_MAP_DEAD, ENXIO, 0, "", 0},
	{FIRST, GR_POLICY_PIN_LONGTERM, 0, EOPNOTSUPP, "", 0},
	{FIRST, GR_POLICY_PIN_REGISTERED, 0, EOPNOTSUPP, "", 0},
	{OTHER, GR_POLICY_PIN_REGISTERED, EOPNOTSUPP, 0, "", 0},
	{FIRST, GR_POLICY_PIN_READONLY, EFAULT, 0, "", 0},
	{FIRST, GR_POLICY_PIN_READONLY, EFAULT, EIO, "uring_rw", 0},
	{OTHER, GR_POLICY_PIN_READONLY, EIO, 0, "uring_rw", 0},
	{OTHER, GR_POLICY_PIN_READONLY, EIO, EFAULT, "aio", 0},
	{OTHER, GR_POLICY_PIN_READONLY, EIO, EFAULT, "odirect_held", 0},
	{OTHER, GR_POLICY_PIN_READONLY, EFAULT, EIO, "odirect_read", 0},
	{FIRST, GR_POLICY_READONLY_BYTES, 0, EIO, "", 0},
	{FIRST, GR_POLICY_WRITE_UPGRADED, 0, EFAULT, "", 0},
	{FIRST, GR_POLICY_OLD_TOUCHED, ENXIO, 0, "", 0},
	{FIRST, GR_POLICY_OLD_UNTOUCHED, ENXIO, 0, "", 0},
	{FIRST, GR_POLICY_SOFT_OFFLINE, EIO, 0, "", 0},
	{FIRST, GR_POLICY_UNMAP_PART, EINVAL, 0, "", 0},
	{FIRST, GR_POLICY_PROTECT_PART, EINVAL, 0, "", 0},
	{FIRST, GR_POLICY_MOVE_PART, EINVAL, 0, "", 0},
	{OTHER, GR_POLICY_MOVE_PART, 0, EINVAL, "", 0},
	{FIRST, GR_POLICY_MOVED_PART, ENXIO, 0, "", 0},
	{FIRST, GR_POLICY_MAP_PRIVATE, 0, EINVAL, "", GR_TARGET_FILE},
	{FIRST, GR_POLICY_MAP_SYNC, 0, EOPNOTSUPP, "", GR_TARGET_FILE},
	{FIRST, GR_POLICY_PIN_LONGTERM, EOPNOTSUPP, 0, "", GR_TARGET_FILE},
	{FIRST, GR_POLICY_PIN_REGISTERED, EOPNOTSUPP, 0, "", GR_TARGET_FILE},
	{OTHER, GR_POLICY_PIN_REGISTERED, EOPNOTSUPP, EFAULT, "",
	 GR_TARGET_FILE},
	{FIRST, GR_POLICY_PIN_READONLY, EFAULT, 0, "", GR_TARGET_FILE},
	{OTHER, GR_POLICY_PIN_READONLY, EIO, 0, "aio", GR_TARGET_FILE},
	{FIRST, GR_POLICY_WRITE_UPGRADED, 0, ENXIO, "", GR_TARGET_FILE},
	{FIRST, GR_POLICY_SOFT_OFFLINE, EIO, 0, "", GR_TARGET_FILE},
	{FIRST, GR_POLICY_CUT_TOUCHED, ENXIO, 0, "", GR_TARGET_FILE},
	{FIRST, GR_POLICY_CUT_UNTOUCHED, ENXIO, 0, "", GR_TARGET_FILE},
	{FIRST, GR_POLICY_CUT_PINNED, EFAULT, 0, "", GR_TARGET_FILE},
};

/* The sight that one fact alone gives; @id GR_NR_POLICIES = no fact at all. */
static enum gr_sight look_at(const struct sample_facts *x, uint32_t id, int err,
			     struct gr_findings *found)
{
	const struct gr_target_ops target = {
		.name = "selftest",
		.flags = x->flags,
	};
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
	char signature[sizeof(found->of[0].signature)];

	(void)signature_of(&gr_policy_rows[x->id], x->bad, x->good, signature);
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
	.summary = "what the kernel must refuse and allow, row by row",
	.required_for = 1u << GR_CASE_CHECK,
	.priv_size = sizeof(struct policy_oracle),
	.open = open_policy,
	.begin = begin,
	.sample = sample,
	.judge = judge,
	.selftest = selftest,
};

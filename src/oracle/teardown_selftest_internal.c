// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "core/invalidate.h"
#include "core/pin.h"
#include "core/registry.h"
#include "oracle/teardown_internal.h"

/* Known-bad facts, and the signature that each must be given. */
struct bad_facts {
	const char *signature; /* NULL = a good teardown: nothing */
	struct gr_inv_facts inv;
	uint64_t pins_over_ago_ns; /* before now; 0 = not over */
	uint64_t quieted_ago_ns; /* the same of TRANSIENT ones told to end */
	uint64_t settling_ago_ns; /* the same of all, after it had returned */
	unsigned int inv_flags; /* 0 = a teardown */
	bool waited;
	struct gr_pin_facts pin;
	struct gr_witness_facts witness;
};

static const struct bad_facts bad_facts[] = {
	{
		.inv = {.begin_ns = 1, .end_ns = 2},
		.pin = {.held_ns = 1, .unpin_ns = 1, .touched = {1}},
	},
	{
		.signature = "returned-while-pinned",
		.inv = {.begin_ns = 1, .end_ns = 2},
		.pin = {.held_ns = 1},
	},
	{
		.signature = "never-returned",
		.inv = {.begin_ns = 1},
		.pins_over_ago_ns = GR_NEVER_NS + 1,
	},
	{
		.signature = "stuck-with-pin",
		.inv = {.begin_ns = 1},
		.quieted_ago_ns = GR_NEVER_NS + 1,
		.pin = {.in_pin = 1},
	},
	{
		.signature = "pin-stuck",
		.inv = {.begin_ns = 1, .end_ns = 2},
		.settling_ago_ns = GR_NEVER_NS + 1,
		.pin = {.in_pin = 1},
	},
	{
		.signature = "returned-late",
		.inv = {.begin_ns = 1, .end_ns = GR_LATE_NS + 2},
	},
	{
		.signature = "waited-for-pin",
		.inv_flags = GR_INV_SAME_MM,
		.waited = true,
	},
	{
		.signature = "pinned-after",
		.inv_flags = GR_INV_SAME_MM | GR_INV_DENIES,
		.pin = {.nr_after_ok = 1},
	},
	{
		.signature = "unexpected-errno",
		.inv = {.by_errno = {{.err = EPIPE, .nr = 1}}},
	},
	{
		.signature = "mapping-survived",
		.pin = {.untouched = {[GR_ACCESS_OK] = 1}},
	},
	{
		.signature = "mapping-segv",
		.pin = {.touched = {[GR_ACCESS_SIGSEGV] = 1}},
	},
	{
		.signature = "not-usable-again",
		.inv = {.restore_ret = -ENXIO},
	},
	{
		.signature = "witness-noticed",
		.witness = {.nr_failed = 1, .first_err = EFAULT},
	},
};

static int selftest_one(const struct bad_facts *bad, struct gr_reason *why)
{
	static const struct gr_target_ops target = {
		.flags = GR_TARGET_MAPS_DEVICE,
	};
	static const struct gr_expect legal[] = {
		{0, GR_EXPECT_LEGAL, ""},
		{0, GR_EXPECT_BUG, NULL},
	};
	const struct gr_invalidate_ops inv = {
		.name = "selftest",
		.flags = bad->inv_flags ? bad->inv_flags : GR_INV_TEARDOWN,
		.expect = legal,
	};
	const struct gr_pin_ops pin = {.name = "selftest"};
	const struct gr_case c = {
		.kind = GR_CASE_RACE,
		.inv = &inv,
		.pin = &pin,
	};
	const struct gr_target t = {.ops = &target};
	struct gr_facts facts = {
		.iteration = 1,
		.nr_pinners = 1,
		.waited_in = bad->waited,
		.pin = {bad->pin},
		.inv = bad->inv,
		.witness = bad->witness,
	};
	struct gr_scene scene = {.c = &c, .target = &t, .facts = &facts};
	const struct gr_oracle_ops *ops = gr_oracle_find("teardown");
	struct gr_oracle o = {.ops = ops, .priv = calloc(1, ops->priv_size)};
	struct gr_findings *found = calloc(1, sizeof(*found));
	bool right;

	if (!found || !o.priv) {
		free(found);
		free(o.priv);
		return -ENOMEM;
	}
	if (bad->pins_over_ago_ns)
		facts.pins_over_ns = gr_now_ns() - bad->pins_over_ago_ns;
	if (bad->quieted_ago_ns)
		facts.quieted_ns = gr_now_ns() - bad->quieted_ago_ns;
	if (bad->settling_ago_ns)
		facts.settling_ns = gr_now_ns() - bad->settling_ago_ns;
	ops->sample(&o, &scene, GR_POINT_POLL, found);
	(void)ops->judge(&o, &scene, found, why); /* what it found counts */
	right = bad->signature
			? found->nr == 1 && !strcmp(found->of[0].signature,
						    bad->signature)
			: !found->nr;
	if (!right)
		gr_reason_set(why, "gave %u findings (%s) for facts of '%s'",
			      found->nr,
			      found->nr ? found->of[0].signature : "",
			      bad->signature ? bad->signature : "a good one");
	free(found);
	free(o.priv);
	return right ? 0 : -EINVAL;
}

int gr_teardown_selftest(const struct gr_ctx *ctx, struct gr_reason *why)
{
	int ret = 0;

	(void)ctx;
	for (size_t i = 0; i < GR_ARRAY_SIZE(bad_facts) && !ret; i++)
		ret = selftest_one(&bad_facts[i], why);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "engine/probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/known.h"
#include "sys/call.h"
#include "sys/kernel.h"
#include "sys/module.h"

static int need_options(const char *const *options, struct gr_reason *why)
{
	for (; options && *options; options++)
		if (!gr_kernel_option(*options)) {
			gr_reason_set(why, "needs a kernel with %s", *options);
			return -ENODEV;
		}
	return 0;
}

static int need_modules(const char *const *modules, struct gr_reason *why)
{
	for (; modules && *modules; modules++)
		if (!gr_module_available(*modules)) {
			gr_reason_set(why, "needs module %s", *modules);
			return -ENODEV;
		}
	return 0;
}

static int need_devices(const char *const *devices, struct gr_reason *why)
{
	for (; devices && *devices; devices++)
		if (gr_exists(*devices)) {
			gr_reason_set(why, "needs %s", *devices);
			return -ENODEV;
		}
	return 0;
}

int gr_probe_needs(const struct gr_ctx *ctx, const struct gr_needs *needs,
		   struct gr_reason *why)
{
	int ret;

	if (needs->root && !gr_is_root()) {
		gr_reason_set(why, "needs root");
		return -EPERM;
	}
	if (needs->guest_only && !ctx->in_guest) {
		gr_reason_set(why, "is done in a guest only: it would take "
				   "devices from others");
		return -EPERM;
	}
	ret = need_options(needs->kconfig, why);
	if (!ret)
		ret = need_modules(needs->modules, why);
	return ret ? ret : need_devices(needs->devices, why);
}

int gr_probe_target(const struct gr_ctx *ctx, const struct gr_target_ops *ops,
		    const struct gr_target_spec *spec, struct gr_reason *why)
{
	int ret = gr_probe_needs(ctx, &ops->needs, why);

	if (ret || !ops->probe)
		return ret;
	return ops->probe(ctx, spec, why);
}

int gr_probe_pin(const struct gr_ctx *ctx, const struct gr_pin_ops *ops,
		 struct gr_reason *why)
{
	int ret = gr_probe_needs(ctx, &ops->needs, why);

	return ret || !ops->probe ? ret : ops->probe(ctx, why);
}

int gr_probe_invalidate(const struct gr_ctx *ctx,
			const struct gr_invalidate_ops *ops,
			struct gr_reason *why)
{
	int ret = gr_probe_needs(ctx, &ops->needs, why);

	return ret || !ops->probe ? ret : ops->probe(ctx, why);
}

int gr_probe_check(const struct gr_ctx *ctx, const struct gr_check_ops *ops,
		   struct gr_reason *why)
{
	return gr_probe_needs(ctx, &ops->needs, why);
}

struct gr_answer {
	const void *ops;
	struct gr_target_spec spec; /* of a target, else all 0 */
	int ret;
	struct gr_reason why;
};

static const struct gr_answer *find_answer(const struct gr_answers *answers,
					   const struct gr_answer *asked)
{
	for (size_t i = 0; i < answers->nr; i++)
		if (answers->list[i].ops == asked->ops &&
		    !memcmp(&answers->list[i].spec, &asked->spec,
			    sizeof(asked->spec)))
			return &answers->list[i];
	return NULL;
}

/* One that cannot be kept for want of memory is asked for again. */
static void keep_answer(struct gr_answers *answers, const struct gr_answer *a)
{
	struct gr_answer *list =
		reallocarray(answers->list, answers->nr + 1, sizeof(*list));

	if (!list)
		return;
	answers->list = list;
	list[answers->nr++] = *a;
}

/* Return: true when @a is answered already. */
static bool answered(const struct gr_answers *answers, struct gr_answer *a)
{
	const struct gr_answer *before = find_answer(answers, a);

	if (before)
		*a = *before;
	return before;
}

static int give_answer(const struct gr_answer *a, struct gr_reason *why)
{
	if (a->ret)
		*why = a->why;
	return a->ret;
}

static int ask_target(void *arg, const struct gr_target_ops *ops,
		      const struct gr_target_spec *spec, struct gr_reason *why)
{
	struct gr_answers *answers = arg;
	struct gr_answer a = {.ops = ops, .spec = *spec};

	if (!answered(answers, &a)) {
		a.ret = gr_probe_target(answers->ctx, ops, spec, &a.why);
		keep_answer(answers, &a);
	}
	return give_answer(&a, why);
}

static int ask_pin(void *arg, const struct gr_pin_ops *ops,
		   struct gr_reason *why)
{
	struct gr_answers *answers = arg;
	struct gr_answer a = {.ops = ops};

	if (!answered(answers, &a)) {
		a.ret = gr_probe_pin(answers->ctx, ops, &a.why);
		keep_answer(answers, &a);
	}
	return give_answer(&a, why);
}

static int ask_inv(void *arg, const struct gr_invalidate_ops *ops,
		   struct gr_reason *why)
{
	struct gr_answers *answers = arg;
	struct gr_answer a = {.ops = ops};

	if (!answered(answers, &a)) {
		a.ret = gr_probe_invalidate(answers->ctx, ops, &a.why);
		keep_answer(answers, &a);
	}
	return give_answer(&a, why);
}

static int ask_check(void *arg, const struct gr_check_ops *ops,
		     struct gr_reason *why)
{
	struct gr_answers *answers = arg;
	struct gr_answer a = {.ops = ops};

	if (!answered(answers, &a)) {
		a.ret = gr_probe_check(answers->ctx, ops, &a.why);
		keep_answer(answers, &a);
	}
	return give_answer(&a, why);
}

static bool has_symbol(void *arg, const char *symbol)
{
	(void)arg;
	return gr_kernel_symbol(symbol);
}

void gr_prober_init(struct gr_prober *prober, struct gr_answers *answers,
		    const struct gr_ctx *ctx)
{
	*answers = (struct gr_answers){.ctx = ctx};
	prober->arg = answers;
	prober->target = ask_target;
	prober->pin = ask_pin;
	prober->inv = ask_inv;
	prober->check = ask_check;
	prober->known = gr_known_probe(has_symbol, NULL);
}

void gr_answers_fini(struct gr_answers *answers)
{
	free(answers->list);
	*answers = (struct gr_answers){.list = NULL};
}

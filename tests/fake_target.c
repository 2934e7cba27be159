// SPDX-License-Identifier: GPL-2.0-only
#include "fake_target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"
#include "core/registry.h"
#include "fake_nd.h"
#include "sys/call.h"

/* The target is the first member of its fake. */
static struct gr_fake_target *fake_of(const struct gr_target *t)
{
	return (struct gr_fake_target *)(uintptr_t)t;
}

static int map(const struct gr_target *t, const struct gr_map_req *req,
	       struct gr_mapping *m)
{
	struct gr_fake_target *f = fake_of(t);
	int flags = f->flaw == GR_FAKE_PRIVATE ? MAP_PRIVATE : MAP_SHARED;
	int prot = req->prot;
	off_t off = (off_t)req->off;
	void *addr;
	int ret, fd;

	if (f->flaw == GR_FAKE_NO_MAP)
		return gr_err(-ENXIO, "cannot map '%s'", t->dev);
	if (f->flaw == GR_FAKE_IGNORES_PROT)
		prot |= PROT_WRITE;
	if (f->flaw == GR_FAKE_OTHER_PAGE)
		off = f->next_off += (off_t)2 * GR_TEST_PAGE,
		f->next_off %= (off_t)(GR_FAKE_LEAVES / 2) * GR_TEST_PAGE;
	fd = gr_open(t->dev, O_RDWR);
	if (fd < 0)
		return fd;
	ret = gr_mmap(req->len, prot, flags, fd, off, &addr);
	if (ret) {
		gr_close(fd);
		return ret;
	}
	if (f->flaw == GR_FAKE_SHORT ||
	    (f->flaw == GR_FAKE_LOST && f->nr_maps++))
		assert_int_equal(gr_munmap((char *)addr + t->spec.align,
					   req->len - t->spec.align),
				 0);
	f->nr_mapped++;
	f->last = addr;
	*m = (struct gr_mapping){{addr, req->len}, fd, f};
	return 0;
}

static int unmap(struct gr_mapping *m)
{
	struct gr_fake_target *f = m->handle;

	f->nr_mapped--;
	assert_int_equal(gr_munmap(m->range.addr, m->range.len), 0);
	assert_int_equal(gr_close(m->fd), 0);
	return f->flaw == GR_FAKE_NO_UNMAP ? -EBUSY : 0;
}

/* The second namespace of the fake bus, if it has one. */
static int probe(const struct gr_ctx *ctx, const struct gr_target_spec *spec,
		 struct gr_reason *why)
{
	(void)ctx;
	assert_string_not_equal(spec->not_ns, "");
	if (gr_fake_nd.nr_ns > 1)
		return 0;
	gr_reason_set(why, "there is no second one");
	return -ENODEV;
}

static int acquire(const struct gr_ctx *ctx, struct gr_target *t)
{
	(void)ctx;
	strcpy(t->ns, gr_fake_nd.ns[1].name);
	t->ns_size = gr_fake_nd.ns[1].raw_size;
	return 0;
}

static int attach(const struct gr_ctx *ctx, struct gr_target *t)
{
	(void)ctx, (void)t;
	return 0;
}

static const struct gr_target_ops fake_ops = {
	.name = "fake",
	.summary = "a file",
	.flags = GR_TARGET_MAPS_DEVICE,
	.probe = probe,
	.acquire = acquire,
	.attach = attach,
	.map = map,
	.unmap = unmap,
};

static const struct gr_target_ops fake_file_ops = {
	.name = "fake file",
	.summary = "a file that is taken for one with DAX",
	.flags = GR_TARGET_MAPS_DEVICE | GR_TARGET_FILE | GR_TARGET_NO_LONGTERM,
	.probe = probe,
	.acquire = acquire,
	.attach = attach,
	.map = map,
	.unmap = unmap,
};

void gr_fake_env_file(struct gr_fake_env *f)
{
	f->fake.target.ops = &fake_file_ops;
}

static void on_op(struct gr_check_env *env, const char *what)
{
	struct gr_fake_env *f = env->engine;

	assert_true(what[0] != '\0');
	f->nr_ops++;
}

static void on_fail(struct gr_check_env *env, enum gr_class class,
		    const char *signature, const char *text)
{
	struct gr_fake_env *f = env->engine;

	gr_finding_add(&f->found, "check", class, signature, "%s", text);
}

static void on_fact(struct gr_check_env *env, const struct gr_policy_fact *fact)
{
	struct gr_fake_env *f = env->engine;

	assert_int_equal(fact->align, f->fake.target.spec.align);
	gr_policy_fact_add(&f->facts.policy, fact);
}

static void on_skip(struct gr_check_env *env, const char *text)
{
	struct gr_fake_env *f = env->engine;

	gr_reason_set(&f->skipped, "%s", text);
}

struct gr_fake_env *gr_fake_env_new(struct gr_test_disks *disks,
				    enum gr_fake_flaw flaw)
{
	struct gr_fake_env *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->disks = disks;
	f->fake.target = disks->target;
	f->fake.target.ops = &fake_ops;
	f->fake.fd = memfd_create("target", MFD_CLOEXEC);
	assert_true(f->fake.fd >= 0);
	assert_int_equal(
		gr_truncate_fd(f->fake.fd, GR_FAKE_LEAVES * GR_TEST_PAGE), 0);
	snprintf(f->fake.target.dev, sizeof(f->fake.target.dev),
		 "/proc/self/fd/%d", f->fake.fd);
	f->fake.target.size = GR_FAKE_LEAVES * GR_TEST_PAGE;
	f->fake.flaw = flaw;
	f->env = (struct gr_check_env){
		.ctx = &disks->ctx,
		.target = &f->fake.target,
		.seed = 1,
		.op = on_op,
		.fail = on_fail,
		.fact = on_fact,
		.skip = on_skip,
		.engine = f,
	};
	return f;
}

struct gr_fake_env *gr_fake_env_on_bus(struct gr_test_disks *disks,
				       enum gr_fake_flaw flaw)
{
	struct gr_fake_env *f = gr_fake_env_new(disks, flaw);
	struct gr_nd_info *ns = &gr_fake_nd.ns[0];

	gr_fake_nd_reset();
	snprintf(ns->blockdev, sizeof(ns->blockdev), "fd/%d", f->fake.fd);
	snprintf(ns->chardev, sizeof(ns->chardev), "fd/%d", f->fake.fd);
	strcpy(f->fake.target.ns, ns->name);
	f->fake.target.ns_size = ns->raw_size;
	return f;
}

void gr_fake_env_free(struct gr_fake_env *f)
{
	assert_int_equal(f->fake.nr_mapped, 0);
	assert_int_equal(gr_close(f->fake.fd), 0);
	free(f);
}

static void judge(struct gr_fake_env *f, const struct gr_check_ops *ops)
{
	const struct gr_case c = {
		.kind = GR_CASE_CHECK,
		.target = f->fake.target.ops,
		.check = ops,
	};
	const struct gr_scene scene = {.c = &c, .facts = &f->facts, .op = ""};
	struct gr_oracle o = {.ops = gr_oracle_find("policy")};
	struct gr_reason why;

	o.priv = calloc(1, o.ops->priv_size);
	assert_non_null(o.priv);
	assert_int_equal(o.ops->open(f->env.ctx, &o, &why), 0);
	assert_int_equal(o.ops->begin(&o, &scene), 0);
	f->sight = o.ops->judge(&o, &scene, &f->found, &why);
	free(o.priv);
}

int gr_fake_run(struct gr_fake_env *f, const char *check)
{
	const struct gr_check_ops *ops = gr_check_find(check);
	int ret;

	assert_non_null(ops);
	gr_test_log_to(&f->log);
	ret = ops->run(&f->env);
	gr_test_log_to(NULL);
	judge(f, ops);
	return ret;
}

bool gr_fake_saw(const struct gr_fake_env *f, enum gr_policy id, int err)
{
	const struct gr_policy_facts *p = &f->facts.policy;

	for (uint32_t i = 0; i < p->nr; i++)
		if (p->of[i].id == id && p->of[i].err == err)
			return true;
	return false;
}

bool gr_fake_has(const struct gr_fake_env *f, const char *signature)
{
	for (unsigned int i = 0; i < f->found.nr; i++)
		if (!strcmp(f->found.of[i].signature, signature))
			return true;
	return false;
}

void gr_fake_passes(struct gr_test_disks *disks, const char *check)
{
	struct gr_fake_env *f = gr_fake_env_new(disks, GR_FAKE_GOOD);

	assert_int_equal(gr_fake_run(f, check), 0);
	assert_string_equal(f->skipped.text, "");
	if (f->found.nr)
		fail_msg("%s: %s", f->found.of[0].signature,
			 f->found.of[0].summary);
	assert_true(f->nr_ops > 0);
	assert_int_equal(f->sight, GR_SIGHT_CLEAN);
	gr_fake_env_free(f);
}

void gr_fake_finds(struct gr_fake_env *f, const char *check,
		   const char *signature)
{
	struct gr_test_holds before;

	gr_test_holds(&before);
	assert_int_equal(gr_fake_run(f, check), 0);
	gr_test_assert_holds(&before);
	assert_int_equal(f->found.nr, signature ? 1 : 0);
	if (signature)
		assert_true(gr_fake_has(f, signature));
	assert_int_equal(f->sight,
			 signature ? GR_SIGHT_VIOLATED : GR_SIGHT_CLEAN);
	gr_fake_env_free(f);
}

void gr_fake_fails(struct gr_test_disks *disks, const char *check,
		   enum gr_fake_flaw flaw, const char *signature)
{
	struct gr_fake_env *f = gr_fake_env_new(disks, flaw);

	assert_int_equal(gr_fake_run(f, check), 0);
	assert_string_equal(f->skipped.text, "");
	if (!gr_fake_has(f, signature))
		fail_msg("'%s' was not found, but '%s'", signature,
			 f->found.nr ? f->found.of[0].signature : "nothing");
	gr_fake_env_free(f);
}

void gr_fake_breaks(struct gr_test_disks *disks, const char *check,
		    enum gr_fake_flaw flaw, int ret)
{
	struct gr_fake_env *f = gr_fake_env_new(disks, flaw);

	assert_int_equal(gr_fake_run(f, check), ret);
	assert_true(f->log.nr > 0);
	assert_int_equal(f->found.nr, 0);
	gr_fake_env_free(f);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle kmsg: reads the kernel's log while the case runs and looks each record
 * up in the table of signatures. Warnings that are printed once are re-armed
 * before each case. Records that were overwritten before they could be read are
 * a gap, and a case with a gap cannot pass.
 *
 * It cannot see what the kernel does not print: most lost references, a
 * truncate that sleeps interruptibly, data in the wrong place.
 * Source: Documentation/ABI/testing/dev-kmsg; core/signature_table.c.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/oracle.h"
#include "core/signature.h"
#include "sys/fd.h"
#include "sys/kernel.h"
#include "sys/kmsg.h"

#define NAME "kmsg"

/* A splat without an end is taken as complete after so long. */
#define SPLAT_QUIET_NS (200 * GR_NSEC_PER_MSEC)

/*
 * One that may be a known bug's, and has not named its place yet, is worth a
 * longer wait: an oops is printed line by line, slowly on a busy machine.
 */
#define SPLAT_CUT_NS (3 * GR_NSEC_PER_SEC)
#define LOOK_AGAIN_NS (20 * GR_NSEC_PER_MSEC)

/*
 * One signature at one place is reported once in a case; a line without a place
 * that follows says the same again.
 */
#define SEEN_MAX 16

struct kmsg_oracle {
	struct gr_kmsg log;
	struct gr_sigset *set;
	struct gr_splat splat;
	uint64_t last_line_ns;
	unsigned int nr_gaps; /* in this case */
	unsigned int nr_seen;
	struct {
		char signature[48];
		char where[48];
	} seen[SEEN_MAX];
};

static int open_log(const struct gr_ctx *ctx, struct gr_oracle *o,
		    struct gr_reason *why)
{
	struct kmsg_oracle *k = o->priv;
	int ret;

	(void)ctx;
	k->log.fd = -1;
	ret = gr_sigset_new(&k->set);
	if (!ret)
		ret = gr_kmsg_open(&k->log);
	if (ret)
		gr_reason_set(why, "cannot read /dev/kmsg: %s", strerror(-ret));
	return ret;
}

static int begin(struct gr_oracle *o, const struct gr_scene *scene)
{
	struct kmsg_oracle *k = o->priv;

	(void)scene;
	k->nr_gaps = 0;
	k->nr_seen = 0;
	if (gr_kernel_rearm_warnings())
		gr_debug("WARN_ONCE cannot be re-armed: no debugfs");
	return 0;
}

static bool seen_before(struct kmsg_oracle *k, const struct gr_finding *f)
{
	for (unsigned int i = 0; i < k->nr_seen; i++)
		if (!strcmp(k->seen[i].signature, f->signature) &&
		    (!f->where[0] || !strcmp(k->seen[i].where, f->where)))
			return true;
	if (k->nr_seen == SEEN_MAX)
		return false;
	memcpy(k->seen[k->nr_seen].signature, f->signature,
	       sizeof(f->signature));
	memcpy(k->seen[k->nr_seen].where, f->where, sizeof(f->where));
	k->nr_seen++;
	return false;
}

static void take(struct kmsg_oracle *k, struct gr_findings *out)
{
	unsigned int nr = out->nr;

	if (gr_splat_take(&k->splat, NAME, out) && out->nr > nr &&
	    seen_before(k, &out->of[nr]))
		out->nr = nr;
}

static bool lacks_place(const struct kmsg_oracle *k)
{
	return k->splat.open && k->splat.sig && !k->splat.func[0] &&
	       k->splat.sig->severity == GR_SEV_FATAL;
}

static bool is_fresh(const struct kmsg_oracle *k, uint64_t ns)
{
	return gr_now_ns() - k->last_line_ns <= ns;
}

static void read_on(struct kmsg_oracle *k, struct gr_findings *out)
{
	struct gr_kmsg_rec rec;
	int ret;

	while ((ret = gr_kmsg_read(&k->log, &rec)) != 0) {
		if (ret < 0) {
			k->nr_gaps++;
			if (ret != -EPIPE)
				break;
			continue;
		}
		k->last_line_ns = gr_now_ns();
		if (gr_splat_feed(&k->splat, k->set, rec.text))
			take(k, out);
	}
}

static void sample(struct gr_oracle *o, const struct gr_scene *scene,
		   enum gr_point point, struct gr_findings *out)
{
	struct kmsg_oracle *k = o->priv;

	(void)scene;
	read_on(k, out);
	while (point == GR_POINT_END && lacks_place(k) &&
	       is_fresh(k, SPLAT_CUT_NS)) {
		(void)gr_fd_poll(NULL, 0, LOOK_AGAIN_NS);
		read_on(k, out);
	}
	if (k->splat.open &&
	    (point == GR_POINT_END ||
	     !is_fresh(k, lacks_place(k) ? SPLAT_CUT_NS : SPLAT_QUIET_NS)))
		take(k, out);
}

static enum gr_sight judge(struct gr_oracle *o, const struct gr_scene *scene,
			   struct gr_findings *out, struct gr_reason *why)
{
	struct kmsg_oracle *k = o->priv;

	(void)scene, (void)out;
	if (k->nr_gaps) {
		gr_reason_set(why, "%u gaps in the kernel's log", k->nr_gaps);
		return GR_SIGHT_BLIND;
	}
	return k->nr_seen ? GR_SIGHT_VIOLATED : GR_SIGHT_CLEAN;
}

static void close_log(struct gr_oracle *o)
{
	struct kmsg_oracle *k = o->priv;

	gr_kmsg_close(&k->log);
	gr_sigset_free(k->set);
	k->set = NULL;
}

/* Lines of real logs: what each must be taken for; NULL = nothing at all. */
static const struct {
	const char *line;
	const char *signature;
	enum gr_class class;
} corpus[] = {
	{"percpu ref (dev_pagemap_percpu_release) <= 0 (-1) after switching to "
	 "atomic",
	 "percpu-ref-underflow", GR_CLASS_UNDERFLOW},
	{"percpu_ref_switch_to_atomic_rcu: percpu_ref_switch_to_atomic_rcu(): "
	 "percpu_ref underflow slab kmalloc-64 start ffff88800 pointer offset "
	 "0 size 64",
	 "percpu-ref-underflow", GR_CLASS_UNDERFLOW},
	{"BUG: unable to handle page fault for address: ffffea0004000034",
	 "page-fault-oops", GR_CLASS_CRASH},
	{"WARNING: CPU: 1 PID: 99 at mm/memremap.c:512 "
	 "free_zone_device_page+0x1/0x90",
	 "zone-device-free", GR_CLASS_UNDERFLOW},
	{"INFO: task guprace:77 blocked for more than 120 seconds.",
	 "hung-task", GR_CLASS_LEAK},
	{"WARNING: CPU: 0 PID: 1 at kernel/foo.c:1 bar+0x1/0x2", "warning",
	 GR_CLASS_WARNING},
	{"dax dax0.0: guprace: dax_mmap: fail, attempted private mapping", NULL,
	 GR_CLASS_WARNING},
	{"nd_pmem namespace0.0: unable to guarantee persistence of writes",
	 NULL, GR_CLASS_WARNING},
	{"debug: bug tracker ready, no warnings", NULL, GR_CLASS_WARNING},
};

static int selftest_line(const struct gr_sigset *set, size_t i,
			 struct gr_reason *why)
{
	const struct gr_signature *sig = gr_sigset_match(set, corpus[i].line);
	bool bad = sig && sig->severity != GR_SEV_BENIGN;

	if (!corpus[i].signature && !bad)
		return 0;
	if (corpus[i].signature && bad && sig->class == corpus[i].class &&
	    !strcmp(sig->name, corpus[i].signature))
		return 0;
	gr_reason_set(why, "took '%s' for '%s'", corpus[i].line,
		      bad ? sig->name : "nothing");
	return -EINVAL;
}

static int selftest(const struct gr_ctx *ctx, struct gr_reason *why)
{
	struct gr_kmsg log = {.fd = -1};
	struct gr_sigset *set;
	int ret;

	(void)ctx;
	ret = gr_sigset_new(&set);
	for (size_t i = 0; i < GR_ARRAY_SIZE(corpus) && !ret; i++)
		ret = selftest_line(set, i, why);
	gr_sigset_free(set);
	if (ret)
		return ret;
	ret = gr_kmsg_open(&log);
	gr_kmsg_close(&log);
	if (ret)
		gr_reason_set(why, "cannot read /dev/kmsg: %s", strerror(-ret));
	return ret ? -EOPNOTSUPP : 0;
}

const struct gr_oracle_ops gr_oracle_kmsg = {
	.name = "kmsg",
	.summary = "the kernel's log, looked up in the table of signatures",
	.required_for = GR_REQUIRED_FOR_ALL,
	.priv_size = sizeof(struct kmsg_oracle),
	.open = open_log,
	.begin = begin,
	.sample = sample,
	.judge = judge,
	.selftest = selftest,
	.close = close_log,
};

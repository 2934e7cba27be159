// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many times a second a namespace can be torn down and made again: by a
 * bare loop over two files of sysfs, by guprace's invalidators, and by a shell
 * loop of ndctl. In turn, so that what disturbs one disturbs all.
 *
 *     cycle ROUNDS SECONDS
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "common.h"
#include "core/invalidate.h"
#include "core/registry.h"
#include "core/verdict.h"
#include "sys/spawn.h"

#define NDCTL_CYCLES 5
#define TEXT(x) #x
#define NUMBER(x) TEXT(x)

struct way {
	const char *name; /* of its row */
	const char *invalidator; /* NULL = none of guprace's */
	bool attaches; /* finds the node again, as a race does */
	int (*run)(struct bench *b, const struct way *way);
};

struct files {
	int fd_unbind;
	int fd_bind;
};

static int open_files(struct files *f, const char *folder)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/unbind", folder);
	f->fd_unbind = open(path, O_WRONLY);
	(void)snprintf(path, sizeof(path), "%s/bind", folder);
	f->fd_bind = open(path, O_WRONLY);
	if (f->fd_unbind < 0 || f->fd_bind < 0)
		return gr_err(0, "cannot open '%s': %m", path), -ENOENT;
	return 0;
}

static void close_files(const struct files *f)
{
	(void)close(f->fd_unbind); /* each write has told */
	(void)close(f->fd_bind);
}

static int run_sysfs(struct bench *b, const struct way *way)
{
	const char *dev = b->target.nd_dev;
	ssize_t len = (ssize_t)strlen(dev);
	uint64_t begin, nr = 0;
	struct files f;
	int ret = open_files(&f, "/sys/bus/nd/drivers/dax_pmem");

	begin = gr_now_ns();
	for (; !ret && gr_now_ns() < begin + b->slice_ns; nr++)
		if (write(f.fd_unbind, dev, (size_t)len) != len ||
		    write(f.fd_bind, dev, (size_t)len) != len)
			ret = gr_err(-EIO, "cannot unbind and bind '%s'", dev);
	if (!ret)
		bench_rate(way->name, nr, gr_now_ns() - begin);
	close_files(&f);
	return ret;
}

static int cycle(struct bench *b, struct gr_invalidate *inv, bool attaches)
{
	int ret = inv->ops->invalidate(inv);

	if (ret)
		return gr_err(ret, "%s of '%s' failed", inv->ops->name,
			      b->target.ns);
	ret = inv->ops->restore(inv);
	if (ret)
		return gr_err(ret, "cannot restore '%s' after %s", b->target.ns,
			      inv->ops->name);
	return attaches ? b->target.ops->attach(&b->ctx, &b->target) : 0;
}

static int run_invalidator(struct bench *b, const struct way *way)
{
	const struct gr_invalidate_ops *ops =
		gr_invalidate_find(way->invalidator);
	struct gr_invalidate inv = {
		.ops = ops,
		.ctx = &b->ctx,
		.target = &b->target,
		.priv = calloc(1, ops->priv_size + 1),
	};
	uint64_t begin, nr = 0;
	int ret;

	if (!inv.priv)
		return gr_err(-ENOMEM, "cannot set up '%s'", ops->name);
	ret = ops->setup(&b->ctx, &inv);
	begin = gr_now_ns();
	for (; !ret && gr_now_ns() < begin + b->slice_ns; nr++)
		ret = cycle(b, &inv, way->attaches);
	if (!ret)
		bench_rate(way->name, nr, gr_now_ns() - begin);
	ops->teardown(&inv);
	free(inv.priv);
	return ret;
}

/* What ndctl prints is dropped, so that no terminal is measured. */
static int run_ndctl(struct bench *b, const struct way *way)
{
	char sh[] = "busybox", applet[] = "sh", option[] = "-c", name[] = "sh";
	char loop[] = "i=0; while [ $i -lt " NUMBER(
		NDCTL_CYCLES) " ]; do "
			      "ndctl disable-namespace $1 >/dev/null 2>&1 &&"
			      "ndctl enable-namespace $1 >/dev/null 2>&1 || exit 1;"
			      "i=$((i + 1)); done";
	char *const argv[] = {sh,   applet,	  option, loop,
			      name, b->target.ns, NULL};
	uint64_t begin, nr = 0;
	char *out = NULL;
	int ret = 0, status = 0;

	if (!bench_has(way->name, "ndctl") || !bench_has(way->name, sh))
		return 0;
	begin = gr_now_ns();
	for (; !ret && !status && gr_now_ns() < begin + b->slice_ns;
	     nr += NDCTL_CYCLES) {
		ret = gr_process_output(argv, &out, &status);
		free(out);
	}
	if (ret || status)
		return gr_err(ret ? ret : -EIO, "cannot cycle '%s' by ndctl",
			      b->target.ns);
	bench_rate(way->name, nr, gr_now_ns() - begin);
	return 0;
}

static const struct way ways[] = {
	{"sysfs-loop", NULL, false, run_sysfs},
	{"unbind", "unbind", false, run_invalidator},
	{"unbind-attach", "unbind", true, run_invalidator},
	{"ns_disable", "ns_disable", false, run_invalidator},
	{"ndctl-loop", NULL, false, run_ndctl},
};

int main(int argc, char **argv)
{
	struct bench b;
	int ret = bench_start(&b, argc, argv, 2 * GR_MIB);

	for (unsigned int i = 0; !ret && i < b.nr_rounds; i++)
		for (size_t w = 0; !ret && w < GR_ARRAY_SIZE(ways); w++) {
			/* a namespace that was enabled may have a new name */
			ret = b.target.ops->attach(&b.ctx, &b.target);
			if (!ret)
				ret = ways[w].run(&b, &ways[w]);
		}
	bench_end(&b);
	return ret ? GR_EXIT_BROKEN : 0;
}

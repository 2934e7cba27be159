// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many times a second a page of device-dax can be pinned by an O_DIRECT
 * write: by a bare loop, by the loop that guprace's races run, and by fio. In
 * turn, all on the same CPU and to the same sink.
 *
 *     pinrate ROUNDS SECONDS
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/size.h"
#include "base/util.h"
#include "common.h"
#include "core/pin.h"
#include "core/registry.h"
#include "core/verdict.h"
#include "engine/attempt.h"
#include "sys/access.h"
#include "sys/process.h"
#include "sys/spawn.h"

#define PAGE (4 * GR_KIB)

/* The guest's first CPU takes its interrupts. */
#define CPU 1

/* fio(1), terse output version 3: writes a second. */
#define FIO_FIELD 49

struct way {
	const char *name; /* of its row */
	const char *program; /* NULL = this one */
	int (*run)(struct bench *b, const struct way *way);
};

/* A handler reaches nothing else; a race's loop looks at such a word as well. */
static uint32_t quiet;

static void stop(int sig)
{
	(void)sig;
	__atomic_store_n(&quiet, 1, __ATOMIC_RELEASE);
}

static unsigned int seconds(const struct bench *b)
{
	return (unsigned int)(b->slice_ns / GR_NSEC_PER_SEC);
}

/* Runs @argv and takes the @field'th of what it prints, counted from 1. */
static int run_program(const struct way *way, char *const *argv,
		       unsigned int field)
{
	char *out, *at;
	int status, ret = gr_process_output(argv, &out, &status);

	if (ret)
		return gr_err(ret, "cannot run '%s'", argv[0]);
	at = out;
	for (unsigned int i = 1; at && i < field; i++) {
		at = strchr(at, ';');
		at += at != NULL;
	}
	if (status || !at || atof(at) <= 0)
		ret = gr_err(-EIO, "'%s' ended with status %d: %.400s", argv[0],
			     status, out);
	else
		bench_rate(way->name, (uint64_t)atof(at), GR_NSEC_PER_SEC);
	free(out);
	return ret;
}

static int run_bare(struct bench *b, const struct way *way)
{
	char program[] = "bare_pwrite", time[16];
	char *const argv[] = {program, b->target.dev, b->ctx.sink, time, NULL};

	(void)snprintf(time, sizeof(time), "%u", seconds(b));
	return run_program(way, argv, 1);
}

static int run_fio(struct bench *b, const struct way *way)
{
	char program[] = "fio", name[] = "--name=pins", time[32], dev[96],
	     sink[96], terse[] = "--output-format=terse",
	     version[] = "--terse-version=3", engine[] = "--ioengine=psync",
	     rw[] = "--rw=write", bs[] = "--bs=4k", direct[] = "--direct=1",
	     timed[] = "--time_based";
	char *const argv[] = {program, name,  terse, version, engine, rw,  bs,
			      direct,  timed, time,  dev,     sink,   NULL};

	(void)snprintf(time, sizeof(time), "--runtime=%u", seconds(b));
	(void)snprintf(dev, sizeof(dev), "--iomem=mmapshared:%s",
		       b->target.dev);
	(void)snprintf(sink, sizeof(sink), "--filename=%s", b->ctx.sink);
	return run_program(way, argv, FIO_FIELD);
}

static int attempts(struct bench *b, const struct way *way, struct gr_pin *pin,
		    const struct iovec *iov)
{
	struct gr_pin_facts facts = {0};
	const struct gr_inv_facts inv = {0}; /* none has begun */
	const struct gr_attempt_facts race = {&facts, &inv};
	uint64_t begin = gr_now_ns();

	(void)signal(SIGALRM, stop); /* cannot fail with a signal that exists */
	(void)alarm(seconds(b)); /* none was set */
	while (!__atomic_load_n(&quiet, __ATOMIC_ACQUIRE))
		gr_attempt(pin, iov, 1, &race);
	if (facts.by_errno[0].err || facts.by_errno[1].nr)
		return gr_err(-EIO, "pins of '%s' failed", b->target.dev);
	bench_rate(way->name, facts.nr_attempts, gr_now_ns() - begin);
	return 0;
}

static int run_engine(struct bench *b, const struct way *way)
{
	const struct gr_target *t = &b->target;
	const struct gr_map_req req = {
		.len = PAGE,
		.prot = PROT_READ | PROT_WRITE,
	};
	struct gr_mapping map;
	struct iovec iov;
	struct gr_pin pin;
	int ret = t->ops->map(t, &req, &map);

	if (ret)
		return ret;
	iov = (struct iovec){map.range.addr, PAGE};
	ret = gr_touch(map.range.addr, true);
	if (!ret)
		ret = gr_pin_init(&pin, gr_pin_find("odirect_write"), t);
	if (ret)
		goto err_unmap;
	ret = pin.ops->setup(&b->ctx, &pin, &iov, 1);
	if (!ret)
		ret = attempts(b, way, &pin, &iov);
	pin.ops->teardown(&pin);
	gr_pin_fini(&pin);
err_unmap:
	(void)t->ops->unmap(&map); /* the process ends */
	return ret;
}

static const struct way ways[] = {
	{"bare-pwrite", "bare_pwrite", run_bare},
	{"guprace-pins", NULL, run_engine},
	{"fio-psync", "fio", run_fio},
};

/* A process each, so that none inherits more than its CPU. */
static int run_way(struct bench *b, const struct way *way)
{
	int status;
	pid_t pid;

	if (way->program && !bench_has(way->name, way->program))
		return 0;
	(void)fflush(stdout); /* the child shall not print it again */
	pid = gr_fork(CPU);
	if (!pid)
		gr_exit_now(way->run(b, way) ? GR_EXIT_BROKEN : 0);
	if (pid < 0)
		return gr_err(pid, "cannot fork");
	while (!gr_reap(pid, 1000, &status))
		;
	return status ? -EIO : 0;
}

int main(int argc, char **argv)
{
	struct bench b;
	int ret = bench_start(&b, argc, argv, PAGE);

	if (!ret && !b.ctx.sink[0])
		ret = gr_err(-ENODEV, "there is no null_blk to write to");
	for (unsigned int i = 0; !ret && i < b.nr_rounds; i++)
		for (size_t w = 0; !ret && w < GR_ARRAY_SIZE(ways); w++)
			ret = run_way(&b, &ways[w]);
	bench_end(&b);
	return ret ? GR_EXIT_BROKEN : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many pages of device-dax can be pinned a second: by bare loops, by the loop that
 * guprace's races run, by fio, and by the kernel's own gup_test. In turn, all on the same
 * CPU and, but for the last one, to the same sink.
 *
 *     pinrate ROUNDS SECONDS
 */
#include <errno.h>
#include <fcntl.h>
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
#include "engine/probe.h"
#include "sys/access.h"
#include "sys/call.h"
#include "sys/gup_test.h"
#include "sys/process.h"
#include "sys/spawn.h"
#include "sys/uring.h"

#define PAGE (4 * GR_KIB)

/* The guest's first CPU takes its interrupts. */
#define CPU 1

/* fio(1), terse output version 3: reads and writes a second. */
#define FIO_READS 8
#define FIO_WRITES 49

/* Pages that odirect_vec cuts into so many pieces, each of which is walked for. */
#define VEC_PAGES 24
#define VEC_PIECES 60

/* What stress-ng(1) calls the rate of its only stressor. */
#define STRESS_RATE "bogo-ops-per-second-real-time:"

/* As gup_test(1) of the kernel's tree asks for them. */
#define GUP_PAGES 512

struct way {
	const char *name; /* of its row */
	const char *program; /* NULL = this one */
	int (*run)(struct bench *b, const struct way *way);
	const char *pin; /* that has to be had here, whoever takes it */
	char *word[3]; /* of the program's command line */
	size_t len; /* of one request, bytes; 0 = a page */
	unsigned int walks; /* gup-fast's of one request; 0 = count pages */
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

/* The @field'th of what @text has between semicolons, counted from 1; 0 = none. */
static double number(const char *text, unsigned int field)
{
	for (unsigned int i = 1; text && i < field; i++) {
		text = strchr(text, ';');
		text += text != NULL;
	}
	return text ? atof(text) : 0;
}

/* What a program says of its rate; 0 = nothing. */
static double bare_rate(const char *out)
{
	return number(out, 1);
}

static double fio_rate(const char *out)
{
	return number(out, FIO_READS) + number(out, FIO_WRITES);
}

static double stress_rate(const char *out)
{
	const char *rate = strstr(out, STRESS_RATE);

	return rate ? atof(rate + strlen(STRESS_RATE)) : 0;
}

static int run_program(const struct way *way, char *const *argv,
		       double (*rate_of)(const char *out))
{
	char *out;
	double rate;
	int status, ret = gr_process_output(argv, &out, &status);

	if (ret)
		return gr_err(ret, "cannot run '%s'", argv[0]);
	rate = rate_of(out);
	if (status || rate <= 0)
		ret = gr_err(-EIO, "'%s' ended with status %d: %.400s", argv[0],
			     status, out);
	else
		bench_rate(way->name, (uint64_t)rate, GR_NSEC_PER_SEC);
	free(out);
	return ret;
}

static int run_bare(struct bench *b, const struct way *way)
{
	char program[32], time[16];
	char *const argv[] = {program, b->target.dev, b->ctx.sink,
			      time,    way->word[0],  NULL};

	(void)snprintf(program, sizeof(program), "%s", way->program);
	(void)snprintf(time, sizeof(time), "%u", seconds(b));
	return run_program(way, argv, bare_rate);
}

static int run_fio(struct bench *b, const struct way *way)
{
	char program[] = "fio", name[] = "--name=pins", time[32], dev[128],
	     sink[128], terse[] = "--output-format=terse",
	     version[] = "--terse-version=3", bs[] = "--bs=4k",
	     direct[] = "--direct=1", timed[] = "--time_based",
	     depth[] = "--iodepth=1";
	char *const argv[] = {program,	    name,	  terse, version,
			      bs,	    direct,	  depth, timed,
			      time,	    dev,	  sink,	 way->word[0],
			      way->word[1], way->word[2], NULL};

	(void)snprintf(time, sizeof(time), "--runtime=%u", seconds(b));
	(void)snprintf(dev, sizeof(dev), "--iomem=mmapshared:%s",
		       b->target.dev);
	(void)snprintf(sink, sizeof(sink), "--filename=%s", b->ctx.sink);
	return run_program(way, argv, fio_rate);
}

static int run_stress(struct bench *b, const struct way *way)
{
	char program[] = "stress-ng", stressor[] = "--vm-splice", one[] = "1",
	     bytes[] = "--vm-splice-bytes", page[] = "4K", quiet_[] = "--quiet",
	     timeout[] = "--timeout", time[16], metrics[] = "--metrics",
	     yaml[] = "--yaml", out[] = "/proc/self/fd/1";
	char *const argv[] = {program, stressor, one,	  bytes, page, quiet_,
			      timeout, time,	 metrics, yaml,	 out,  NULL};

	(void)snprintf(time, sizeof(time), "%u", seconds(b));
	return run_program(way, argv, stress_rate);
}

/* Until the time is over, which this starts. */
static void begin_slice(const struct bench *b)
{
	(void)signal(SIGALRM, stop); /* cannot fail with a signal that exists */
	(void)alarm(seconds(b)); /* none was set */
}

static bool is_over(void)
{
	return __atomic_load_n(&quiet, __ATOMIC_ACQUIRE);
}

static int attempts(struct bench *b, const struct way *way, struct gr_pin *pin,
		    const struct iovec *iov)
{
	struct gr_pin_facts facts = {0};
	const struct gr_inv_facts inv = {0}; /* none has begun */
	const struct gr_attempt_facts race = {&facts, &inv};
	uint64_t begin = gr_now_ns();
	int ret = 0;

	begin_slice(b);
	while (!is_over() && !ret) {
		ssize_t n = gr_attempt(pin, iov, 1, &race);

		ret = pin->ops->unpin ? pin->ops->unpin(pin) : 0;
		if (n != (ssize_t)iov->iov_len)
			ret = -EIO;
	}
	if (ret || facts.by_errno[0].err || facts.by_errno[1].nr)
		return gr_err(-EIO, "pins of '%s' failed", b->target.dev);
	bench_rate(way->name,
		   facts.nr_attempts *
			   (way->walks ? way->walks : iov->iov_len / PAGE),
		   gr_now_ns() - begin);
	return 0;
}

/* A request's memory, with all its pages there. */
static int map_request(const struct bench *b, const struct way *way,
		       struct gr_mapping *map, struct iovec *iov)
{
	const struct gr_target *t = &b->target;
	const struct gr_map_req req = {
		.len = way->len ? way->len : PAGE,
		.prot = PROT_READ | PROT_WRITE,
	};
	int ret = t->ops->map(t, &req, map);

	if (ret)
		return ret;
	*iov = (struct iovec){map->range.addr, req.len};
	for (size_t at = 0; !ret && at < req.len; at += PAGE)
		ret = gr_touch((char *)map->range.addr + at, true);
	return ret;
}

static int run_engine(struct bench *b, const struct way *way)
{
	struct gr_mapping map; /* goes with the process */
	struct iovec iov;
	struct gr_pin pin;
	int ret = map_request(b, way, &map, &iov);

	if (!ret)
		ret = gr_pin_init(&pin, gr_pin_find(way->pin), &b->target);
	if (ret)
		return ret;
	ret = pin.ops->setup(&b->ctx, &pin, &iov, 1);
	if (!ret)
		ret = attempts(b, way, &pin, &iov);
	pin.ops->teardown(&pin);
	gr_pin_fini(&pin);
	return ret;
}

/* What a registered buffer is for: I/O that pins nothing any more. */
static int run_fixed(struct bench *b, const struct way *way)
{
	struct gr_mapping map; /* goes with the process */
	struct gr_uring *ring;
	struct iovec iov;
	uint64_t nr = 0, begin;
	int fd = gr_open(b->ctx.sink, O_RDWR | O_DIRECT);
	int ret = fd < 0 ? fd : map_request(b, way, &map, &iov);

	if (!ret)
		ret = gr_uring_new(4, &ring);
	if (!ret)
		ret = gr_uring_register(ring, &iov, 1);
	if (ret)
		return gr_err(ret, "cannot register '%s'", b->target.dev);
	begin = gr_now_ns();
	begin_slice(b);
	for (; !is_over(); nr++)
		if (gr_uring_write_fixed(ring, fd, &iov, 0, 0) != PAGE)
			return gr_err(-EIO, "writes of '%s' failed",
				      b->target.dev);
	bench_rate(way->name, nr, gr_now_ns() - begin);
	return 0;
}

static int run_gup_test(struct bench *b, const struct way *way)
{
	struct gr_mapping map; /* goes with the process */
	struct iovec iov;
	uint64_t pages = 0, begin;
	int fd = gr_gup_test_open();
	int ret = fd < 0 ? fd : map_request(b, way, &map, &iov);

	if (ret)
		return gr_err(ret, "cannot use '%s'", GR_GUP_TEST_PATH);
	begin = gr_now_ns();
	begin_slice(b);
	for (; !is_over(); pages += GUP_PAGES)
		if (gr_gup_test_fast(fd, true, iov.iov_base, iov.iov_len,
				     GUP_PAGES) != (ssize_t)iov.iov_len)
			return gr_err(-EIO, "pins of '%s' failed",
				      b->target.dev);
	bench_rate(way->name, pages, gr_now_ns() - begin);
	return 0;
}

static char psync[] = "--ioengine=psync", uring[] = "--ioengine=io_uring",
	    wr[] = "--rw=write", mixed[] = "--rw=rw", bufs[] = "--fixedbufs",
	    mode_rw[] = "rw", mode_fixed[] = "fixed", mode_reg[] = "register";

static const struct way ways[] = {
	{.name = "bare-pwrite",
	 .program = "bare_pwrite",
	 .run = run_bare,
	 .pin = "odirect_write"},
	{.name = "guprace-pins", .run = run_engine, .pin = "odirect_write"},
	{.name = "fio-psync",
	 .program = "fio",
	 .run = run_fio,
	 .pin = "odirect_write",
	 .word = {psync, wr}},
	{.name = "bare-uring",
	 .program = "bare_uring",
	 .run = run_bare,
	 .pin = "uring_rw",
	 .word = {mode_rw}},
	{.name = "guprace-uring", .run = run_engine, .pin = "uring_rw"},
	{.name = "fio-uring",
	 .program = "fio",
	 .run = run_fio,
	 .pin = "uring_rw",
	 .word = {uring, mixed}},
	{.name = "bare-fixed",
	 .program = "bare_uring",
	 .run = run_bare,
	 .pin = "uring_fixed",
	 .word = {mode_fixed}},
	{.name = "guprace-fixed", .run = run_fixed, .pin = "uring_fixed"},
	{.name = "fio-fixed",
	 .program = "fio",
	 .run = run_fio,
	 .pin = "uring_fixed",
	 .word = {uring, wr, bufs}},
	{.name = "bare-register",
	 .program = "bare_uring",
	 .run = run_bare,
	 .pin = "uring_fixed",
	 .word = {mode_reg}},
	{.name = "guprace-register", .run = run_engine, .pin = "uring_fixed"},
	{.name = "guprace-vec",
	 .run = run_engine,
	 .pin = "odirect_vec",
	 .len = VEC_PAGES * PAGE,
	 .walks = VEC_PIECES},
	{.name = "guprace-vmsplice", .run = run_engine, .pin = "vmsplice"},
	{.name = "stress-ng-vmsplice",
	 .program = "stress-ng",
	 .run = run_stress,
	 .pin = "vmsplice"},
	{.name = "gup-test-512",
	 .run = run_gup_test,
	 .pin = "gup_test",
	 .len = GUP_PAGES * PAGE},
	{.name = "guprace-512",
	 .run = run_engine,
	 .pin = "odirect_write",
	 .len = GUP_PAGES * PAGE},
};

/* Can it be measured here? Else the row is skipped, and says why. */
static bool can_run(const struct bench *b, const struct way *way)
{
	const struct gr_pin_ops *pin = gr_pin_find(way->pin);
	struct gr_reason why = {""};
	int ret = gr_probe_pin(&b->ctx, pin, &why);

	if (way->program && !bench_has(way->name, way->program))
		return false;
	if (ret)
		printf("%s skip %s\n", way->name,
		       ret == GR_PIN_REFUSED ? "the kernel refuses it"
					     : why.text);
	return !ret;
}

/* A process each, so that none inherits more than its CPU. */
static int run_way(struct bench *b, const struct way *way)
{
	int status;
	pid_t pid;

	if (!can_run(b, way))
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

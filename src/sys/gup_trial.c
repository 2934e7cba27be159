// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/size.h"
#include "sys/call.h"
#include "sys/gup_trace.h"
#include "sys/process.h"

#define PAGE (4 * GR_KIB)

/* Pins before the page is zapped, and after: some, so that one lost shows. */
#define NR_PINS 7

struct pins {
	int pipe[2];
	int null;
	char *page;
};

static int pins_open(struct pins *p)
{
	int ret = gr_pipe(p->pipe);

	if (ret)
		return ret;
	p->null = gr_open("/dev/null", O_WRONLY);
	return p->null < 0 ? p->null : 0;
}

static void pins_close(struct pins *p)
{
	if (p->null >= 0)
		(void)gr_close(p->null); /* nothing was promised */
	if (p->pipe[0] < 0)
		return;
	(void)gr_close(p->pipe[0]);
	(void)gr_close(p->pipe[1]);
}

static int pin_some(const struct pins *p)
{
	struct iovec iov = {p->page, PAGE};
	ssize_t n = 0;

	for (int i = 0; i < NR_PINS && n >= 0; i++) {
		n = gr_vmsplice(p->pipe[1], &iov, 1, 0);
		if (n > 0)
			n = gr_splice(p->pipe[0], p->null, (size_t)n, 0);
	}
	return n < 0 ? (int)n : 0;
}

static int judge(const struct gr_gup_counts *mapped,
		 const struct gr_gup_counts *zapped, char *why, size_t len)
{
	if (mapped->nr_asked == NR_PINS && !mapped->nr_fallback &&
	    zapped->nr_asked == 2 * NR_PINS && zapped->nr_fallback == 1)
		return 0;
	(void)snprintf(why, len,
		       "of %d pins of a page of our own %" PRIu64
		       " were seen, %" PRIu64
		       " in the slow path; of as many after it had been zapped "
		       "%" PRIu64 ", and %" PRIu64 " rather than 1",
		       NR_PINS, mapped->nr_asked, mapped->nr_fallback,
		       zapped->nr_asked - mapped->nr_asked,
		       zapped->nr_fallback - mapped->nr_fallback);
	return -EINVAL;
}

int gr_gup_trace_trial(struct gr_gup_trace *trace, char *why, size_t len)
{
	struct pins p = {{-1, -1}, -1, NULL};
	struct gr_gup_counts mapped, zapped;
	void *page = NULL;
	int ret;

	ret = gr_shared_new(PAGE, &page);
	if (!ret)
		ret = pins_open(&p);
	if (ret)
		goto out;
	p.page = page;
	*p.page = 1;
	ret = gr_gup_trace_watch(trace, getpid(), (uintptr_t)page, PAGE);
	if (!ret)
		ret = pin_some(&p);
	gr_gup_trace_counts(trace, &mapped);
	if (!ret)
		ret = gr_madvise(page, PAGE, MADV_DONTNEED);
	if (!ret)
		ret = pin_some(&p);
	gr_gup_trace_counts(trace, &zapped);
	gr_gup_trace_forget(trace);
out:
	if (ret)
		(void)snprintf(why, len, "cannot pin a page of our own: %s",
			       strerror(-ret));
	else
		ret = judge(&mapped, &zapped, why, len);
	pins_close(&p);
	if (page)
		gr_shared_free(page, PAGE);
	return ret;
}

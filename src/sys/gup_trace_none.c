// SPDX-License-Identifier: GPL-2.0-only
/* Stand-in for a build without libbpf: cannot be opened. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sys/gup_trace.h"

int gr_gup_trace_open(struct gr_gup_trace **trace, char *why, size_t len)
{
	*trace = NULL;
	(void)snprintf(why, len, "built without libbpf");
	return -EOPNOTSUPP;
}

int gr_gup_trace_attach(struct gr_gup_trace *trace, char *why, size_t len)
{
	return gr_gup_trace_open(&trace, why, len);
}

void gr_gup_trace_detach(struct gr_gup_trace *trace)
{
	(void)trace;
}

void gr_gup_trace_close(struct gr_gup_trace *trace)
{
	(void)trace;
}

bool gr_gup_trace_tells_huge(const struct gr_gup_trace *trace)
{
	(void)trace;
	return false;
}

int gr_gup_trace_watch(struct gr_gup_trace *trace, pid_t pid, uint64_t addr,
		       uint64_t len)
{
	(void)trace, (void)pid, (void)addr, (void)len;
	return -EOPNOTSUPP;
}

const uint64_t *gr_gup_trace_slow(const struct gr_gup_trace *trace, pid_t pid)
{
	(void)trace, (void)pid;
	return NULL;
}

void gr_gup_trace_counts(const struct gr_gup_trace *trace,
			 struct gr_gup_counts *out)
{
	(void)trace;
	memset(out, 0, sizeof(*out));
}

void gr_gup_trace_forget(struct gr_gup_trace *trace)
{
	(void)trace;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "sys/gup_trace.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "base/log.h"
#include "base/util.h"
#include "bpf/reach.h"
#include "bpf/reach.skel.h"

_Static_assert(GR_GUP_TASKS_MAX == GR_BPF_TASKS_MAX, "one table");
_Static_assert(GR_NR_LEAVES == GR_BPF_LEAVES, "one row of counts");

struct gr_gup_trace {
	struct gr_bpf_reach *skel; /* NULL = not loaded */
	bool attached; /* may have been, and be detached again */
	bool tells_huge;
};

/* What programs are for, by the beginning of their names. */
struct role {
	const char *prefix;
	const char *missing; /* what cannot be told without; NULL = can do */
	unsigned int nr; /* programs whose function this kernel has */
};

enum {
	ROLE_FAST,
	ROLE_SLOW,
	ROLE_HUGE,
	ROLE_FAULT,
	NR_ROLES
};

static int to_debug(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	char text[512];

	if (level == LIBBPF_DEBUG)
		return 0;
	(void)vsnprintf(text, sizeof(text), fmt, ap); /* cut is fine */
	text[strcspn(text, "\n")] = '\0';
	gr_debug("%s", text);
	return 0;
}

/* Leaves out the programs whose function is not in @btf, and counts the rest. */
static void choose(const struct gr_bpf_reach *skel, const struct btf *btf,
		   struct role *roles)
{
	struct bpf_program *prog;

	bpf_object__for_each_program(prog, skel->obj)
	{
		const char *func =
			strchr(bpf_program__section_name(prog), '/') + 1;
		const char *name = bpf_program__name(prog);
		bool there =
			btf__find_by_name_kind(btf, func, BTF_KIND_FUNC) > 0;

		(void)bpf_program__set_autoload(prog, there); /* not loaded */
		for (int i = 0; there && i < NR_ROLES; i++)
			if (!strncmp(name, roles[i].prefix,
				     strlen(roles[i].prefix)))
				roles[i].nr++;
	}
}

static int choose_programs(struct gr_gup_trace *t, char *why, size_t len)
{
	struct role roles[NR_ROLES] = {
		[ROLE_FAST] = {"fast_", "the core of gup-fast", 0},
		[ROLE_SLOW] = {"slow_", "the slow path of gup", 0},
		[ROLE_HUGE] = {"huge_", NULL, 0},
		[ROLE_FAULT] = {"fault_", "what puts leaves in", 0},
	};
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf) {
		(void)snprintf(why, len, "cannot read the kernel's BTF: %s",
			       strerror(errno));
		return -EOPNOTSUPP;
	}
	choose(t->skel, btf, roles);
	btf__free(btf);
	t->tells_huge = roles[ROLE_HUGE].nr > 0;
	for (int i = 0; i < NR_ROLES; i++) {
		if (roles[i].nr || !roles[i].missing)
			continue;
		(void)snprintf(why, len,
			       "%s is in no function that this kernel's BTF "
			       "has",
			       roles[i].missing);
		return -EOPNOTSUPP;
	}
	return 0;
}

static int load(struct gr_gup_trace *t, char *why, size_t len)
{
	int ret;

	t->skel = gr_bpf_reach__open();
	if (!t->skel) {
		ret = -errno;
		(void)snprintf(why, len, "cannot open the BPF programs: %s",
			       strerror(-ret));
		return ret;
	}
	ret = choose_programs(t, why, len);
	if (ret)
		return ret;
	ret = gr_bpf_reach__load(t->skel);
	if (ret)
		(void)snprintf(why, len, "cannot load the BPF programs: %s",
			       strerror(-ret));
	return ret;
}

static void unload(struct gr_gup_trace *t)
{
	gr_bpf_reach__destroy(t->skel);
	t->skel = NULL;
	t->attached = false;
}

int gr_gup_trace_open(struct gr_gup_trace **trace, char *why, size_t len)
{
	struct gr_gup_trace *t = calloc(1, sizeof(*t));
	int ret;

	*trace = NULL;
	if (!t) {
		(void)snprintf(why, len, "no memory");
		return -ENOMEM;
	}
	(void)libbpf_set_print(to_debug);
	ret = load(t, why, len);
	if (ret) {
		gr_gup_trace_close(t);
		return ret;
	}
	*trace = t;
	return 0;
}

/* A program that was detached cannot be attached again before 5.13: load anew. */
int gr_gup_trace_attach(struct gr_gup_trace *trace, char *why, size_t len)
{
	int ret = 0;

	if (!trace->skel)
		ret = load(trace, why, len);
	if (ret) {
		unload(trace);
		return ret;
	}
	gr_gup_trace_forget(trace);
	trace->attached = true;
	ret = gr_bpf_reach__attach(trace->skel);
	if (!ret)
		return 0;
	(void)snprintf(why, len, "cannot attach the BPF programs: %s",
		       strerror(-ret));
	unload(trace);
	return ret;
}

void gr_gup_trace_detach(struct gr_gup_trace *trace)
{
	if (trace->attached)
		unload(trace);
}

void gr_gup_trace_close(struct gr_gup_trace *trace)
{
	if (!trace)
		return;
	unload(trace);
	free(trace);
}

bool gr_gup_trace_tells_huge(const struct gr_gup_trace *trace)
{
	return trace->tells_huge;
}

int gr_gup_trace_watch(struct gr_gup_trace *trace, pid_t pid, uint64_t addr,
		       uint64_t len)
{
	struct gr_bpf_task *task = trace->skel->bss->tasks;
	uint32_t *nr = &trace->skel->bss->nr_tasks;
	uint32_t i;

	for (i = 0; i < *nr && task[i].tgid != (uint32_t)pid; i++)
		;
	if (i == GR_BPF_TASKS_MAX)
		return -ENOSPC;
	task[i].tgid = (uint32_t)pid;
	task[i].start = addr;
	task[i].end = addr + len;
	if (i == *nr)
		__atomic_store_n(nr, i + 1, __ATOMIC_RELEASE);
	return 0;
}

const uint64_t *gr_gup_trace_slow(const struct gr_gup_trace *trace, pid_t pid)
{
	const struct gr_bpf_task *task = trace->skel->bss->tasks;

	_Static_assert(sizeof(task->nr_fallback) == sizeof(uint64_t), "a word");
	for (uint32_t i = 0; i < trace->skel->bss->nr_tasks; i++)
		if (task[i].tgid == (uint32_t)pid)
			return (const uint64_t *)&task[i].nr_fallback;
	return NULL;
}

void gr_gup_trace_counts(const struct gr_gup_trace *trace,
			 struct gr_gup_counts *out)
{
	const struct gr_bpf_task *task;

	memset(out, 0, sizeof(*out));
	if (!trace->skel)
		return;
	task = trace->skel->bss->tasks;
	for (uint32_t i = 0; i < GR_BPF_TASKS_MAX; i++) {
		out->nr_asked += task[i].nr_asked;
		out->nr_fallback += task[i].nr_fallback;
		out->nr_huge += task[i].nr_huge;
		for (int l = 0; l < GR_NR_LEAVES; l++)
			out->nr_faults[l] += task[i].nr_faults[l];
	}
}

void gr_gup_trace_forget(struct gr_gup_trace *trace)
{
	if (!trace->skel)
		return;
	__atomic_store_n(&trace->skel->bss->nr_tasks, 0, __ATOMIC_RELEASE);
	memset(trace->skel->bss->tasks, 0, sizeof(trace->skel->bss->tasks));
}

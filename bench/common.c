// SPDX-License-Identifier: GPL-2.0-only
#include "common.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/registry.h"
#include "engine/setup.h"
#include "sys/file.h"

int bench_start(struct bench *b, int argc, char **argv, uint64_t align)
{
	*b = (struct bench){
		.target.ops = gr_target_find("devdax"),
		.target.spec.align = align,
		.target.spec.memmap = GR_MEMMAP_DEV,
	};
	if (argc == 3) {
		b->nr_rounds = (unsigned int)atoi(argv[1]);
		b->slice_ns = (uint64_t)atoi(argv[2]) * GR_NSEC_PER_SEC;
	}
	if (!b->nr_rounds || !b->slice_ns)
		return gr_err(-EINVAL, "say the rounds and the seconds of each "
				       "measurement, both whole numbers");
	gr_setup(&b->ctx);
	return b->target.ops->acquire(&b->ctx, &b->target);
}

void bench_end(struct bench *b)
{
	gr_setup_undo(&b->ctx);
}

void bench_rate(const char *name, uint64_t nr, uint64_t ns)
{
	printf("%s %.2f\n", name, (double)nr * GR_NSEC_PER_SEC / (double)ns);
	(void)fflush(stdout); /* a lost line shows as a missing row */
}

bool bench_has(const char *name, const char *program)
{
	char path[PATH_MAX];

	if (!gr_path_program(program, path))
		return true;
	printf("%s skip %s is not in the guest\n", name, program);
	return false;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "core/case.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"

static const char *const shape_names[] = {
	[GR_SHAPE_PAGE] = "page", /* the default */
	[GR_SHAPE_CROSS] = "cross", [GR_SHAPE_FAR] = "far",
	[GR_SHAPE_MIXED] = "mixed", [GR_SHAPE_UNTOUCHED] = "untouched",
	[GR_SHAPE_SHORT] = "short",
};

void gr_case_place(const struct gr_case *c, char *buf, size_t len)
{
	bool file = c->target->flags & GR_TARGET_FILE;
	bool copies = c->spec.source == GR_SOURCE_FILE;
	char align[24];

	(void)snprintf(buf, len, "%s%s%s%s%s/%s%s", c->target->name,
		       copies ? "-file" : "", file ? "-" : "",
		       file ? gr_target_fs_name(c->spec.fs) : "",
		       file && c->spec.plain ? "-plain" : "",
		       gr_size_format(c->spec.align, align, sizeof(align)),
		       c->spec.memmap == GR_MEMMAP_DEV ? "-dev" : "");
}

const char *gr_shape_name(enum gr_range_shape shape)
{
	return shape_names[shape];
}

int gr_shape_parse(const char *name, enum gr_range_shape *shape)
{
	for (int i = 0; i < GR_NR_SHAPES; i++) {
		if (strcmp(shape_names[i], name))
			continue;
		*shape = (enum gr_range_shape)i;
		return 0;
	}
	return -EINVAL;
}

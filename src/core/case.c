// SPDX-License-Identifier: GPL-2.0-only
#include "core/case.h"

#include <errno.h>
#include <string.h>

static const char *const shape_names[] = {
	[GR_SHAPE_PAGE] = "page", /* the default */
	[GR_SHAPE_CROSS] = "cross", [GR_SHAPE_FAR] = "far",
	[GR_SHAPE_MIXED] = "mixed", [GR_SHAPE_UNTOUCHED] = "untouched",
	[GR_SHAPE_SHORT] = "short",
};

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

// SPDX-License-Identifier: GPL-2.0-only
#include "core/target.h"

#include <errno.h>
#include <string.h>

static const char *const fs_names[GR_NR_FS] = {
	[GR_FS_EXT4] = "ext4", /* the default */
	[GR_FS_XFS] = "xfs",
	[GR_FS_XFS_REFLINK] = "xfs-reflink",
};

const char *gr_target_fs_name(enum gr_fs fs)
{
	return fs_names[fs];
}

int gr_target_fs_parse(const char *name, enum gr_fs *fs)
{
	for (int i = 0; i < GR_NR_FS; i++) {
		if (strcmp(fs_names[i], name))
			continue;
		*fs = (enum gr_fs)i;
		return 0;
	}
	return -EINVAL;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Stand-in for a build without libdevmapper. */
#include <errno.h>

#include "sys/dm.h"

bool gr_dm_built(void)
{
	return false;
}

int gr_dm_hold(const char *name, const char *under, struct gr_dm *dm)
{
	(void)name, (void)under, (void)dm;
	return -ENOSYS;
}

int gr_dm_flush(const struct gr_dm *dm)
{
	(void)dm;
	return -ENOSYS;
}

int gr_dm_remove(struct gr_dm *dm)
{
	(void)dm;
	return 0;
}

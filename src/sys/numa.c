// SPDX-License-Identifier: GPL-2.0-only
#include "sys/numa.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/file.h"

/* linux/mempolicy.h: only pages of this process alone */
#define MOVE_OWN 2

unsigned int gr_numa_nodes(void)
{
	unsigned int nr = 0;
	char path[64];

	do
		(void)snprintf(path, sizeof(path),
			       "/sys/devices/system/node/node%u", nr);
	while (gr_is_dir(path) && ++nr);
	return nr ? nr : 1;
}

int gr_numa_move(void *addr, int node)
{
	int status = -EFAULT;

	if (syscall(SYS_move_pages, 0, 1ul, &addr, &node, &status, MOVE_OWN))
		return -errno;
	return status < 0 ? status : 0;
}

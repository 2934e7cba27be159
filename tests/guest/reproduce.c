// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs in a guest: gives the first namespace the mode devdax, then becomes the
 * reproducer early_free_devdax with its device.
 */
#include <stdio.h>
#include <unistd.h>

#include "sys/nd.h"

int main(void)
{
	struct gr_nd_config cfg = {
		.mode = GR_ND_DEVDAX,
		.map = GR_ND_MAP_MEM,
		.align = 4096,
	};
	struct gr_nd_info info;
	struct gr_nd *nd;
	char node[64];

	if (gr_nd_open(&nd) || gr_nd_list(nd, &info, 1) < 1)
		return 2;
	cfg.ns = info.name;
	if (gr_nd_create(nd, &cfg, &info))
		return 2;
	snprintf(node, sizeof(node), "/dev/%s", info.chardev);
	gr_nd_close(nd);
	execl("/usr/bin/early_free_devdax", "early_free_devdax", node,
	      info.nd_dev, NULL);
	perror("early_free_devdax");
	return 2;
}

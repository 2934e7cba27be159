// SPDX-License-Identifier: GPL-2.0-only
#include "sys/xdp.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

int gr_xdp_socket(void)
{
	int fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

int gr_xdp_register(int fd, void *addr, size_t len)
{
	struct xdp_umem_reg reg;

	/* padding included: later kernels have a field there */
	memset(&reg, 0, sizeof(reg));
	reg.addr = (uintptr_t)addr;
	reg.len = len;
	reg.chunk_size = GR_XDP_CHUNK;
	return setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg)) ? -errno
									: 0;
}

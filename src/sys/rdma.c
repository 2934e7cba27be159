// SPDX-License-Identifier: GPL-2.0-only
/* Of the device files only: how the devices are made is in rdma_link.c. */
#include "sys/rdma.h"

#include <errno.h>
#include <fcntl.h>
#include <rdma/ib_user_verbs.h>
#include <rdma/siw-abi.h>
#include <string.h>

#include "sys/call.h"

/* What is left for a driver of its own, in and out; zeros will do. */
#define DRIVER_BYTES 16

#define ACCESS_LOCAL_WRITE 1 /* include/rdma/ib_verbs.h, not in uapi */

_Static_assert(sizeof(struct siw_ureq_reg_mr) <= DRIVER_BYTES &&
		       sizeof(struct siw_uresp_reg_mr) <= DRIVER_BYTES &&
		       sizeof(struct siw_uresp_alloc_ctx) <= DRIVER_BYTES,
	       "siw wants more than is left for it");

/* One command: the header is filled in, and it is written as a whole. */
static int command(int fd, struct ib_uverbs_cmd_hdr *hdr, uint32_t nr,
		   size_t in, size_t out)
{
	ssize_t n;

	hdr->command = nr;
	hdr->in_words = (uint16_t)(in / 4);
	hdr->out_words = (uint16_t)(out / 4);
	n = gr_write(fd, hdr, in);
	return n < 0 ? (int)n : n == (ssize_t)in ? 0 : -EIO;
}

static int get_context(int fd, int *async)
{
	struct {
		struct ib_uverbs_get_context_resp resp;
		char driver[DRIVER_BYTES];
	} out;
	struct {
		struct ib_uverbs_cmd_hdr hdr;
		struct ib_uverbs_get_context cmd;
		char driver[DRIVER_BYTES];
	} in;
	int ret;

	memset(&in, 0, sizeof(in));
	in.cmd.response = (uintptr_t)&out;
	ret = command(fd, &in.hdr, IB_USER_VERBS_CMD_GET_CONTEXT, sizeof(in),
		      sizeof(out));
	if (!ret)
		*async = (int)out.resp.async_fd;
	return ret;
}

static int alloc_domain(struct gr_rdma *r)
{
	struct {
		struct ib_uverbs_alloc_pd_resp resp;
		char driver[DRIVER_BYTES];
	} out;
	struct {
		struct ib_uverbs_cmd_hdr hdr;
		struct ib_uverbs_alloc_pd cmd;
		char driver[DRIVER_BYTES];
	} in;
	int ret;

	memset(&in, 0, sizeof(in));
	in.cmd.response = (uintptr_t)&out;
	ret = command(r->fd, &in.hdr, IB_USER_VERBS_CMD_ALLOC_PD, sizeof(in),
		      sizeof(out));
	if (!ret)
		r->domain = out.resp.pd_handle;
	return ret;
}

int gr_rdma_open(const char *node, struct gr_rdma *r)
{
	int ret;

	*r = GR_RDMA_NONE;
	r->fd = gr_open(node, O_RDWR);
	if (r->fd < 0) {
		ret = r->fd;
		*r = GR_RDMA_NONE;
		return ret;
	}
	ret = get_context(r->fd, &r->async);
	if (!ret)
		ret = alloc_domain(r);
	if (ret)
		gr_rdma_close(r);
	return ret;
}

void gr_rdma_close(struct gr_rdma *r)
{
	if (r->async >= 0)
		(void)gr_close(r->async); /* nothing was written to it */
	if (r->fd >= 0)
		(void)gr_close(r->fd); /* the kernel takes all of it back */
	*r = GR_RDMA_NONE;
}

int gr_rdma_register(const struct gr_rdma *r, void *addr, size_t len,
		     uint32_t *region)
{
	struct {
		struct ib_uverbs_reg_mr_resp resp;
		char driver[DRIVER_BYTES];
	} out;
	struct {
		struct ib_uverbs_cmd_hdr hdr;
		struct ib_uverbs_reg_mr cmd;
		char driver[DRIVER_BYTES];
	} in;
	int ret;

	memset(&in, 0, sizeof(in));
	in.cmd.response = (uintptr_t)&out;
	in.cmd.start = (uintptr_t)addr;
	in.cmd.hca_va = (uintptr_t)addr;
	in.cmd.length = len;
	in.cmd.pd_handle = r->domain;
	in.cmd.access_flags = ACCESS_LOCAL_WRITE;
	ret = command(r->fd, &in.hdr, IB_USER_VERBS_CMD_REG_MR, sizeof(in),
		      sizeof(out));
	if (!ret)
		*region = out.resp.mr_handle;
	return ret;
}

int gr_rdma_unregister(const struct gr_rdma *r, uint32_t region)
{
	struct {
		struct ib_uverbs_cmd_hdr hdr;
		struct ib_uverbs_dereg_mr cmd;
	} in = {.cmd = {.mr_handle = region}};

	return command(r->fd, &in.hdr, IB_USER_VERBS_CMD_DEREG_MR, sizeof(in),
		       0);
}

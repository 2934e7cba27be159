// SPDX-License-Identifier: GPL-2.0-only
/* Finding a software device, and making one: what rdma-link(8) does. */
#include <dirent.h>
#include <errno.h>
#include <linux/netlink.h>
#include <rdma/rdma_netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/util.h"
#include "sys/module.h"
#include "sys/rdma.h"
#include "sys/sysfs.h"

#define VERBS "/sys/class/infiniband_verbs"

/* In order of preference, and the word for it in a NEWLINK. */
static const struct driver {
	const char *module;
	const char *type;
} drivers[] = {
	{"siw", "siw"},
	{"rdma_rxe", "rxe"},
};

/* Ours, and those that people are used to: "siw0", "rxe_eth0". */
static bool is_software(const char *name)
{
	for (size_t i = 0; i < GR_ARRAY_SIZE(drivers); i++)
		if (!strncmp(name, drivers[i].type, strlen(drivers[i].type)))
			return true;
	return false;
}

static int find(char *node, size_t len)
{
	DIR *dir = opendir(VERBS);
	const struct dirent *d;
	int ret = -ENODEV;

	if (!dir)
		return -ENODEV;
	while (ret && (d = readdir(dir))) {
		char name[64];

		if (gr_sysfs_read(name, sizeof(name), VERBS "/%s/ibdev",
				  d->d_name) < 0 ||
		    !is_software(name))
			continue;
		(void)snprintf(node, len, "/dev/infiniband/%s", d->d_name);
		ret = 0;
	}
	(void)closedir(dir); /* only read */
	return ret;
}

struct request {
	struct nlmsghdr hdr;
	char attrs[128];
};

static void add_text(struct request *req, uint16_t type, const char *text)
{
	struct nlattr attr = {
		.nla_type = type,
		.nla_len = (uint16_t)(NLA_HDRLEN + strlen(text) + 1),
	};
	char *at = (char *)req + NLMSG_ALIGN(req->hdr.nlmsg_len);

	memcpy(at, &attr, sizeof(attr));
	memcpy(at + NLA_HDRLEN, text, strlen(text) + 1);
	req->hdr.nlmsg_len = (uint32_t)(NLMSG_ALIGN(req->hdr.nlmsg_len) +
					NLA_ALIGN(attr.nla_len));
}

static int ask(int fd, const struct request *req)
{
	struct {
		struct nlmsghdr hdr;
		struct nlmsgerr err;
		char rest[256]; /* the request again, and words */
	} answer;
	ssize_t n = send(fd, req, req->hdr.nlmsg_len, 0);

	if (n < 0)
		return -errno;
	n = recv(fd, &answer, sizeof(answer), 0);
	if (n < 0)
		return -errno;
	if ((size_t)n < sizeof(answer.hdr) + sizeof(answer.err.error) ||
	    answer.hdr.nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return answer.err.error;
}

static int new_link(const struct driver *driver)
{
	struct request req;
	char name[16];
	int ret, fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_RDMA);

	if (fd < 0)
		return -errno;
	memset(&req, 0, sizeof(req));
	req.hdr.nlmsg_len = NLMSG_HDRLEN;
	req.hdr.nlmsg_type =
		RDMA_NL_GET_TYPE(RDMA_NL_NLDEV, RDMA_NLDEV_CMD_NEWLINK);
	req.hdr.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	(void)snprintf(name, sizeof(name), "%s_lo", driver->type);
	add_text(&req, RDMA_NLDEV_ATTR_DEV_NAME, name);
	add_text(&req, RDMA_NLDEV_ATTR_LINK_TYPE, driver->type);
	add_text(&req, RDMA_NLDEV_ATTR_NDEV_NAME, "lo");
	ret = ask(fd, &req);
	(void)close(fd); /* the answer counts */
	return ret;
}

/* One that was put into the guest by itself is in no index. */
static int load(const char *module)
{
	return gr_module_loaded(module) ? 0 : gr_module_load(module, NULL);
}

int gr_rdma_device(bool make, char *node, size_t len)
{
	int ret = find(node, len);

	if (!ret || !make)
		return ret;
	ret = -ENOENT;
	for (size_t i = 0; i < GR_ARRAY_SIZE(drivers) && ret; i++) {
		int loaded = load(drivers[i].module);

		if (!loaded)
			ret = new_link(&drivers[i]);
		else if (loaded != -ENOENT)
			ret = loaded;
	}
	return ret ? ret : find(node, len);
}

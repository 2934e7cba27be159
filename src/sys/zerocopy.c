// SPDX-License-Identifier: GPL-2.0-only
#include "sys/zerocopy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sys/fd.h"

static int flags_of_lo(int fd, bool raise)
{
	struct ifreq req;

	memset(&req, 0, sizeof(req));
	memcpy(req.ifr_name, "lo", sizeof("lo"));
	if (ioctl(fd, SIOCGIFFLAGS, &req))
		return -errno;
	if (req.ifr_flags & IFF_UP)
		return 0;
	if (!raise)
		return -ENETDOWN;
	req.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &req) ? -errno : 0;
}

int gr_loopback_up(bool raise)
{
	int ret, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	ret = flags_of_lo(fd, raise);
	(void)close(fd); /* it was never used */
	return ret;
}

/* A socket with a port of its own; @addr is filled with it. */
static int bound(int flags, struct sockaddr_in *addr)
{
	int err, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | flags, 0);
	socklen_t len = sizeof(*addr);

	if (fd < 0)
		return -errno;
	memset(addr, 0, sizeof(*addr));
	addr->sin_family = AF_INET;
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!bind(fd, (struct sockaddr *)addr, sizeof(*addr)) &&
	    !getsockname(fd, (struct sockaddr *)addr, &len))
		return fd;
	err = errno;
	(void)close(fd); /* what failed has told */
	return -err;
}

/* Each hears the other one only. */
static int join(const int fd[2], const struct sockaddr_in addr[2])
{
	const int on = 1;

	for (int i = 0; i < 2; i++)
		if (connect(fd[i], (const struct sockaddr *)&addr[!i],
			    sizeof(addr[!i])))
			return -errno;
	if (setsockopt(fd[0], SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)))
		return -errno;
	return 0;
}

int gr_zerocopy_pair(int fd[2])
{
	struct sockaddr_in addr[2];
	int ret;

	fd[0] = bound(0, &addr[0]);
	if (fd[0] < 0)
		return fd[0];
	fd[1] = bound(SOCK_NONBLOCK, &addr[1]);
	ret = fd[1] < 0 ? fd[1] : join(fd, addr);
	if (ret) {
		gr_fd_close(fd[1] < 0 ? -1 : fd[1]);
		gr_fd_close(fd[0]);
		fd[0] = fd[1] = -1;
	}
	return ret;
}

ssize_t gr_zerocopy_send(int fd, const struct iovec *iov, int nr)
{
	const struct msghdr msg = {
		.msg_iov = (struct iovec *)(uintptr_t)iov, /* only read */
		.msg_iovlen = (size_t)nr,
	};
	ssize_t n = sendmsg(fd, &msg, MSG_ZEROCOPY);

	return n < 0 ? -errno : n;
}

static int take_notice(int fd)
{
	char room[CMSG_SPACE(sizeof(struct sock_extended_err) +
			     sizeof(struct sockaddr_in))];
	struct msghdr msg = {.msg_control = room,
			     .msg_controllen = sizeof(room)};
	const struct sock_extended_err *notice;
	const struct cmsghdr *c;

	if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return -errno;
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_level != SOL_IP || c->cmsg_type != IP_RECVERR)
		return -EPROTO;
	notice = (const void *)CMSG_DATA(c);
	return notice->ee_origin == SO_EE_ORIGIN_ZEROCOPY ? 0 : -EPROTO;
}

int gr_zerocopy_wait(int fd, uint64_t timeout_ns)
{
	struct pollfd p = {.fd = fd}; /* POLLERR comes unasked */
	int nr = gr_fd_poll(&p, 1, timeout_ns);

	if (nr <= 0)
		return nr ? nr : -ETIMEDOUT;
	return take_notice(fd);
}

// SPDX-License-Identifier: GPL-2.0-only
#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

ssize_t gr_fd_read(int fd, void *buf, size_t len)
{
	ssize_t n;

	do
		n = read(fd, buf, len);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

int gr_fd_write_all(int fd, const void *buf, size_t len)
{
	const char *at = buf;
	ssize_t n;

	while (len) {
		n = write(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

int gr_fd_poll(struct pollfd *fds, nfds_t nr, uint64_t timeout_ns)
{
	uint64_t ms = (timeout_ns + GR_NSEC_PER_MSEC - 1) / GR_NSEC_PER_MSEC;
	int wait_ms = ms > INT_MAX ? INT_MAX : (int)ms;
	int n;

	if (timeout_ns == UINT64_MAX)
		wait_ms = -1;
	do
		n = poll(fds, nr, wait_ms);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

void gr_fd_close(int fd)
{
	if (fd >= 0)
		(void)close(fd); /* nothing written here is still at stake */
}

int gr_fd_pair(int fds[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) ? -errno
								       : 0;
}

int gr_fd_nonblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK))
		return -errno;
	return 0;
}

int gr_fd_truncate(int fd, off_t len)
{
	if (ftruncate(fd, len) || lseek(fd, len, SEEK_SET) < 0)
		return -errno;
	return 0;
}

off_t gr_fd_tell(int fd)
{
	off_t at = lseek(fd, 0, SEEK_CUR);

	return at < 0 ? -errno : at;
}

static bool is_ignored(int sig)
{
	struct sigaction action;

	return !sigaction(sig, NULL, &action) && action.sa_handler == SIG_IGN;
}

int gr_fd_signals(const int *signals, sigset_t *saved)
{
	sigset_t set;
	int fd, ret;

	sigemptyset(&set);
	for (; *signals; signals++)
		if (!is_ignored(*signals))
			sigaddset(&set, *signals);
	if (sigprocmask(SIG_BLOCK, &set, saved))
		return -errno;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd >= 0)
		return fd;
	ret = -errno;
	(void)sigprocmask(SIG_SETMASK, saved, NULL); /* a mask read above */
	return ret;
}

void gr_fd_signals_restore(int fd, const sigset_t *saved)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == sizeof(info))
		; /* dropped, see the contract */
	gr_fd_close(fd);
	(void)sigprocmask(SIG_SETMASK, saved, NULL); /* a mask read before */
}

int gr_fd_serial(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios tio;
	int ret;

	if (fd < 0)
		return -errno;
	if (tcgetattr(fd, &tio))
		goto err_close;
	cfmakeraw(&tio);
	tio.c_cflag |= CLOCAL;
	if (tcsetattr(fd, TCSANOW, &tio))
		goto err_close;
	return fd;

err_close:
	ret = -errno;
	gr_fd_close(fd);
	return ret;
}

int gr_fd_tty_save(int fd, struct termios *saved)
{
	return tcgetattr(fd, saved) ? -errno : 0;
}

int gr_fd_tty_restore(int fd, const struct termios *saved)
{
	return tcsetattr(fd, TCSADRAIN, saved) ? -errno : 0;
}

int gr_fd_drain(int fd)
{
	return tcdrain(fd) ? -errno : 0;
}

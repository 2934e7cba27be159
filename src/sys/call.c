// SPDX-License-Identifier: GPL-2.0-only
#include "sys/call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc leaves it out; the same on all architectures but parisc. */
#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif

static ssize_t result(ssize_t ret)
{
	return ret < 0 ? -errno : ret;
}

int gr_open(const char *path, int flags)
{
	return (int)result(open(path, flags | O_CLOEXEC));
}

int gr_create(const char *path, int flags, mode_t mode)
{
	return (int)result(open(path, flags | O_CREAT | O_CLOEXEC, mode));
}

int gr_close(int fd)
{
	return (int)result(close(fd));
}

ssize_t gr_read(int fd, void *buf, size_t len)
{
	return result(read(fd, buf, len));
}

ssize_t gr_write(int fd, const void *buf, size_t len)
{
	return result(write(fd, buf, len));
}

ssize_t gr_pread(int fd, void *buf, size_t len, off_t off)
{
	return result(pread(fd, buf, len, off));
}

ssize_t gr_pwrite(int fd, const void *buf, size_t len, off_t off)
{
	return result(pwrite(fd, buf, len, off));
}

ssize_t gr_preadv(int fd, const struct iovec *iov, int nr, off_t off)
{
	return result(preadv(fd, iov, nr, off));
}

ssize_t gr_pwritev(int fd, const struct iovec *iov, int nr, off_t off)
{
	return result(pwritev(fd, iov, nr, off));
}

int gr_mmap(size_t len, int prot, int flags, int fd, off_t off, void **addr)
{
	void *p = mmap(NULL, len, prot, flags, fd, off);

	if (p == MAP_FAILED)
		return -errno;
	*addr = p;
	return 0;
}

int gr_mmap_at(void *at, size_t len, int prot, int flags, int fd)
{
	void *p = mmap(at, len, prot, flags | MAP_FIXED, fd, 0);

	return p == MAP_FAILED ? -errno : 0;
}

int gr_mmap_shared_at(void *at, size_t len, int prot, int fd, off_t off)
{
	void *p = mmap(at, len, prot, MAP_SHARED | MAP_FIXED, fd, off);

	return p == MAP_FAILED ? -errno : 0;
}

int gr_munmap(void *addr, size_t len)
{
	return (int)result(munmap(addr, len));
}

int gr_mprotect(void *addr, size_t len, int prot)
{
	return (int)result(mprotect(addr, len, prot));
}

int gr_madvise(void *addr, size_t len, int advice)
{
	return (int)result(madvise(addr, len, advice));
}

int gr_mremap_to(void *addr, size_t len, void *to)
{
	void *p = mremap(addr, len, len, MREMAP_MAYMOVE | MREMAP_FIXED, to);

	return p == MAP_FAILED ? -errno : 0;
}

int gr_soft_offline(void *addr, size_t len)
{
	return (int)result(madvise(addr, len, MADV_SOFT_OFFLINE));
}

int gr_pipe(int fd[2])
{
	return (int)result(pipe2(fd, O_CLOEXEC));
}

ssize_t gr_vmsplice(int fd, const struct iovec *iov, size_t nr,
		    unsigned int flags)
{
	return result(vmsplice(fd, iov, nr, flags));
}

ssize_t gr_splice(int fd_in, int fd_out, size_t len, unsigned int flags)
{
	return result(splice(fd_in, NULL, fd_out, NULL, len, flags));
}

ssize_t gr_process_vm_readv(pid_t pid, const struct iovec *local,
			    const struct iovec *remote, int nr)
{
	return result(
		process_vm_readv(pid, local, 1, remote, (unsigned long)nr, 0));
}

ssize_t gr_process_vm_writev(pid_t pid, const struct iovec *local,
			     const struct iovec *remote, int nr)
{
	return result(
		process_vm_writev(pid, local, 1, remote, (unsigned long)nr, 0));
}

int gr_mkdir(const char *path, mode_t mode)
{
	return (int)result(mkdir(path, mode));
}

int gr_rmdir(const char *path)
{
	return (int)result(rmdir(path));
}

int gr_truncate(const char *path, off_t len)
{
	return (int)result(truncate(path, len));
}

int gr_unlink(const char *path)
{
	return (int)result(unlink(path));
}

int gr_rename(const char *from, const char *to)
{
	return (int)result(rename(from, to));
}

int gr_fsync(int fd)
{
	return (int)result(fsync(fd));
}

int gr_truncate_fd(int fd, off_t len)
{
	return (int)result(ftruncate(fd, len));
}

int gr_delete_module(const char *name, unsigned int flags)
{
	return (int)result(syscall(SYS_delete_module, name, flags));
}

int gr_exists(const char *path)
{
	return (int)result(access(path, F_OK));
}

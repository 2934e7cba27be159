/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls with the project's error convention: what libc gives as -1 and
 * errno comes back as -errno. No other difference from the calls of section 2
 * of the manual, so each is described there.
 */
#ifndef GR_SYS_CALL_H
#define GR_SYS_CALL_H

#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

/*
 * Context of all: any; those that pins and invalidators use neither allocate
 * nor log.
 * Return: what the call returns, or -errno.
 */
int gr_open(const char *path, int flags);
int gr_create(const char *path, int flags, mode_t mode);
int gr_close(int fd);
ssize_t gr_read(int fd, void *buf, size_t len);
ssize_t gr_write(int fd, const void *buf, size_t len);
ssize_t gr_pread(int fd, void *buf, size_t len, off_t off);
ssize_t gr_pwrite(int fd, const void *buf, size_t len, off_t off);
ssize_t gr_preadv(int fd, const struct iovec *iov, int nr, off_t off);
ssize_t gr_pwritev(int fd, const struct iovec *iov, int nr, off_t off);
int gr_mmap(size_t len, int prot, int flags, int fd, off_t off, void **addr);
int gr_mmap_at(void *at, size_t len, int prot, int flags, int fd);
int gr_mmap_shared_at(void *at, size_t len, int prot, int fd, off_t off);
int gr_munmap(void *addr, size_t len);
int gr_mprotect(void *addr, size_t len, int prot);
int gr_madvise(void *addr, size_t len, int advice);
int gr_mremap_to(void *addr, size_t len, void *to); /* of the same length */
int gr_soft_offline(void *addr, size_t len); /* madvise(2) */
int gr_pipe(int fd[2]);
ssize_t gr_vmsplice(int fd, const struct iovec *iov, size_t nr,
		    unsigned int flags);
ssize_t gr_splice(int fd_in, int fd_out, size_t len, unsigned int flags);
/* @local is one piece, @remote @nr of them, in the process @pid */
ssize_t gr_process_vm_readv(pid_t pid, const struct iovec *local,
			    const struct iovec *remote, int nr);
ssize_t gr_process_vm_writev(pid_t pid, const struct iovec *local,
			     const struct iovec *remote, int nr);
int gr_mkdir(const char *path, mode_t mode);
int gr_rmdir(const char *path);
int gr_truncate(const char *path, off_t len);
int gr_truncate_fd(int fd, off_t len);
int gr_unlink(const char *path);
int gr_rename(const char *from, const char *to);
int gr_fsync(int fd);
int gr_delete_module(const char *name, unsigned int flags);
int gr_exists(const char *path); /* 0, or -ENOENT and kin */

#endif /* GR_SYS_CALL_H */

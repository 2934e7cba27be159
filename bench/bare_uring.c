// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least that pins a page of device-dax by io_uring, one request at a time, over and
 * over. Prints how many a second.
 *
 *     bare_uring DAX SINK SECONDS rw|fixed|register
 *
 * rw: a writev and a readv of 4 KiB in turn. fixed: a write of a buffer that was
 * registered once. register: the buffer is registered and unregistered.
 */
#include <fcntl.h>
#include <liburing.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define ENTRIES 4

static volatile sig_atomic_t done;

static void stop(int sig)
{
	(void)sig;
	done = 1;
}

static int wait_for(struct io_uring *ring)
{
	struct io_uring_cqe *cqe;
	int res;

	if (io_uring_submit(ring) != 1)
		return -1;
	while ((res = io_uring_wait_cqe(ring, &cqe)) == -EINTR)
		; /* the alarm */
	if (res)
		return -1;
	res = cqe->res;
	io_uring_cqe_seen(ring, cqe);
	return res == PAGE ? 0 : -1;
}

static int rw(struct io_uring *ring, int sink, struct iovec *iov,
	      unsigned long nr)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	if (nr % 2)
		io_uring_prep_readv(sqe, sink, iov, 1, 0);
	else
		io_uring_prep_writev(sqe, sink, iov, 1, 0);
	return wait_for(ring);
}

static int fixed(struct io_uring *ring, int sink, struct iovec *iov,
		 unsigned long nr)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	if (!nr && io_uring_register_buffers(ring, iov, 1))
		return -1;
	io_uring_prep_write_fixed(sqe, sink, iov->iov_base, PAGE, 0, 0);
	return wait_for(ring);
}

static int reg(struct io_uring *ring, int sink, struct iovec *iov,
	       unsigned long nr)
{
	(void)sink, (void)nr;
	return io_uring_register_buffers(ring, iov, 1) ||
	       io_uring_unregister_buffers(ring);
}

static const struct {
	const char *name;
	int (*once)(struct io_uring *ring, int sink, struct iovec *iov,
		    unsigned long nr);
} modes[] = {{"rw", rw}, {"fixed", fixed}, {"register", reg}};

int main(int argc, char **argv)
{
	int dax = argc == 5 ? open(argv[1], O_RDWR) : -1;
	int sink = argc == 5 ? open(argv[2], O_RDWR | O_DIRECT) : -1;
	struct iovec iov = {.iov_len = PAGE};
	unsigned int seconds = argc == 5 ? (unsigned int)atoi(argv[3]) : 0;
	struct io_uring ring;
	unsigned long nr = 0;
	size_t m = 0;

	while (argc == 5 && m < 3 && strcmp(modes[m].name, argv[4]))
		m++;
	iov.iov_base =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, dax, 0);
	if (iov.iov_base == MAP_FAILED || sink < 0 || !seconds || m == 3 ||
	    io_uring_queue_init(ENTRIES, &ring, 0))
		return 99;
	*(char *)iov.iov_base = 1;
	signal(SIGALRM, stop);
	alarm(seconds);
	for (; !done; nr++)
		if (modes[m].once(&ring, sink, &iov, nr))
			return 99;
	printf("%lu\n", nr / seconds);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * gup_spins_fsdax FILE NDDEV
 *
 * Does get_user_pages come back from a mapping whose device is going away? Two pages
 * of FILE, a file on DAX, are mapped. The first is pinned by a pipe. A child pins the
 * second again and again (process_vm_readv of itself), while NDDEV (pfn0.0, say) is
 * unbound from the nd_pmem driver. A sound kernel gives the child an answer, be it an
 * error; one with the bug leaves it running in the kernel until it is killed. Run it
 * in a guest: what is unbound is lost. docs/findings.md tells the story.
 *
 * Exit: 0 each call came back, 1 one did not, or the child died of one, 2 the test
 * could not be made.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNBIND "/sys/bus/nd/drivers/nd_pmem/unbind"
#define PAGE 4096UL
/* A call takes microseconds. */
#define STUCK_MS 3000
#define KILL_MS 5000
/* An unbind has begun within a second. */
#define TRIES 5

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* map_file() - two pages of @path, which have been written. */
static char *map_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char *map;

	if (fd < 0)
		die(path);
	if (fallocate(fd, 0, 0, 2 * PAGE))
		die("fallocate");
	map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("mmap");
	memset(map, 0x5a, 2 * PAGE);
	if (fsync(fd) || close(fd))
		die("fsync or close");
	return map;
}

static void pin(char *page, int pipe_fd[2])
{
	struct iovec iov = {.iov_base = page, .iov_len = PAGE};

	if (pipe2(pipe_fd, O_CLOEXEC))
		die("pipe2");
	if (vmsplice(pipe_fd[1], &iov, 1, 0) != (ssize_t)PAGE)
		die("vmsplice");
}

/* The child: it counts its calls, until one has failed. */
static void pin_on(char *page, volatile unsigned long *nr)
{
	char byte;
	struct iovec to = {&byte, 1}, from = {page, 1};

	while (process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1)
		++*nr;
	_exit(0);
}

/* unbind() - by a child, which waits for the pipe where the unbind does. */
static pid_t unbind(const char *nddev)
{
	pid_t pid = fork();
	int fd;

	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	fd = open(UNBIND, O_WRONLY | O_CLOEXEC);
	_exit(fd < 0 || write(fd, nddev, strlen(nddev)) < 0);
}

/* ended() - does the child end within @ms? */
static int ended(pid_t pid, int ms)
{
	struct pollfd poll_fd = {.events = POLLIN};
	int ret;

	poll_fd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (poll_fd.fd < 0)
		die("pidfd_open");
	ret = poll(&poll_fd, 1, ms);
	if (ret < 0 || close(poll_fd.fd))
		die("poll");
	return ret;
}

/* system_ticks() - of the child, its time in the kernel */
static unsigned long system_ticks(pid_t pid)
{
	char path[64], text[512], *at;
	unsigned long ticks = 0;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0 || close(fd))
		die(path);
	text[n] = '\0';
	at = strrchr(text, ')');
	if (!at || sscanf(at,
			  ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
			  "%*u %lu",
			  &ticks) != 1)
		die("sscanf");
	return ticks;
}

/* tell_end() - how the child that pins has ended: did a call give an error? */
static int tell_end(pid_t pid, unsigned long nr)
{
	int status;

	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	if (WIFSIGNALED(status))
		printf("call %lu IS THE END of the child, by signal %d\n",
		       nr + 1, WTERMSIG(status));
	else
		printf("the pin gives an error after %lu calls\n", nr);
	return WIFSIGNALED(status) ? 1 : 0;
}

/* check_unbind() - it may wait, but not fail. */
static void check_unbind(pid_t pid)
{
	int status;
	pid_t got = waitpid(pid, &status, WNOHANG);

	if (got < 0)
		die("waitpid");
	if (got && WIFEXITED(status) && WEXITSTATUS(status)) {
		fprintf(stderr, "cannot unbind through '%s'\n", UNBIND);
		exit(2);
	}
}

/* tell_stuck() - no call came back for STUCK_MS; was it busy meanwhile? */
static void tell_stuck(pid_t pid, unsigned long nr, unsigned long ticks)
{
	printf("call %lu DOES NOT COME BACK: %lu of %d ticks in the kernel\n",
	       nr + 1, ticks, (int)(STUCK_MS * sysconf(_SC_CLK_TCK) / 1000));
	if (kill(pid, SIGKILL))
		die("kill");
	printf("SIGKILL %s it\n",
	       ended(pid, KILL_MS) ? "ends" : "DOES NOT END");
}

/* watch() - the child that pins, until it has ended or a call comes to no end. */
static int watch(pid_t pid, const volatile unsigned long *nr, pid_t unbinder)
{
	for (int i = 0; i < TRIES; i++) {
		unsigned long before = *nr, ticks = system_ticks(pid);

		if (ended(pid, STUCK_MS))
			return tell_end(pid, *nr);
		if (before == *nr) {
			tell_stuck(pid, before, system_ticks(pid) - ticks);
			return 1;
		}
		if (i == 0)
			check_unbind(unbinder);
		printf("%lu calls have come back\n", *nr);
	}
	printf("the pin goes on, and each call comes back\n");
	return 0;
}

int main(int argc, char *argv[])
{
	volatile unsigned long *nr;
	int pipe_fd[2], ret;
	char *map;
	pid_t pid;

	if (argc != 3) {
		fprintf(stderr, "usage: %s FILE NDDEV\n", argv[0]);
		return 2;
	}
	(void)setvbuf(stdout, NULL, _IONBF, 0); /* cosmetic */
	map = map_file(argv[1]);
	nr = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (nr == MAP_FAILED)
		die("mmap");
	pin(map, pipe_fd);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid)
		pin_on(map + PAGE, nr);
	while (!*nr) /* its page table has the page from then on */
		if (ended(pid, 1))
			die("the child");
	ret = watch(pid, nr, unbind(argv[2]));
	printf("all is over\n");
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "sys/call.h"

/* Where this process may run; a worker that is pinned cannot ask any more. */
static cpu_set_t allowed;

void gr_run_on(int cpu)
{
	cpu_set_t one;
	int nr, left;

	if (!CPU_COUNT(&allowed) &&
	    sched_getaffinity(0, sizeof(allowed), &allowed))
		return; /* a courtesy to the race, not a need */
	nr = CPU_COUNT(&allowed);
	left = nr ? cpu % nr : 0;
	CPU_ZERO(&one);
	for (int i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &allowed) || left-- > 0)
			continue;
		CPU_SET(i, &one);
		(void)sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

pid_t gr_fork(int cpu)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		return -errno;
	if (pid)
		return pid;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (cpu >= 0)
		gr_run_on(cpu);
	return 0;
}

void gr_exit_now(int status)
{
	_exit(status);
}

int gr_reap(pid_t pid, unsigned int wait_ms, int *status)
{
	uint64_t until = gr_now_ns() + wait_ms * GR_NSEC_PER_MSEC;
	struct pollfd p = {.fd = -1, .events = POLLIN};
	pid_t got;

	got = waitpid(pid, status, WNOHANG);
	if (!got && wait_ms) {
		p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
		(void)poll(&p, 1, (int)wait_ms);
		if (p.fd >= 0)
			(void)close(p.fd);
		do {
			got = waitpid(pid, status, WNOHANG);
		} while (!got && p.fd < 0 && gr_now_ns() < until);
	}
	return got < 0 ? -errno : got == pid;
}

pid_t gr_thread_id(void)
{
	return (pid_t)syscall(SYS_gettid);
}

int gr_kill(pid_t pid, int sig)
{
	return kill(pid, sig) ? -errno : 0;
}

static ssize_t read_proc(pid_t pid, const char *name, char *buf, size_t len)
{
	char path[64];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = gr_open(path, O_RDONLY);
	if (fd < 0)
		return fd;
	n = gr_read(fd, buf, len - 1);
	(void)gr_close(fd); /* read only */
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

int gr_process_state(pid_t pid)
{
	char text[512];
	ssize_t n = read_proc(pid, "stat", text, sizeof(text));
	const char *p;

	if (n < 0)
		return (int)n;
	p = strrchr(text, ')'); /* the name may hold anything */
	return p && p[1] == ' ' ? p[2] : -EINVAL;
}

/* Field 22 of proc(5)'s stat, the 20th behind the name. */
int gr_process_began(pid_t pid, uint64_t *ticks)
{
	char text[512];
	ssize_t n = read_proc(pid, "stat", text, sizeof(text));
	const char *p = n < 0 ? NULL : strrchr(text, ')');

	for (int i = 0; p && i < 20; i++)
		p = strchr(p + 1, ' ');
	if (n < 0)
		return (int)n;
	return p && sscanf(p, "%" SCNu64, ticks) == 1 ? 0 : -EINVAL;
}

void gr_process_stack(pid_t pid, char *buf, size_t len)
{
	char wchan[128];
	ssize_t n = read_proc(pid, "stack", buf, len);

	if (n > 0)
		return;
	if (read_proc(pid, "wchan", wchan, sizeof(wchan)) > 0)
		(void)snprintf(buf, len, "wchan %s\n", wchan);
	else
		(void)snprintf(buf, len, "(no stack: %s)\n",
			       n < 0 ? strerror((int)-n) : "empty");
}

unsigned int gr_nr_cpus(void)
{
	cpu_set_t now;

	if (sched_getaffinity(0, sizeof(now), &now))
		return 1;
	return (unsigned int)CPU_COUNT(&now);
}

int gr_shared_new(size_t len, void **mem)
{
	return gr_mmap(len, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0, mem);
}

void gr_shared_free(void *mem, size_t len)
{
	if (mem)
		(void)gr_munmap(mem, len); /* our own mapping */
}

int gr_futex_wait(unsigned int *word, unsigned int seen,
		  unsigned long long timeout_ns)
{
	struct timespec ts = {
		.tv_sec = (time_t)(timeout_ns / GR_NSEC_PER_SEC),
		.tv_nsec = (long)(timeout_ns % GR_NSEC_PER_SEC),
	};

	if (!syscall(SYS_futex, word, FUTEX_WAIT, seen, &ts, NULL, 0))
		return 0;
	return errno == ETIMEDOUT ? -ETIMEDOUT : 0;
}

int gr_futex_look(const void *word, unsigned int seen)
{
	const struct timespec at_once = {.tv_nsec = 1};

	return syscall(SYS_futex, word, FUTEX_WAIT, seen, &at_once, NULL, 0)
		       ? -errno
		       : 0;
}

void gr_futex_wake(unsigned int *word)
{
	(void)syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

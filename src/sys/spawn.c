// SPDX-License-Identifier: GPL-2.0-only
#include "sys/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/boot.h"
#include "sys/call.h"
#include "sys/fd.h"

/* Moves the descriptors out of the way before they are put in their places. */
static int place_fds(const struct gr_spawn *spawn, int *fd_report)
{
	int moved[16];
	int nr = (int)spawn->nr_fds;

	if (nr > (int)(sizeof(moved) / sizeof(moved[0])))
		return -EINVAL;
	for (int i = 0; i < nr; i++) {
		moved[i] = spawn->fds[i] < 0 ? open("/dev/null", O_RDWR)
					     : spawn->fds[i];
		if (moved[i] >= 0)
			moved[i] = fcntl(moved[i], F_DUPFD_CLOEXEC, nr);
		if (moved[i] < 0)
			return -errno;
	}
	*fd_report = fcntl(*fd_report, F_DUPFD_CLOEXEC, nr);
	if (*fd_report < 0)
		return -errno;
	for (int i = 0; i < nr; i++)
		if (dup2(moved[i], i) < 0)
			return -errno;
	return 0;
}

static void default_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL); /* SIGKILL and SIGSTOP refuse */
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL); /* cannot fail */
}

static int become(const struct gr_spawn *spawn, pid_t parent, int *fd_report)
{
	int ret;

	if (spawn->own_group && setpgid(0, 0))
		return -errno;
	if (spawn->dies_with_us &&
	    (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent))
		return -ESRCH;
	ret = place_fds(spawn, fd_report);
	if (!ret && spawn->tty)
		ret = gr_guest_stdio(spawn->tty, true);
	if (ret)
		return ret;
	default_signals();
	if (spawn->envp)
		(void)execvpe(spawn->argv[0], spawn->argv, spawn->envp);
	else
		(void)execvp(spawn->argv[0], spawn->argv);
	return -errno;
}

/* Nothing comes through the pipe when exec closes it. */
static int exec_result(int fd)
{
	int failure;
	ssize_t n = gr_fd_read(fd, &failure, sizeof(failure));

	if (n < 0)
		return (int)n;
	return n == sizeof(failure) ? failure : 0;
}

static void child(const struct gr_spawn *spawn, pid_t parent, int fd_report)
{
	int failure = become(spawn, parent, &fd_report);

	(void)gr_fd_write_all(fd_report, &failure,
			      sizeof(failure)); /* else seen as exit 127 */
	_exit(127);
}

int gr_process_start(const struct gr_spawn *spawn, struct gr_process *process)
{
	pid_t parent = getpid(), pid;
	int report[2], ret;

	*process = GR_PROCESS_NONE;
	ret = gr_pipe(report);
	if (ret)
		return ret;
	pid = fork();
	if (pid == 0)
		child(spawn, parent, report[1]);
	ret = pid < 0 ? -errno : 0;
	gr_fd_close(report[1]);
	if (!ret)
		ret = exec_result(report[0]);
	gr_fd_close(report[0]);
	if (pid < 0)
		return ret;
	if (!ret) {
		process->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		ret = process->pidfd < 0 ? -errno : 0;
	}
	if (ret) {
		(void)kill(pid, SIGKILL); /* ours, and not yet waited for */
		(void)waitpid(pid, NULL, 0);
		return ret;
	}
	process->pid = pid;
	return 0;
}

int gr_process_wait(struct gr_process *process, uint64_t timeout_ns,
		    int *status)
{
	struct pollfd pfd = {.fd = process->pidfd, .events = POLLIN};
	siginfo_t info = {0};
	int n = gr_fd_poll(&pfd, 1, timeout_ns);

	if (n <= 0)
		return n ? n : -ETIMEDOUT;
	if (waitid(P_PID, (id_t)process->pid, &info, WEXITED))
		return -errno;
	*status = info.si_code == CLD_EXITED ? info.si_status
					     : 128 + info.si_status;
	gr_fd_close(process->pidfd);
	*process = GR_PROCESS_NONE;
	return 0;
}

void gr_process_kill(struct gr_process *process)
{
	int status;

	if (!process->pid)
		return;
	/* it may have ended by itself: then there is only the wait */
	(void)syscall(SYS_pidfd_send_signal, process->pidfd, SIGKILL, NULL, 0);
	(void)gr_process_wait(process, UINT64_MAX, &status);
}

void gr_process_reap(const struct gr_process *keep)
{
	siginfo_t info;

	for (;;) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) ||
		    !info.si_pid || info.si_pid == keep->pid)
			return;
		(void)waitpid(info.si_pid, NULL, WNOHANG); /* seen above */
	}
}

static int read_all(int fd, char **out)
{
	size_t used = 0;
	char *grown;
	ssize_t n;

	for (;;) {
		grown = realloc(*out, used + 4097);
		if (!grown)
			return -ENOMEM;
		*out = grown;
		n = gr_fd_read(fd, grown + used, 4096);
		if (n < 0)
			return (int)n;
		used += (size_t)n;
		grown[used] = '\0';
		if (!n)
			return 0;
	}
}

int gr_process_output(char *const *argv, char **out, int *status)
{
	struct gr_process process = GR_PROCESS_NONE;
	int pipe_fds[2], ret;

	*out = NULL;
	ret = gr_pipe(pipe_fds);
	if (ret)
		return ret;
	ret = gr_process_start(
		&(struct gr_spawn){
			.argv = argv,
			.fds = (int[]){-1, pipe_fds[1], pipe_fds[1]},
			.nr_fds = 3,
			.dies_with_us = true,
		},
		&process);
	gr_fd_close(pipe_fds[1]);
	if (!ret)
		ret = read_all(pipe_fds[0], out);
	gr_fd_close(pipe_fds[0]);
	if (!ret)
		ret = gr_process_wait(&process, UINT64_MAX, status);
	if (ret) {
		gr_process_kill(&process);
		free(*out);
		*out = NULL;
	}
	return ret;
}

int gr_process_exec(char *const *argv)
{
	(void)execvp(argv[0], argv);
	return -errno;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a run leaves on the machine: nothing when it passes and when it is
 * interrupted; when its supervisor is killed in the middle of a case, what
 * `guprace recover` then takes back. Runs in a guest, where all devices are ours.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest/guest.h"
#include "sys/changes.h"
#include "sys/file.h"
#include "sys/nd.h"
#include "sys/nullblk.h"

#define MNT "/run/guprace/mnt/"
#define SCENARIO "/tmp/long.ini"

/* Far above what any of this takes in a guest. */
#define DEADLINE_MS 60000

static const char text[] = "[scenario]\nname = long\n[race a]\n"
			   "target = fsdax\nfs = ext4\npin = odirect_write\n"
			   "invalidate = munmap\nslice = 300s\n";

static bool is_mounted(void)
{
	char *mounts;
	bool found;

	if (gr_file_read("/proc/self/mounts", &mounts, NULL))
		return false;
	found = strstr(mounts, " " MNT);
	free(mounts);
	return found;
}

/* The kernel wakes who polls that file when a mount comes or goes. */
static bool wait_mounted(void)
{
	struct pollfd p = {
		.fd = open("/proc/self/mounts", O_RDONLY),
		.events = POLLPRI,
	};
	bool ok;

	while (!(ok = is_mounted()) && poll(&p, 1, DEADLINE_MS) > 0)
		;
	close(p.fd);
	return ok;
}

/* A run in the middle of its case. */
static pid_t start(void)
{
	pid_t pid = fork();

	if (!pid) {
		(void)!freopen("/dev/null", "w", stdout);
		execl("/init", "guprace", "run", SCENARIO, "--seed", "1", NULL);
		_exit(127);
	}
	check(pid > 0 && wait_mounted(), "no file system was mounted");
	return pid;
}

static int end(pid_t pid, int sig)
{
	int status = -1;

	kill(pid, sig);
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool is_enabled(void)
{
	struct gr_nd_info info[8];
	bool all = true;
	struct gr_nd *nd;
	ssize_t nr;

	if (gr_nd_open(&nd))
		return false;
	nr = gr_nd_list(nd, info, 8);
	for (ssize_t i = 0; i < nr; i++)
		all &= info[i].enabled;
	gr_nd_close(nd);
	return all && nr > 0;
}

static void check_nothing_left(void)
{
	struct gr_change *all;
	ssize_t nr = gr_changes_read(GR_CHANGES_PATH, &all);

	check(!is_mounted(), "a file system is mounted");
	check(!gr_is_dir(MNT "namespace0.0"), "its folder is there");
	check(!gr_nullblk_exists("guprace_sink") &&
		      !gr_nullblk_exists("guprace_store"),
	      "a null_blk device is there");
	check(is_enabled(), "a namespace is not enabled");
	for (ssize_t i = 0; i < nr; i++)
		check(false, "the journal has '%s'", all[i].what);
	check(nr >= 0, "the journal cannot be read");
	free(all);
}

static void check_recovered(const char *says)
{
	struct ran ran;

	guprace(&ran, "recover", NULL);
	check_ran(&ran, 0, "");
	check(strstr(ran.out, says), "it says '%s', not '%s'", ran.out, says);
	check_nothing_left();
}

static void a_pass_leaves_nothing(void)
{
	struct ran ran;

	begin("a pass");
	guprace(&ran, "run", SCENARIO, "--time", "1s", "--seed", "1", NULL);
	check_ran(&ran, 0, "");
	check_nothing_left();
	check_recovered("nothing was left\n");
}

static void an_interruption_leaves_nothing(void)
{
	struct ran ran;
	pid_t pid;

	begin("Ctrl-C");
	pid = start();
	guprace(&ran, "recover", NULL);
	check_ran(&ran, 0, "");
	check(strstr(ran.out, "still goes on: what it uses is left alone"),
	      "recover says '%s'", ran.out);
	check(is_mounted() && gr_nullblk_exists("guprace_sink"),
	      "it took a living run's things");
	check(end(pid, SIGINT) == 130, "the run's exit status");
	check_nothing_left();
}

static void a_kill_leaves_what_recover_takes_back(void)
{
	pid_t pid;

	begin("SIGKILL");
	pid = start();
	check(end(pid, SIGKILL) == 128 + SIGKILL, "it was not killed");
	check(is_mounted(), "the file system is gone");
	check(gr_nullblk_exists("guprace_sink") &&
		      gr_nullblk_exists("guprace_store"),
	      "the null_blk devices are gone");
	check_recovered("unmounted '" MNT "namespace0.0'\n");
	check_recovered("nothing was left\n");
}

static void the_next_run_says_so(void)
{
	struct ran ran;
	pid_t pid;

	begin("the run after a SIGKILL");
	pid = start();
	check(end(pid, SIGKILL) == 128 + SIGKILL, "it was not killed");
	guprace(&ran, "run", SCENARIO, "--case", "none", NULL);
	check_ran(&ran, 2, "a run that was killed has left 4 changes");
	check_ran(&ran, 2, "'guprace recover' takes back what is left\n");
	check_recovered("unmounted '" MNT "namespace0.0'\n");
}

int main(void)
{
	if (gr_file_replace(SCENARIO, text, sizeof(text) - 1))
		return 99;
	a_pass_leaves_nothing();
	an_interruption_leaves_nothing();
	a_kill_leaves_what_recover_takes_back();
	the_next_run_says_so();
	return finish();
}

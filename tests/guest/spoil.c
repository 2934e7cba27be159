// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes something away from a program in a guest, to see what it says:
 *   spoil file PATH PROGRAM...   removes PATH first
 *   spoil room PROGRAM...        keeps the file system that it mounts full
 * The exit status is that of the program.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/magic.h>

#define MNT "/run/guprace/mnt/namespace0.0"
#define BLOCK 4096

/* What is mounted there must be ext4: the folder itself is of another. */
static int open_mount(void)
{
	struct statfs fs;
	int fd = open(MNT, O_RDONLY | O_DIRECTORY);

	if (fd >= 0 && !fstatfs(fd, &fs) && fs.f_type == EXT4_SUPER_MAGIC)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Large pieces first; held open only meanwhile, so that it can be unmounted. */
static void fill(int dir)
{
	int fd = openat(dir, "fill", O_RDWR | O_CREAT, 0600);
	struct stat st;

	if (fd < 0)
		return;
	for (off_t piece = 256 * BLOCK; piece >= BLOCK;)
		if (fstat(fd, &st) || fallocate(fd, 0, st.st_size, piece))
			piece /= 4;
	close(fd);
}

static int keep_full(pid_t pid)
{
	int status = -1, dir;

	while (!waitpid(pid, &status, WNOHANG)) {
		dir = open_mount();
		if (dir < 0)
			continue;
		fill(dir);
		close(dir);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static int start(char **argv)
{
	execv(argv[0], argv);
	fprintf(stderr, "spoil: cannot run '%s': %s\n", argv[0],
		strerror(errno));
	return 99;
}

int main(int argc, char **argv)
{
	pid_t pid;

	if (argc > 3 && !strcmp(argv[1], "file")) {
		if (unlink(argv[2])) {
			perror(argv[2]);
			return 99;
		}
		return start(argv + 3);
	}
	if (argc > 2 && !strcmp(argv[1], "room")) {
		pid = fork();
		if (!pid)
			return start(argv + 2);
		return pid < 0 ? 99 : keep_full(pid);
	}
	fprintf(stderr, "usage: spoil file PATH PROGRAM...|room PROGRAM...\n");
	return 2;
}

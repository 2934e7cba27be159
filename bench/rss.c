// SPDX-License-Identifier: GPL-2.0-only
/*
 * The most memory that guprace and all its processes have resident together.
 *
 *     rss COMMAND...
 *
 * Runs the command and adds up, every 20 ms, the resident pages of all processes
 * of its name: the supervisor and its workers. Pages that they share count once
 * for each, so the truth is less. Device memory is not counted by the kernel.
 * Source: proc(5), /proc/PID/statm and /proc/PID/comm.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct sum {
	unsigned long pages;
	unsigned int processes;
};

/* The first line of a file below /proc/PID; "" where it is gone. */
static void line_of(const char *pid, const char *name, char *line, int len)
{
	char path[300];
	FILE *f;

	line[0] = '\0';
	(void)snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	f = fopen(path, "r");
	if (!f)
		return;
	if (!fgets(line, len, f))
		line[0] = '\0';
	(void)fclose(f); /* only read */
}

static void add(struct sum *sum, const char *pid, const char *command)
{
	unsigned long resident;
	char line[128];

	line_of(pid, "comm", line, sizeof(line));
	line[strcspn(line, "\n")] = '\0';
	if (strcmp(line, command))
		return;
	line_of(pid, "statm", line, sizeof(line));
	if (sscanf(line, "%*u %lu", &resident) != 1)
		return;
	sum->pages += resident;
	sum->processes++;
}

static struct sum look(const char *command)
{
	struct sum sum = {0};
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	while (proc && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			add(&sum, entry->d_name, command);
	if (proc)
		(void)closedir(proc); /* only read */
	return sum;
}

int main(int argc, char **argv)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	struct sum most = {0}, now;
	const char *command;
	int status = 0;
	pid_t pid;

	if (argc < 2)
		return 2;
	command = strrchr(argv[1], '/') ? strrchr(argv[1], '/') + 1 : argv[1];
	(void)unsetenv("GUPRACE_EVENTS"); /* it is to report here */
	pid = fork();
	if (!pid) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	while (pid > 0 && !waitpid(pid, &status, WNOHANG)) {
		now = look(command);
		if (now.pages > most.pages)
			most = now;
		nanosleep(&pause, NULL);
	}
	printf("rss: %lu KiB in %u processes, exit status %d\n",
	       most.pages * (unsigned long)sysconf(_SC_PAGESIZE) / 1024,
	       most.processes, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return most.processes ? 0 : 1;
}

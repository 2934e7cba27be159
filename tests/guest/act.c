// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program that tests/guest/vm.sh takes into a guest: one small act a run.
 *   act exit N          ends with status N
 *   act say OUT ERR     prints OUT, and ERR on stderr
 *   act write FILE TEXT writes TEXT into FILE
 *   act show FILE       prints FILE
 *   act kill N          dies of signal N
 *   act wait            never ends by itself
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	int bad;

	if (!file)
		return 1;
	bad = fputs(text, file) < 0;
	return fclose(file) || bad;
}

static int show_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char buf[4096];
	size_t n;

	if (!file)
		return 1;
	while ((n = fread(buf, 1, sizeof(buf), file)))
		fwrite(buf, 1, n, stdout);
	return fclose(file) != 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "exit"))
		return (int)strtol(argv[2], NULL, 10);
	if (argc == 4 && !strcmp(argv[1], "say"))
		return printf("%s\n", argv[2]) < 0 ||
		       fprintf(stderr, "%s\n", argv[3]) < 0;
	if (argc == 4 && !strcmp(argv[1], "write"))
		return write_file(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "show"))
		return show_file(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "kill"))
		return raise((int)strtol(argv[2], NULL, 10));
	while (argc == 2 && !strcmp(argv[1], "wait"))
		pause();
	fprintf(stderr, "usage: act exit|say|write|show|kill|wait ...\n");
	return 2;
}

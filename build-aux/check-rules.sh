#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# House rules that a script can see; CONTRIBUTING.md gives the reasons.
#  GR-003 errno is read in src/sys only (base/size.c parses numbers)
#  GR-004 exit() and friends in src/cli only; no bare printf() below it
#  GR-005 every source starts with an SPDX line
#  GR-006 no TODO or FIXME
#  GR-007 string functions that cannot know the size are banned
cd "${srcdir:-.}" || exit 99
bad=0

# rule NAME PATTERN EXCEPTIONS FILES...: no line of FILES matches PATTERN
rule() {
	name=$1 pattern=$2 except=$3
	shift 3
	found=$(grep -nE "$pattern" "$@" /dev/null | grep -vE "$except")
	[ -n "$found" ] || return 0
	printf '%s\n' "$found" | sed "s|^|$name: |"
	bad=1
}

sources=$(find src -name '*.c' -o -name '*.h' | grep -v '\.skel\.h$')
# shellcheck disable=SC2086 # file names of ours, without blanks
{
rule GR-003 '(^|[^-a-z_])errno\b' '^src/(sys/|base/size\.c)|errno\.h|^[^:]*:[0-9]*:[ \t]*(/?\*)|/\*.*errno' $sources
rule GR-004 '\b(exit|abort|perror)\(' '^src/cli/' $sources
rule GR-004 '\b(printf|puts|putchar)\(' '^src/(cli|report)/' $sources
rule GR-006 'TODO|FIXME|\bXXX\b' '^$' $sources
rule GR-007 '\b(strcpy|strcat|sprintf|vsprintf|strtok|gets)\(' '^$' $sources
}
for f in $sources tests/*/*.c tests/*/*.h; do
	[ -e "$f" ] || continue
	head -1 "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0-only' || {
		echo "GR-005: $f: no SPDX line"
		bad=1
	}
done
exit $bad

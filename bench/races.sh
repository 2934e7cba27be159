#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in a guest with one region: races.sh ROUNDS SECONDS SCENARIO-TEXT. The same race
# by guprace and by a plain loop of two threads, in turn. Lines "plain-loop MET CUTS",
# and after a line "guprace" the events of its run. The first run of guprace makes the
# namespace and loads what is needed, and counts for nothing.
rounds=$1
seconds=$2
printf '%s\n' "$3" >/tmp/races.ini

guprace run --format json /tmp/races.ini >/dev/null
for ((i = 0; i < rounds; i++)); do
	mkfs.ext4 -q -F -b 4096 /dev/pmem0 >&2 || exit 99
	met=$(bare_race /dev/pmem0 "$seconds") || exit 99
	echo "plain-loop $met"
	echo guprace
	guprace run --format json /tmp/races.ini
done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Planted races: how long until each is found, by seeds 1 to RUNS, and how many of
# REPLAYS replays of the first finding, 10 s each at its offsets, reproduce it.
# Then the same on the kernel without the plant, and the C file that --minimize
# makes of what a file shows, on both. RACES names the plants.
#
# Fails where less than 9 of 10 are found within a minute, or less than half of
# the replays reproduce. Takes some 10 minutes a plant; no other target runs it.
# shellcheck source=tests/mutants/lib.sh
. "${srcdir:-.}/tests/mutants/lib.sh"
runs=${RUNS:-10}
replays=${REPLAYS:-20}
races=${RACES:-"backoff_kept busy_unmapped window_open backoff_kept_file"}
kernel=6.1

# find_all: every seed once; sets $found, and keeps the first RUN.json
find_all() {
	local seed said times=()

	found=0
	for ((seed = 1; seed <= runs; seed++)); do
		run_guest --kernel $kernel --load "$module,mode=$mode" -- \
			run "$scenario" --case "$case" --slice 60s --seed $seed
		if [ $status -eq 1 ] && said=$(query first-finding-within 60); then
			found=$((found + 1))
			said=${said% s}
			times+=("${said##* }")
			[ -e "$scratch/$mode.json" ] ||
				cp "$json" "$scratch/$mode.json"
		else
			times+=(-)
		fi
	done
	echo "$1: found in $found of $runs runs, after ${times[*]} s"
	check "$1: 9 of 10 within a minute" test $((10 * found)) -ge $((9 * runs))
}

replay_all() {
	local hits

	[ -e "$scratch/$mode.json" ] || return
	"$guprace" replay "$scratch/$mode.json" --runs "$replays" -- \
		--kernel $kernel --load "$module,mode=$mode" >"$out" 2>&1
	sed -n '1p;$p' "$out"
	hits=$(sed -n 's/^reproduced in \([0-9]*\) of .*/\1/p' "$out")
	check "$1: half of the replays reproduce" test $((2 * ${hits:-0})) -ge "$replays"
}

# without_the_bug: the same on the kernel as it is
without_the_bug() {
	[ -e "$scratch/$mode.json" ] || return
	"$guprace" replay "$scratch/$mode.json" --runs 2 -- --kernel $kernel \
		>"$out" 2>&1
	status=$?
	check "$1: not reproduced without the plant, exit status 0 (got $status)" \
		test $status -eq 0
	check "$1: says so" grep -q '^not reproduced in 2 runs' "$out"
}

# minimized SECONDS OPTION...: the C file, in a guest
minimized() {
	local seconds=$1
	shift
	"$guprace" vm --kernel $kernel --pmem 512M "$@" \
		--add "$scratch/minimized_fsdax" \
		--add "$builddir/tests/guest/reproduce" -- \
		exec -- reproduce minimized_fsdax ext4 "$seconds" \
		>"$out" 2>&1 </dev/null
	status=$?
}

# small_c: what --minimize makes of it
small_c() {
	[ -e "$scratch/$mode.json" ] || return
	"$guprace" replay "$scratch/$mode.json" --minimize \
		--output "$scratch/small" -- \
		--kernel $kernel --load "$module,mode=$mode" >"$out" 2>&1
	check "$1: --minimize ends in files" test -e "$scratch/small/replay.c"
	sed 's/^/    | /' "$scratch/small/replay.ini"
	check "$1: the C file compiles" cc -O2 -Wall -Werror -static -pthread \
		-o "$scratch/minimized_fsdax" "$scratch/small/replay.c"
	minimized 60 --load "$module,mode=$mode"
	check "$1: the C file reproduces it (status $status)" grep -q '^reproduced' "$out"
	minimized 10
	check "$1: and is fine without the plant (status $status)" test $status -eq 0
}

module_for $kernel
for race in $races; do
	race_of "$race"
	rm -f "$scratch/$mode.json"
	find_all "$race"
	replay_all "$race"
	without_the_bug "$race"
	case $race in *_file) small_c "$race" ;; esac
done
finish

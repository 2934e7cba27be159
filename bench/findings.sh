#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# How long until a planted race is found: by guprace, and by the programs of peers.sh, a
# guest each, in turn: bench/findings.sh ROUNDS. Lines "PLANT/WHO SECONDS", or "none"
# after a minute; run.sh makes a table of them.
# shellcheck source=tests/mutants/lib.sh
. "${srcdir:-.}/tests/mutants/lib.sh"
rounds=${1:-3}
limit=60
kernel=6.1

# give_up WHAT: with what was said last
give_up() {
	cat "$out" >&2
	echo "findings: $*" >&2
	exit 99
}

# arm PLANT: sets $plants, the option of the module; "nothing" arms none
arm() {
	plants=(--load "$module,mode=$mode")
	[ "$1" != nothing ] || plants=(--load "$module")
}

# by_guprace PLANT SEED
by_guprace() {
	local said

	arm "$1"
	run_guest --kernel $kernel "${plants[@]}" -- \
		run "$scenario" --case "$case" --slice ${limit}s --seed "$2"
	if [ $status -eq 0 ]; then
		echo "$1/guprace none"
	elif [ $status -eq 1 ] && said=$(query first-finding-within 3600); then
		said=${said% s}
		echo "$1/guprace ${said##* }"
	else
		give_up "guprace ended with $status"
	fi
}

# by_peer PLANT PEER PROGRAM...
by_peer() {
	local plant=$1 peer=$2 programs=() program begin=$SECONDS

	shift 2
	for program in "$@" busybox bash; do
		command -v "$program" >/dev/null || {
			echo "$plant/$peer skip the host has no $program"
			return
		}
		programs+=(--add "$program")
	done
	arm "$plant"
	"$guprace" vm --kernel $kernel --pmem 512M "${plants[@]}" \
		--add "$srcdir/bench/peers.sh" "${programs[@]}" -- \
		exec -- peers.sh "$peer" $limit >"$out" 2>&1 </dev/null
	status=$?
	if [ $status -eq 0 ] && grep -q '^none$' "$out"; then
		echo "$plant/$peer none"
	elif [ $status -eq 0 ]; then
		sed -n "s|^\([0-9.]*\) [a-z]*$|$plant/$peer \1|p" "$out"
	elif grep -q "^guprace: the guest's kernel" "$out"; then
		echo "$plant/$peer $((SECONDS - begin))" # with the boot
	else
		give_up "peers.sh $peer ended with $status"
	fi
}

# on_files PLANT: the peers that can
on_files() {
	by_peer "$1" fio-truncate fio xfs_io
	by_peer "$1" stress-ng stress-ng
}

module_for $kernel
race_of window_open
by_guprace nothing 1
on_files nothing
race_of backoff_kept
by_guprace nothing 1
by_peer nothing fio-ndctl fio ndctl
for ((seed = 1; seed <= rounds; seed++)); do
	for race in backoff_kept backoff_kept_file busy_unmapped window_open; do
		race_of "$race"
		by_guprace "$race" "$seed"
		case $race in
		backoff_kept) by_peer "$race" fio-ndctl fio ndctl ;;
		*) on_files "$race" ;;
		esac
	done
done

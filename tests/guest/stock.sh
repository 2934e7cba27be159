#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# No false alarm: whole scenarios, many times, on stock kernels. Every verdict has
# to be PASS, KNOWN or SKIP, and every case that was planned has to end. `make stock`
# runs it; it takes hours where guests are emulated, so it is no part of `make check`.
#
#     tests/guest/stock.sh [WHAT KERNEL RUNS]...
#
# WHAT is a scenario, with the file system and the leaf that it shall be for, if
# need be: device-dax, fsdax, fsdax:xfs, matrix:ext4, matrix:xfs-reflink:2M.
# Seeds count from GUPRACE_SEED (1) on; GUPRACE_OUTPUT keeps what each run has said.
# One line a run; exit status 1 when one of them is bad, 99 when a kernel is missing.
set -u
builddir=$(cd "${builddir:-.}" && pwd)
srcdir=$(cd "${srcdir:-.}" && pwd)
guprace=$builddir/guprace
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
keep=${GUPRACE_OUTPUT:-$scratch}
seed=${GUPRACE_SEED:-1}
bad=0

[ $# -gt 0 ] || {
	set -- device-dax 6.1 20
	for kernel in 5.10 6.12 7.2; do
		set -- "$@" device-dax "$kernel" 2
	done
	for kernel in 5.10 6.1 6.12 7.2; do
		set -- "$@" fsdax "$kernel" 1
		for place in ext4:4K ext4:2M xfs:4K xfs:2M; do
			set -- "$@" "matrix:$place" "$kernel" 1
		done
	done
}

# options WHAT: the words for guprace run
options() {
	local scenario fs align
	IFS=: read -r scenario fs align <<<"$1"
	echo "$scenario ${fs:+--target fsdax --fs $fs} ${align:+--align $align}"
}

# is_good FILE STATUS: of the events of a run
is_good() {
	[ "$2" -eq 0 ] || return 1
	python3 "$srcdir/tests/guest/query.py" "$1" verdicts PASS KNOWN SKIP &&
		python3 "$srcdir/tests/guest/query.py" "$1" all-ran
}

# one WHAT KERNEL SEED: a run
one() {
	local what=$1 kernel=$2 out=$keep/$2-${1//:/-}-$3 status begin=$SECONDS
	# shellcheck disable=SC2046 # these are words
	"$guprace" vm --kernel "$kernel" -- run $(options "$what") --seed "$3" \
		--output "$out" >"$out.txt" 2>&1 </dev/null
	status=$?
	printf '%s %s run %s: exit status %s, %s, %s s' "$what" "$kernel" "$3" \
		"$status" "$(sed -n 's/^\([0-9]* cases, .*\)$/\1/p' "$out.txt")" \
		$((SECONDS - begin))
	if is_good "$out/RUN.json" "$status"; then
		printf '\n'
		return
	fi
	printf ': NOT OK\n'
	grep -E '^(FAIL|HANG|BROKEN|INCONCLUSIVE|guprace:) ' "$out.txt"
	bad=1
}

[ $(($# % 3)) -eq 0 ] || {
	echo "usage: stock.sh [WHAT KERNEL RUNS]..." >&2
	exit 99
}
mkdir -p "$keep" || exit 99
while [ $# -gt 0 ]; do
	"$guprace" vm --kernel "$2" --dry-run >/dev/null 2>&1 || {
		echo "stock: no kernel $2 in the cache: tools/get-kernel $2" >&2
		exit 99
	}
	for ((i = seed; i < seed + $3; i++)); do
		one "$1" "$2" "$i"
	done
	shift 3
done
exit $bad

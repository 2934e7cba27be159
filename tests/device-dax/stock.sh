#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# No false alarm: the whole scenario device-dax, many times, on stock kernels.
# Every verdict has to be PASS, SKIP or KNOWN. `make stock` runs it; it takes
# hours where guests are emulated, so it is no part of `make check`.
#
#     tests/device-dax/stock.sh [KERNEL RUNS]...
#
# By default 6.1 20 times, and 5.10, 6.12 and 7.2 twice. Seeds count from
# GUPRACE_STOCK_SEED (1) on; GUPRACE_STOCK_OUTPUT keeps the events of each run. One line a run; exit status 1 when one of them is bad,
# 99 when a kernel is missing.
set -u
builddir=$(cd "${builddir:-.}" && pwd)
srcdir=$(cd "${srcdir:-.}" && pwd)
guprace=$builddir/guprace
[ $# -gt 0 ] || set -- 6.1 20 5.10 2 6.12 2 7.2 2
keep=${GUPRACE_STOCK_OUTPUT:-}
seed=${GUPRACE_STOCK_SEED:-1}
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
bad=0

# one KERNEL SEED: a run
one() {
	local kernel=$1 nr=$2 out=${keep:-$scratch}/$1-$2 status begin=$SECONDS
	"$guprace" vm --kernel "$kernel" -- run device-dax --seed "$nr" \
		--output "$out" >"$out.txt" 2>&1 </dev/null
	status=$?
	printf '%s run %s: exit status %s, %s, %s s' "$kernel" "$nr" "$status" \
		"$(sed -n 's/^\([0-9]* cases, .*\)$/\1/p' "$out.txt")" \
		$((SECONDS - begin))
	if [ $status -ne 0 ] || ! python3 "$srcdir/tests/guest/query.py" \
		"$out/RUN.json" verdicts PASS SKIP KNOWN; then
		printf ': NOT OK\n'
		grep -E '^(FAIL|HANG|BROKEN|INCONCLUSIVE)' "$out.txt"
		bad=1
		return
	fi
	printf '\n'
}

while [ $# -ge 2 ]; do
	"$guprace" vm --kernel "$1" --dry-run >/dev/null 2>&1 || {
		echo "stock: no kernel $1 in the cache: tools/get-kernel $1" >&2
		exit 99
	}
	for ((i = seed; i < seed + $2; i++)); do
		one "$1" "$i"
	done
	shift 2
done
exit $bad

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the scripts that run scenarios in guests share. Sourced; sets $guprace,
# $scratch and, after a run, $status, $out and $json.
builddir=$(cd "${builddir:-.}" && pwd)
srcdir=$(cd "${srcdir:-.}" && pwd)
guprace=$builddir/guprace
failed=0

skip() {
	echo "skipped: $*"
	[ $failed -eq 0 ] || exit 1 # what failed before counts
	exit 77
}

[ -x "$guprace" ] || skip "needs a built guprace in $builddir"
command -v qemu-system-x86_64 >/dev/null || skip "needs qemu-system-x86_64"

scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
out=$scratch/out
json=$scratch/run/RUN.json

# there KERNEL: is it in the cache?
there() {
	"$guprace" vm --kernel "$1" --dry-run >/dev/null 2>&1
}

# need_kernel PREFIX: skip unless the cache has such a kernel
need_kernel() {
	local tool="tools/get-kernel $1"
	case $1 in hmm*) tool=tools/build-kernel ;; esac
	there "$1" ||
		skip "needs kernel $1 in the cache ($tool)"
}

ok() {
	echo "ok: $*"
}

# not_ok WHAT: with what the last guest said, before the next one overwrites it
not_ok() {
	echo "NOT OK: $*"
	[ ! -e "$out" ] || sed 's/^/    | /' "$out"
	failed=1
}

# check NAME COMMAND...: one line, ok when the command is true
check() {
	local name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# run_guest VM-OPTION... -- COMMAND...: a run with its events kept
run_guest() {
	rm -rf "$scratch/run"
	"$guprace" vm "$@" --output "$scratch/run" >"$out" 2>&1 </dev/null
	status=$?
}

# reproduce_once KERNEL REPRODUCER [WORD...]
reproduce_once() {
	local kernel=$1 name=$2
	shift 2
	"$guprace" vm --kernel "$kernel" --pmem 512M \
		--add "$builddir/tests/findings/$name" \
		--add "$builddir/tests/guest/reproduce" -- \
		exec -- reproduce "$name" "$@" >"$out" 2>&1 </dev/null
	status=$?
}

# never_began: the guest died before the reproducer said a word
never_began() {
	head -n 1 "$out" | grep -q "^guprace: the guest's kernel died"
}

# reproduce KERNEL REPRODUCER [WORD...]: one of tests/findings, on the namespace that
# tests/guest/reproduce.c prepares. 7.2 can die while it boots, in enqueue_task_fair(),
# which is no evidence of anything.
reproduce() {
	for _ in 1 2 3; do
		reproduce_once "$@"
		never_began || return
		echo "once more: the guest died while it booted"
	done
}

# run_suite SUITE [KERNEL]: as people run it, on the stock kernel 6.1 if none is named. There
# may be another one at the same time.
run_suite() {
	rm -rf "$scratch/run"
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u GUPRACE_DEVICE \
		GUPRACE_KERNEL="${2:-6.1}" GUPRACE_SEED="${GUPRACE_SEED:-1}" \
		GUPRACE_OUTPUT="$scratch/run" \
		make -C "$builddir" TESTS="$1" TEST_SUITE_LOG="$scratch/suite.log" \
		check >"$scratch/make" 2>&1 </dev/null
	status=$?
	cat "$scratch/make" "$builddir/$1.log" >"$out"
}

# query WORDS...: the python program beside this file asks the events
query() {
	python3 "$srcdir/tests/guest/query.py" "$json" "$@"
}

finish() {
	exit $failed
}

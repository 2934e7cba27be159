#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What a person gets for a mistake: one clear sentence, the right status, and
# nothing left behind. Boots no guest.
builddir=$(cd "${builddir:-.}" && pwd)
guprace=$builddir/guprace
failed=0
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/tmp" "$scratch/cache"
export TMPDIR=$scratch/tmp

# expect STATUS TEXT WORDS...: guprace WORDS gives STATUS and says TEXT
expect() {
	local want=$1 text=$2 status=0
	shift 2
	env PATH="${guprace_path:-$PATH}" "$guprace" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	if [ $status -eq "$want" ] && grep -qF -- "$text" "$scratch/err" &&
		[ -z "$(ls -A "$TMPDIR")" ]; then
		echo "ok: $*"
		return
	fi
	echo "NOT OK: $*: status $status, not $want; wanted: $text"
	sed 's/^/    /' "$scratch/err"
	ls -A "$TMPDIR"
	failed=1
}

# scenario TEXT: a file of that text
scenario() {
	printf '%b' "$1" >"$scratch/bad.ini"
}

bad_line() {
	scenario "$1"
	expect 2 "$scratch/bad.ini:$2" vm -- run "$scratch/bad.ini"
}

head='[scenario]\nname = x\n'
expect 2 "is not a command" frobnicate
expect 2 "'nosuch' is not a scenario" vm -- run nosuch
expect 2 "cannot read scenario" vm -- run ./nosuch.ini
bad_line "${head}[race a]\ntarget = nosuch\n" "4: 'nosuch' is not a target"
bad_line "${head}[race a]\ntarget = devdax\nalign = 3K\n" "5: '3K' is not an alignment"
bad_line "${head}[race a]\npin = nosuch\n" "4: 'nosuch' is not a pin"
bad_line "${head}[race a]\ninvalidate = nosuch\n" "4: 'nosuch' is not an invalidator"
bad_line "${head}[check a]\ncheck = nosuch\n" "4: 'nosuch' is not a check"
bad_line "${head}[race a]\nslice = soon\n" "4: 'soon' is not a duration"
bad_line "${head}[race a]\npinners = 9\n" "4: '9' is not a number of pinners"
bad_line "${head}[other]\nx = y\n" "4: 'other' is not a section"
bad_line "${head}[race a]\nnosuch = 1\n" "4: 'nosuch' is not a key"
bad_line "${head}garbage\n" "3: not a 'key = value' line"
scenario "${head}[race a]\ntarget = devdax\npin = vmsplice\n"
expect 2 "has no 'invalidate'" vm -- run "$scratch/bad.ini"
scenario ""
expect 2 "no 'name' in a [scenario] section" vm -- run "$scratch/bad.ini"
expect 2 "'nosuch' is not a pin" vm -- run device-dax --pin nosuch
expect 2 "'nosuch' is not an invalidator" vm -- run device-dax --invalidate nosuch
expect 2 "'nosuch' is not a target" vm -- run device-dax --target nosuch
expect 2 "'nosuch' is not an oracle" vm -- run device-dax --oracle nosuch
expect 2 "'nosuch' is not a format" vm -- run device-dax --format nosuch
expect 2 "'0x' is not a time" vm -- run device-dax --time 0x
expect 2 "'big' is not a size" vm --pmem big -- list
expect 2 "'many' is not a number" vm --smp many -- list
expect 2 "'x' is nothing that can be listed" list x
expect 2 "'soon' is not a number of nanoseconds" vm -- run device-dax --offset soon
expect 2 "no race has more than 2 pinners" vm -- run device-dax --offset 1 --offset=-2 --offset 3
expect 2 "say which run" replay
expect 2 "'0' is not a number of runs" replay --runs 0 x
expect 2 "cannot read '$scratch/nosuch.json'" replay "$scratch/nosuch.json"
scenario "{\\n"
expect 2 "has a line that is no event" replay "$scratch/bad.ini"
scenario ""
expect 2 "has no finding" replay "$scratch/bad.ini"
expect 2 "exec runs programs in a guest only" exec -- true
XDG_CACHE_HOME=$scratch/cache expect 99 "tools/get-kernel" vm -- list
guprace_path=/nonexistent expect 99 "qemu-system-x86_64" vm -- list
if [ "$(id -u)" = 0 ]; then
	expect 2 "--namespace" run device-dax
	if command -v setpriv >/dev/null; then
		status=0
		setpriv --reuid=65534 --clear-groups "$guprace" run device-dax \
			>"$scratch/out" 2>"$scratch/err" || status=$?
		if [ $status -eq 99 ] && grep -q "needs root" "$scratch/err"; then
			echo "ok: run without root"
		elif [ $status -eq 127 ] || [ $status -eq 126 ]; then
			echo "not tried: nobody cannot execute $guprace"
		else
			echo "NOT OK: run without root: status $status"
			failed=1
		fi
	fi
else
	expect 99 "needs root" run device-dax
fi
exit $failed

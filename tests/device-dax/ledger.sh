#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The ledger reads the counts of real namespaces and files on them: a module makes them wrong by
# numbers that are known. GUPRACE_LEDGER_KERNELS names the kernels, 6.1 if it
# is not set.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"

# headers KERNEL: the folder that modules for it are built with
headers() {
	local release

	release=$("$guprace" vm --kernel "$1" -v -- list reporters 2>&1 |
		sed -n 's/^guprace: guest: \([^,]*\),.*/\1/p')
	echo "${XDG_CACHE_HOME:-$HOME/.cache}/guprace/kernels/$release/lib/modules/$release/build"
}

tried=0
for kernel in ${GUPRACE_LEDGER_KERNELS:-6.1}; do
	need_kernel "$kernel"
	kdir=$(headers "$kernel")
	[ -e "$kdir/Makefile" ] ||
		skip "needs headers (tools/get-kernel --headers $kernel)"
	make -s -C "$srcdir/tests/adjust" MO="$scratch/$kernel" KDIR="$kdir" \
		>"$out" 2>&1 || {
		not_ok "$kernel: the module builds"
		continue
	}
	"$guprace" vm --kernel "$kernel" --load "$scratch/$kernel/gr_adjust.ko" \
		--add "$builddir/tests/guest/ledger" -- exec -- ledger \
		>"$out" 2>&1 </dev/null
	status=$?
	grep 'not ok\|^a \|cannot be seen' "$out"
	check "$kernel: counts are read right (status $status)" test $status -eq 0
	# where fsdax has no counter of its own, three plants on four files are none
	check "$kernel: all of it was tried" \
		grep -Eq '^(101 scenes, 629|89 scenes, 557) checks' "$out"
	tried=$((tried + 1))
done
check "a kernel was tried" test $tried -gt 0
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What tools/build-kernel is for: its kernel boots in guprace vm, has gup_test, BTF and
# test_hmm, and the latter finds memory for its coherent devices where it is told.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel hmm
cache=${XDG_CACHE_HOME:-$HOME/.cache}/guprace
module=$(echo "$cache"/kernels/hmm/lib/modules/*/kernel/lib/test_hmm.ko)
check "has the module test_hmm" test -f "$module"

# cat_with BUS: what the kernel has reserved, and the devices of test_hmm
cat_with() {
	local spm
	spm=$("$guprace" vm --kernel hmm --bus "$1" --pmem 512M --dry-run |
		sed -n 's/.*guprace\.spm=\([0-9a-fx,]*\).*/\1/p')
	"$guprace" vm --kernel hmm --bus "$1" --pmem 512M --add cat \
		--load "$module,spm_addr_dev0=${spm%,*},spm_addr_dev1=${spm#*,}" -- \
		exec -- cat /proc/cmdline /proc/iomem /proc/devices \
		>"$out" 2>&1 </dev/null
	first=${spm%,*}
	second=${spm#*,}
	[ -n "$spm" ]
}

# is_reserved ADDRESS: 256 MiB from there on, apart or in one piece with others
is_reserved() {
	python3 - "$1" "$out" <<-'END'
	import re, sys
	begin = int(sys.argv[1], 16)
	ranges = re.findall(r"^ *([0-9a-f]+)-([0-9a-f]+) : Reserved$",
	                    open(sys.argv[2], errors="replace").read(), re.M)
	sys.exit(not any(int(a, 16) <= begin and int(b, 16) >= begin + (256 << 20) - 1
	                 for a, b in ranges))
	END
}

for bus in e820 nfit; do
	check "$bus: the QEMU line tells where" cat_with "$bus"
	check "$bus: the kernel hears it" grep -q "guprace.spm=$first,$second" "$out"
	check "$bus: $first is reserved" is_reserved "$first"
	check "$bus: $second is reserved" is_reserved "$second"
	check "$bus: test_hmm is there" grep -q ' HMM_DMIRROR$' "$out"
done

run_guest --kernel hmm --pmem 512M -- list pins
check "list: exit status 0 (got $status)" test $status -eq 0
check "gup_test can be had" grep -q '^ *gup_test  *yes' "$out"
run_guest --kernel hmm --pmem 512M -- list oracles
check "the ledger sees" grep -q '^ *ledger  *yes' "$out"
check "reach sees" grep -q '^ *reach  *yes' "$out"
finish

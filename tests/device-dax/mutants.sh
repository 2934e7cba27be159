#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Planted bugs: each must be caught by the class that tests/mutants/README.md
# names, within a minute, by the pair that a person would try first.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1
release=$("$guprace" vm --kernel 6.1 -v -- list reporters 2>&1 |
	sed -n 's/^guprace: guest: \([^,]*\),.*/\1/p')
kdir=${XDG_CACHE_HOME:-$HOME/.cache}/guprace/kernels/$release/lib/modules/$release/build
[ -e "$kdir/Makefile" ] ||
	skip "needs the headers of $release (tools/get-kernel --headers 6.1)"

make -s -C "$srcdir/tests/mutants" MO="$scratch/mo" KDIR="$kdir" >"$out" 2>&1 || {
	not_ok "the module builds"
	finish
}

# plant MODE STATUS CLASS FIELD=TEXT...: run the pair and ask for the finding
plant() {
	local mode=$1 want=$2 class=$3
	shift 3
	run_guest --kernel 6.1 --load "$scratch/mo/gr_mutants.ko,mode=$mode" -- \
		run device-dax --align 4K --pin odirect_write \
		--invalidate ns_disable --case '*/page' --seed 1
	check "$mode: exit status $want (got $status)" test $status -eq "$want"
	check "$mode: $class" query finding "$class" pin=odirect_write \
		namespace=namespace op=ns_disable "$@"
	check "$mode: in time" query first-finding-within 60
}

plant pgmap_put 1 underflow signature=percpu-ref-underflow
plant pgmap_get 1 leak signature=never-returned hang=True evidence=memunmap_pages
check "pgmap_get: HANG" query verdicts HANG
plant keep_mappings 1 policy signature=mapping-survived

# the module itself does no harm: armed with nothing, the pair passes
run_guest --kernel 6.1 --load "$scratch/mo/gr_mutants.ko" -- \
	run device-dax --align 4K --pin odirect_write --invalidate ns_disable \
	--case '*/page' --seed 1
check "nothing planted: exit status 0 (got $status)" test $status -eq 0

# three equal findings are enough
run_guest --kernel 6.1 --load "$scratch/mo/gr_mutants.ko,mode=keep_mappings" -- \
	run device-dax --align 4K --pin odirect_read,odirect_write \
	--invalidate ns_disable,unbind --seed 1
check "stops after three equal findings" grep -q '^stopped: 3 cases' "$out"
check "counts the rest as not run" grep -q 'not run' "$out"
finish

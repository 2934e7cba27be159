#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The first known bug: its reproducer oopses 6.1 and waits on 5.10, and guprace
# finds it on 6.1 by itself and finds nothing on 5.10.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1
need_kernel 5.10

reproduce 5.10 early_free_devdax
check "5.10: the reproducer says that the kernel waits" test $status -eq 0
check "5.10: and says so" grep -q 'is waiting after' "$out"
reproduce 6.1 early_free_devdax
check "6.1: the reproducer does not come back whole" test $status -ne 0
check "6.1: the unbind returned while the pin was held" \
	grep -q 'RETURNED after .*still pinned' "$out"

pair=(run device-dax --align 2M --pin vmsplice --invalidate 'unbind,ns_disable'
	--case '*/page' --seed 1)
run_guest --kernel 5.10 -- "${pair[@]}"
check "5.10: guprace exits 0, not $status" test $status -eq 0
check "5.10: PASS" query verdicts PASS
run_guest --kernel 6.1 -- "${pair[@]}"
check "6.1: KNOWN" query verdicts KNOWN
check "6.1: class early-free" query finding early-free pin=vmsplice
finish

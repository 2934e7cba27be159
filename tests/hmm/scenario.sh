#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The whole suite hmm on the kernel that tools/build-kernel makes: every case runs; all
# are PASS, or KNOWN with the evidence, but for what this machine lacks, which is SKIP and
# says so. The reproducers of its known bugs say what that kernel has.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel hmm

run_suite hmm hmm
check "make says that all is well (status $status)" test $status -eq 0
check "every verdict is PASS, KNOWN or SKIP" query verdicts PASS KNOWN SKIP
check "nothing is skipped but for a second node" query skips-only "two nodes of memory"
check "every planned case has run, once" query all-ran
check "all of its cases" query cases-at-least 130
tail -14 "$out"

# one node is what guests have; pages move between two
"$guprace" vm --kernel hmm --numa 2 -- run hmm --seed 1 --invalidate numa_hint,numa_move \
	--output "$scratch/nodes" >"$out" 2>&1 </dev/null
status=$?
check "two nodes: exit status $status" test $status -eq 0
# shellcheck disable=SC2034 # query reads it
json=$scratch/nodes/RUN.json
check "two nodes: PASS" query verdicts PASS
check "two nodes: all of its cases" query cases-at-least 8
check "two nodes: memory was looked through" query each-had numa_hint success EBUSY
tail -8 "$out"

reproduce hmm release_pinned_hmm
check "a release does not come back: status $status" \
	grep -q 'is STILL WAITING' "$out"
reproduce hmm stale_exclusive_hmm
check "a device reads what was zapped: status $status" \
	grep -q 'BEFORE IT ASKED' "$out"
reproduce hmm coherent_twice_hmm
check "a coherent device is mapped once: status $status" \
	test $status -eq 0
if there hmm-7.2; then
	reproduce hmm-7.2 coherent_twice_hmm
	check "7.2 maps it twice: status $status" \
		grep -q 'the kernel WARNS' "$out"
	reproduce hmm-7.2 evict_removed_hmm
	check "7.2 evicts what is being removed: status $status" \
		grep -q 'was KILLED' "$out"
fi
finish

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# --strict makes a known bug fail the run; KTAP says so.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1

pair=(--align 4K --pin vmsplice --invalidate unbind)
run_guest --kernel 6.1 -- run device-dax "${pair[@]}" --seed 1 --format ktap
check "without --strict: exit 0 (got $status)" test $status -eq 0
check "KTAP: ok # XFAIL" grep -q '^ok 1 .* # XFAIL early-free-devdax' "$out"
run_guest --kernel 6.1 -- run device-dax "${pair[@]}" --seed 1 --format ktap --strict
check "with --strict: exit 1 (got $status)" test $status -eq 1
check "KTAP: not ok" grep -q '^not ok 1 ' "$out"
check "the independent parser reads it" \
	python3 "$srcdir/tests/golden/parse_ktap.py" --failed 1 <"$out"
finish

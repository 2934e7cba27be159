#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Scenario smoke, and a scenario of a person's own, from a file.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1

run_guest --kernel 6.1 -- run smoke --seed 1
check "smoke: exit status 0 (got $status)" test $status -eq 0
check "smoke: PASS" query verdicts PASS
check "smoke: all of it" query all-ran

cat >"$scratch/mine.ini" <<'EOF'
[scenario]
name = mine
summary = one pair of my own
[race mine]
target = devdax
align = 2M
pin = uring_rw
invalidate = unbind
slice = 300ms
EOF
run_guest --kernel 6.1 -- run "$scratch/mine.ini" --seed 1
check "a scenario from a file: exit status 0 (got $status)" test $status -eq 0
check "a scenario from a file: its one case" query cases-at-least 1
finish

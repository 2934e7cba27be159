#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The matrix of ext4 on the stock kernel 6.1, three pins with short slices: every legal
# pair has a cell, none of them is bad, and what is skipped names its need. All pins on
# another kernel and file system, with slices as they are:
#
#     GUPRACE_MATRIX="7.2 xfs-reflink 2M" tests/fsdax/matrix.sh
#
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
read -r kernel fs align <<<"${GUPRACE_MATRIX:-6.1 ext4 4K}"
short=(--slice 20ms --pin 'odirect_write,uring_rw,vmsplice')
[ -z "${GUPRACE_MATRIX:-}" ] || short=()
need_kernel "$kernel"

run_guest --kernel "$kernel" -- run matrix --target fsdax --fs "$fs" \
	--align "$align" "${short[@]}" --seed "${GUPRACE_TEST_SEED:-1}"
check "exit status 0 (got $status)" test $status -eq 0
check "every verdict is PASS, KNOWN or SKIP" query verdicts PASS KNOWN SKIP
check "every planned case has run, once" query all-ran
check "there is a table" grep -q "^fsdax-$fs/$align: verdict and pins" "$out"
sed -n "/^fsdax-$fs.$align: verdict/,\$p" "$out"
finish

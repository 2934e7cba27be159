#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The matrix of ext4 on the stock kernel 6.1, three pins with short slices: every legal
# pair has a cell, and none of them is bad or skipped. With all pins, on other kernels
# and file systems, it is one of those of tests/guest/stock.sh.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1

run_guest --kernel 6.1 -- run matrix --target fsdax --fs ext4 --align 4K \
	--slice 20ms --pin 'odirect_write,uring_rw,vmsplice' --seed "${GUPRACE_SEED:-1}"
check "exit status 0 (got $status)" test $status -eq 0
check "every verdict is PASS or KNOWN" query verdicts PASS KNOWN
check "every planned case has run, once" query all-ran
check "there is a table" grep -q "^fsdax-ext4/4K: verdict and pins" "$out"
sed -n '/^fsdax-ext4.4K: verdict/,$p' "$out"
finish

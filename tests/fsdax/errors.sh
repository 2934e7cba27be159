#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Files on DAX that cannot be had: one clear sentence each, and nothing of it is
# held against the kernel.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1
spoil=$builddir/tests/guest/spoil
[ -x "$spoil" ] || skip "needs $spoil (make check builds it)"

# says NAME STATUS TEXT: what the last guest came to; the sentence comes once
says() {
	check "$1: exit status $2 (got $status)" test $status -eq "$2"
	check "$1: $3" test "$(grep -cF -- "$3" "$out")" -ge 1
}

case=(--pin odirect_write --invalidate truncate --seed 1)
run_guest --kernel 6.1 --pmem 64M -- run fsdax --fs ext4 --align 2M "${case[@]}"
says "a namespace too small for ext4" 77 \
	"no namespace that was handed over can hold a file of 8M on ext4; it takes "
run_guest --kernel 6.1 --pmem 64M -- run device-dax --align 1G --pin vmsplice \
	--invalidate munmap --seed 1
says "a namespace too small for the alignment" 77 \
	"no namespace that was handed over can hold two leaves of 1G; it takes "

# guest PROGRAM...: one of ours in a guest
guest() {
	"$guprace" vm --kernel 6.1 --pmem 512M --add "$spoil" -- exec -- "$@" \
		>"$out" 2>&1 </dev/null
	status=$?
}

for mkfs in /usr/sbin/mkfs.xfs /sbin/mkfs.xfs ""; do
	[ -z "$mkfs" ] || [ ! -x "$mkfs" ] || break
done
if [ -n "$mkfs" ]; then
	guest spoil file "$mkfs" /init run fsdax --fs xfs --align 4K "${case[@]}"
	says "no mkfs" 77 "needs the program mkfs.xfs: install it"
else
	echo "not tried: without mkfs.xfs (it is not here, or elsewhere)"
fi
guest spoil room /init run fsdax --fs ext4 --align 4K "${case[@]}" --slice 20s \
	--case '*/page'
says "a full file system" 99 \
	"the file system on '/dev/pmem0' is full: '/run/guprace/mnt/namespace0.0/data' takes 36K of it; "
finish

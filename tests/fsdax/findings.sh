#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The known bugs of files on DAX, by their reproducers: each says so on a kernel
# that has the bug, and that all is well on one that has not.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1
need_kernel 5.10

# once KERNEL REPRODUCER FS [HOW]: in a guest of 400 MiB of files
once() {
	local kernel=$1 name=$2
	shift 2
	"$guprace" vm --kernel "$kernel" --pmem 512M \
		--add "$builddir/tests/findings/$name" \
		--add "$builddir/tests/guest/reproduce" -- \
		exec -- reproduce "$name" "$@" >"$out" 2>&1 </dev/null
	status=$?
}

# never_began: the guest died before the reproducer said a word
never_began() {
	grep -q "the guest's kernel died" "$out" && ! grep -qv '^guprace: ' "$out"
}

# reproduce KERNEL REPRODUCER FS [HOW]: 7.2 can die while it boots, in
# enqueue_task_fair(), which is no evidence of anything here
reproduce() {
	for _ in 1 2 3; do
		once "$@"
		never_began || return
		echo "once more: the guest died while it booted"
	done
}

# has KERNEL TEXT REPRODUCER FS [HOW]: it has the bug, and says TEXT
has() {
	local kernel=$1 text=$2
	shift 2
	reproduce "$kernel" "$@"
	check "$kernel has $*: $text" grep -q "$text" "$out"
	check "$kernel: status $status of $*" test $status -ne 0
}

# says KERNEL TEXT REPRODUCER FS [HOW]: it is fine in this, and dies of another
says() {
	local kernel=$1 text=$2
	shift 2
	reproduce "$kernel" "$@"
	check "$kernel is fine with $*: $text" grep -q "$text" "$out"
}

# is_fine KERNEL TEXT REPRODUCER FS [HOW]
is_fine() {
	says "$@"
	check "$1: status $status of ${*:3}" test "$status" -eq 0
}

has 6.1 'is STILL WAITING' lost_wakeup_fsdax ext4
has 6.1 'is STILL WAITING' lost_wakeup_fsdax xfs
is_fine 5.10 'the truncate returned' lost_wakeup_fsdax ext4

has 6.1 'STILL REACHES MEMORY' mapping_survives_fsdax ext4
has 6.1 'STILL REACHES MEMORY' mapping_survives_fsdax xfs

has 5.10 'DOES NOT COME BACK' gup_spins_fsdax ext4
has 6.1 'DOES NOT COME BACK' gup_spins_fsdax xfs

has 6.1 'RETURNED after .*still pinned' early_free_fsdax ext4
is_fine 5.10 'is waiting after' early_free_fsdax ext4

has 6.1 'RETURNED after .*still pinned' unmapped_pin_fsdax ext4 unlink
has 6.1 "ANOTHER FILE'S DATA" unmapped_pin_fsdax ext4 truncate
# there KERNEL: is it in the cache? These are asked for no more than that.
there() {
	"$guprace" vm --kernel "$1" --dry-run >/dev/null 2>&1
}

if there 6.12; then
	is_fine 6.12 'the truncate returned' refault_fsdax ext4
	is_fine 6.12 'killed by signal' mapping_survives_fsdax xfs-rmapbt
	has 6.12 'WAS KILLED' mapping_survives_fsdax xfs-rmapbt-small
fi
if there 7.2; then
	says 7.2 'the pin gives an error' gup_spins_fsdax ext4 # see entry 4
	has 7.2 'is STILL WAITING' refault_fsdax ext4
	has 7.2 'is STILL WAITING' refault_fsdax xfs
	is_fine 7.2 'the unlink returned' unmapped_pin_fsdax ext4 unlink
	is_fine 7.2 'the truncate returned' unmapped_pin_fsdax ext4 truncate
	has 7.2 'DOES NOT COME BACK' mapping_survives_fsdax xfs-rmapbt
fi
finish

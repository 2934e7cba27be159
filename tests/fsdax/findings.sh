#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The known bugs of files on DAX, by their reproducers: each says so on a kernel
# that has the bug, and that all is well on one that has not.
# shellcheck source=tests/guest/lib.sh
. "${srcdir:-.}/tests/guest/lib.sh"
need_kernel 6.1
need_kernel 5.10

# has KERNEL TEXT REPRODUCER FS [HOW]: it has the bug, and says TEXT
has() {
	local kernel=$1 text=$2
	shift 2
	reproduce "$kernel" "$@"
	check "$kernel has $*: $text" grep -q "$text" "$out"
	check "$kernel: status $status of $*" test $status -ne 0
}

# is_fine KERNEL TEXT REPRODUCER FS [HOW]
is_fine() {
	local kernel=$1 text=$2
	shift 2
	reproduce "$kernel" "$@"
	check "$kernel is fine with $*: $text" grep -q "$text" "$out"
	check "$kernel: status $status of $*" test $status -eq 0
}

has 6.1 'is STILL WAITING' lost_wakeup_fsdax ext4
has 6.1 'is STILL WAITING' lost_wakeup_fsdax xfs
is_fine 5.10 'the truncate returned' lost_wakeup_fsdax ext4

has 6.1 'STILL REACHES MEMORY' mapping_survives_fsdax ext4
has 6.1 'STILL REACHES MEMORY' mapping_survives_fsdax xfs

has 5.10 'the kernel WARNS: .*__mark_inode_dirty' dirty_unbound_fsdax ext4
is_fine 6.1 'the log is silent' dirty_unbound_fsdax ext4

has 6.1 'DOES NOT COME BACK' gup_unshares_fsdax xfs-reflink

is_fine 6.1 'all of .* truncates returned' remote_wakeup_fsdax ext4
is_fine 5.10 'all of .* truncates returned' remote_wakeup_fsdax ext4

has 5.10 'DOES NOT COME BACK' gup_spins_fsdax ext4
has 6.1 'DOES NOT COME BACK' gup_spins_fsdax xfs

has 6.1 'RETURNED after .*still pinned' early_free_fsdax ext4
is_fine 5.10 'is waiting after' early_free_fsdax ext4

has 6.1 'RETURNED after .*still pinned' unmapped_pin_fsdax ext4 unlink
has 6.1 "ANOTHER FILE'S DATA" unmapped_pin_fsdax ext4 truncate

# these kernels are asked for no more than this
if there 6.12; then
	has 6.12 'DOES NOT COME BACK' gup_unshares_fsdax xfs-reflink
	has 6.12 'is STILL WAITING, and nobody' remote_wakeup_fsdax ext4
	is_fine 6.12 'the truncate returned' refault_fsdax ext4
	is_fine 6.12 'killed by signal' mapping_survives_fsdax xfs-rmapbt
	has 6.12 'WAS KILLED' mapping_survives_fsdax xfs-rmapbt-small
fi
if there 7.2; then
	is_fine 7.2 'came back' gup_unshares_fsdax xfs-reflink
	is_fine 7.2 'waited for the mapping' remote_wakeup_fsdax ext4
	# no call spins there: it oopses, by entry 4
	has 7.2 'IS THE END of the child, by signal 9' gup_spins_fsdax ext4
	has 7.2 'is STILL WAITING' refault_fsdax ext4
	has 7.2 'is STILL WAITING' refault_fsdax xfs
	is_fine 7.2 'the unlink returned' unmapped_pin_fsdax ext4 unlink
	is_fine 7.2 'the truncate returned' unmapped_pin_fsdax ext4 truncate
	has 7.2 'DOES NOT COME BACK' mapping_survives_fsdax xfs-rmapbt
fi
finish
